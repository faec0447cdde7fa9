import re
import socket
from pathlib import Path

import pytest
from django.conf import settings

from portico.access import Permission, Role, operator
from portico.companies.actions import set_company
from portico.companies.models import Company
from portico.errors import FAMILY
from portico.http.routes import Public, SignedIn
from portico.protocols.fluid import errors
from portico.protocols.fluid.routes import ROUTES
from tests.make import make_member
from tests.protocols.fluid.app import App, assert_envelope, bearer, jwt_of, letter_to
from tests.server import Server

APP = "https://app.acme.test"
DEEP = b'{"email":' * 5000 + b"1" + b"}" * 5000


def test_the_table_of_errors_knows_the_whole_family() -> None:
    assert set(FAMILY) <= set(errors.ANSWERS)


def test_every_route_says_who_may_come() -> None:
    for route in ROUTES:
        assert route.demand in {Public, SignedIn} or isinstance(route.demand, Permission), route.path


def filled(path: str) -> str:
    return "/api/" + re.sub(r"<str:\w+>", "acme", re.sub(r"<int:\w+>", "1", path))


@pytest.mark.parametrize("route", [route for route in ROUTES if route.demand is not Public], ids=lambda one: one.path)
def test_without_a_token_there_is_a_bare_401(app: App, route: object) -> None:
    for headers in ({}, bearer("nothing"), bearer("uc_nothing")):
        refused = app.server.call(route.method, filled(route.path), headers=headers)  # type: ignore[attr-defined]  # a Route
        assert refused.status_code == 401
        assert list(refused.json()) == ["message"]
        assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_unknown_paths_and_methods(app: App) -> None:
    for path in ("/api", "/api/", "/api/nothing", "/api/me/more", "/api/contacts/x", "/api/%0Ame", "/api/%00"):
        assert_envelope(app.server.get(path), 404)
    refused = app.server.delete("/api/contacts")
    assert_envelope(refused, 405)
    assert refused.headers["Allow"] == "GET, POST"


