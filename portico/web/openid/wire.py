"""How endpoints and pages are asked: parameters of a query or a form, each at most once."""

from base64 import b64decode
from urllib.parse import parse_qsl, unquote_plus

import orjson
from django.http import HttpRequest, HttpResponse

from portico.access import Actor
from portico.errors import Invalid, NotSignedIn
from portico.http.bodies import read_body
from portico.openid.errors import UnknownClient
from portico.openid.models import Client
from portico.openid.queries.clients import get_proven_client
from portico.web.browsers import visitor

LONGEST_BODY = 65_536
MOST_PARAMETERS = 50
_FORM = "application/x-www-form-urlencoded"


def parameters_of(text: str) -> dict[str, str]:
    """A query or a form. One that comes twice is refused (RFC 6749, 3.1), an empty one has not come. Raises Invalid."""
    try:
        pairs = parse_qsl(text, errors="replace", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise Invalid.one("request", "many", f"There are more than {MOST_PARAMETERS} parameters.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Invalid.one("request", "twice", "A parameter comes twice.")
    if any("\0" in value for value in found.values()):
        raise Invalid.one("request", "text", "A parameter holds what is no text.")
    return found


def query_of(http: HttpRequest) -> str:
    return str(http.META.get("QUERY_STRING", ""))


def form_of(http: HttpRequest) -> dict[str, str]:
    """The form in the body. Raises Invalid, also for another kind of body."""
    if http.content_type != _FORM:
        raise Invalid.one("request", "form", f"Send a form: Content-Type {_FORM}.")
    body = read_body(http)
    if len(body) > LONGEST_BODY:
        raise Invalid.one("request", "long", "The form is too long.")
    return parameters_of(body.decode("utf-8", "replace"))


class Request:
    """One call of an endpoint."""

    def __init__(self, http: HttpRequest) -> None:
        self.http = http
        self.actor: Actor = visitor(http)
        self._form: dict[str, str] | None = None

    @property
    def form(self) -> dict[str, str]:
        """Raises Invalid."""
        if self._form is None:
            self._form = form_of(self.http)
        return self._form

    def text(self, name: str) -> str:
        """A parameter that must be there. Raises Invalid."""
        if not self.form.get(name):
            raise Invalid.one(name, "required", f"The parameter {name} is missing.")
        return self.form[name]

    def bearer(self) -> str:
        """Raises NotSignedIn."""
        scheme, _, token = self.http.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return str(token.strip())

    def client(self) -> Client:
        """Who calls, by its credential in a header or in the form, never in both. Raises UnknownClient, Invalid."""
        said = self.http.META.get("HTTP_AUTHORIZATION", "").strip()
        if not said:
            return get_proven_client(self.text("client_id"), self.form.get("client_secret"))
        if "client_secret" in self.form:
            raise Invalid.one("client_secret", "twice", "Prove the client in the header or in the form, not in both.")
        name, secret = _basic(said)
        if self.form.get("client_id", name) != name:
            raise Invalid.one("client_id", "twice", "The header and the form name two clients.")
        return get_proven_client(name, secret)


def _basic(authorization: str) -> tuple[str, str]:
    """Both are form-encoded before they are joined (RFC 6749, 2.3.1)."""
    scheme, _, given = authorization.partition(" ")
    try:
        name, colon, secret = b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise UnknownClient from None
    if scheme.lower() != "basic" or not colon:
        raise UnknownClient
    return unquote_plus(name), unquote_plus(secret)


def answer(value: object, *, headers: dict[str, str] | None = None) -> HttpResponse:
    """JSON for nobody to keep, unless `headers` say otherwise."""
    every = {"Cache-Control": "no-store", "Pragma": "no-cache"} if headers is None else headers
    return HttpResponse(orjson.dumps(value), content_type="application/json", headers=every)
