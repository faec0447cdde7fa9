"""What a client asks of a person: read from the address that it sent the browser to, and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from portico.errors import Invalid, NotFound
from portico.openid.actions.granting import Asked
from portico.openid.addresses import led_back
from portico.openid.models import Client
from portico.openid.people import SignedIn
from portico.openid.queries.clients import get_client
from portico.openid.scopes import OPENID, granted

LONGEST_NONCE = 1000
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # of SHA-256
_SECONDS = re.compile(r"[0-9]{1,9}")
_PROMPTS = frozenset({"login", "consent", "select_account"})
_SIGN_IN = frozenset({"login", "select_account"})


class SentBack(Exception):  # noqa: N818 -- says what happens
    """The client gets its answer now: the browser goes to this address."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


@dataclass(frozen=True, slots=True)
class Question:
    """`parameters` are the question as it came."""

    client: Client
    asked: Asked
    parameters: Mapping[str, str]

    @property
    def prompts(self) -> frozenset[str]:
        return frozenset(self.parameters.get("prompt", "").split())

    @property
    def may_ask(self) -> bool:
        """Whether the person may be shown anything."""
        return "none" not in self.prompts

    def wants_sign_in(self, who: SignedIn) -> bool:
        """Whether this person has to sign in again: asked for, too long ago, or the client means somebody else."""
        max_age = self.parameters.get("max_age")
        if max_age is not None and (timezone.now() - who.at).total_seconds() > int(max_age):
            return True
        return not self.prompts.isdisjoint(_SIGN_IN)

    def with_sign_in_done(self) -> str:
        """The question as a query, for after a sign-in: what asked for one is taken out, or it would ask for ever."""
        left = {name: value for name, value in self.parameters.items() if name not in {"max_age", "prompt"}}
        prompts = sorted(self.prompts - _SIGN_IN)
        return urlencode({**left, **({"prompt": " ".join(prompts)} if prompts else {})})

    def answered(self, **answers: str) -> str:
        """Where the browser goes with this answer; it says who answers (RFC 9207)."""
        return _answered(self.asked.redirect_uri, self.parameters, answers)

    def refused(self, error: str, text: str) -> SentBack:
        return SentBack(self.answered(error=error, error_description=text))


def question_of(parameters: Mapping[str, str]) -> Question:
    """The question, if it can be asked. Otherwise raises SentBack for what the client is to be told.

    Before it is certain who asks and where its answers go nobody is sent anywhere: Invalid, the same for both.
    """
    back = parameters.get("redirect_uri", "")
    client = _client(parameters.get("client_id", ""), back)
    for error, text, is_so in _problems(parameters):
        if is_so:
            raise SentBack(_answered(back, parameters, {"error": error, "error_description": text}))
    scopes = granted(parameters["scope"].split(), client.scopes)
    asked = Asked(back, tuple(scopes), parameters["code_challenge"], parameters.get("nonce"))
    return Question(client, asked, parameters)


def _client(client_id: str, back: str) -> Client:
    try:
        client = get_client(client_id)
    except NotFound:
        client = None
    if client is None or back not in client.redirect_uris:
        raise Invalid.one("redirect_uri", "unknown", "No client of this name has registered the address that is named.")
    return client


def _problems(given: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """What may be wrong, the most telling first: error, in words, and whether it is."""
    prompts = set(given.get("prompt", "").split())
    return [
        ("request_not_supported", "Send parameters, no request object.", "request" in given),
        ("request_uri_not_supported", "Send parameters, no address of them.", "request_uri" in given),
        ("unsupported_response_type", "Say response_type=code.", given.get("response_type") != "code"),
        ("invalid_request", "Answers come in the query.", given.get("response_mode", "query") != "query"),
        ("invalid_request", "PKCE by S256 is needed.", given.get("code_challenge_method") != "S256"),
        ("invalid_request", "This is no challenge.", _CHALLENGE.fullmatch(given.get("code_challenge", "")) is None),
        ("invalid_scope", "Ask for openid at least.", OPENID not in given.get("scope", "").split()),
        ("invalid_request", "Such a prompt is unknown.", prompts != {"none"} and not prompts <= _PROMPTS),
        ("invalid_request", "max_age is in seconds.", _SECONDS.fullmatch(given.get("max_age", "0")) is None),
        ("invalid_request", "The nonce is too long.", len(given.get("nonce", "")) > LONGEST_NONCE),
    ]


def _answered(back: str, parameters: Mapping[str, str], answers: Mapping[str, str]) -> str:
    state = {"state": parameters["state"]} if "state" in parameters else {}
    return led_back(back, {**answers, **state, "iss": settings.PUBLIC_URL})