def test_paths_match_ignoring_case_and_a_slash_at_the_end(app: App, acme: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    for path in ("/api/me/", "/api/ME", "/api/contacts/"):
        assert app.call("GET", path, token).status_code == 200
    head = app.call("HEAD", "/api/contacts", token)
    assert (head.status_code, head.text, head.headers["X-Total-Count"]) == (200, "", "0")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"1", b'"x"', b"null", b"\xff\xfe", b'{"email": "\\ud800"}', b'{"email": NaN}', DEEP, b"{'a': 1}"],
)
def test_a_body_that_cannot_be_read_is_refused(app: App, acme: Company, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    assert_envelope(app.server.post("/api/authentication/send_mfa", data=body, headers=headers), 400)
    assert_envelope(app.server.post("/api/contacts", data=body, headers={**headers, **bearer(token)}), 400)


def test_bodies_that_are_odd_but_readable(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    headers = {"Content-Type": "application/json", **bearer(jwt_of(rita))}
    twice = b'{"first_name": "A", "first_name": "B", "points": 123456789012345678901234567890}'
    assert app.server.post("/api/contacts", data=twice, headers=headers).json()["first_name"] == "B"
    # An empty body with a JSON content type is no body.
    assert app.server.get("/api/me", headers=headers).status_code == 200
    big = app.server.post("/api/contacts", data=b'{"first_name": 99999999999999999999999}', headers=headers)
    assert_envelope(big, 422)


def test_more_than_ten_megabytes_are_refused(app: App, acme: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    body = b'{"first_name": "' + b"a" * (11 * 1024 * 1024) + b'"}'
    assert_envelope(app.server.post("/api/contacts", data=body, headers=bearer(token)), 413)
    assert_envelope(app.server.post("/api/authentication/send_mfa", data=body), 413)
    chunked = app.server.post(
        "/api/authentication/send_mfa", data=(body[i : i + 65536] for i in range(0, len(body), 65536))
    )
    assert_envelope(chunked, 413)
    many = "&".join(f"a{number}=1" for number in range(30_000))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert_envelope(app.server.post("/api/authentication/send_mfa", data=many, headers=form), 400)


def test_every_answer_names_its_request_and_is_not_kept(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    sent = app.send(rita.user.email)
    assert sent.json()["meta"]["request_id"] == sent.headers["X-Request-Id"]
    assert app.send(rita.user.email).json()["meta"]["request_id"] != sent.headers["X-Request-Id"]
    for answer in (sent, app.server.get("/api/me"), app.server.get("/api/nothing")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"].startswith("application/json")


def preflight(app: App, origin: str, path: str = "/api/contacts") -> dict[str, str]:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    response = app.server.call("OPTIONS", path, headers=asked)
    assert response.status_code == 204
    return {name: value for name, value in response.headers.items() if name.lower().startswith("access-control")}


def test_browsers_come_in_only_from_origins_that_a_company_named(app: App, acme: Company) -> None:
    origin = f"https://{acme.slug}.app.test"
    assert preflight(app, origin) == {}
    set_company(operator(acme.pk), allowed_origins=[origin])
    opened = {name.lower(): value for name, value in preflight(app, origin).items()}
    assert opened["access-control-allow-origin"] == origin
    assert "POST" in opened["access-control-allow-methods"]
    assert "Authorization" in opened["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in opened
    for other in ("https://evil.test", "null", origin + ".evil.test", origin.upper(), "é"):
        assert preflight(app, other) == {}


def test_an_origin_is_open_to_its_own_company_s_tokens_only(app: App, acme: Company, globex: Company) -> None:
    origin = f"https://{acme.slug}.app.test"
    set_company(operator(acme.pk), allowed_origins=[origin])
    ours, theirs = (jwt_of(make_member(company, "Rita", Role.REP)) for company in (acme, globex))

    def allowed(path: str, token: str = "", from_: str = origin) -> str | None:
        headers = {"Origin": from_, **(bearer(token) if token else {})}
        answer = app.server.get(path, headers=headers)
        assert "Origin" in answer.headers["Vary"]
        return answer.headers.get("Access-Control-Allow-Origin")

    assert allowed("/api/contacts", ours) == origin
    assert allowed("/api/contacts", theirs) is None
    assert allowed("/api/contacts", ours, "https://evil.test") is None
    # A page must be able to read why it was refused.
    assert allowed("/api/contacts") == origin
    assert allowed(f"/api/authentication/company/{acme.slug}") == origin
    assert allowed("/api/contacts", from_="https://evil.test") is None
    exposed = app.server.get("/api/contacts", headers={"Origin": origin, **bearer(ours)})
    assert "X-Total-Count" in exposed.headers["Access-Control-Expose-Headers"]


def test_credentials_over_plain_http_are_refused_from_elsewhere(acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
    with Server.running(Path(settings.DATA_FOLDER), "web", PORTICO_TRUSTED_PROXIES="127.0.0.1") as server:
        far = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
        near = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        asked = {"email": rita.user.email}
        assert_envelope(server.post("/api/authentication/send_mfa", params=asked, headers=far), 403)
        assert_envelope(server.get("/api/me", headers={**far, **bearer("x")}), 403)
        assert server.get("/sign-in/pul_x", headers=far).status_code == 403
        assert server.post("/api/authentication/send_mfa", params=asked, headers=near).status_code == 201
        assert server.get("/sign-in/pul_x", headers=near).status_code == 410


def test_logs_name_routes_and_hold_no_secret(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    token = app.sign_in(rita.user.email)["companies"][0]["jwt"]
    app.server.get("/api/authentication/me", params={"jwt": token})
    app.call("GET", "/api/me", token)
    log = app.server.log()
    letter = letter_to(rita.user.email)
    assert "api/authentication/me" in log
    for secret in (token, letter.link, rita.user.email):
        assert secret not in log
