import base64
import json
import time
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone
from joserfc import jwt as jose
from joserfc.jwk import OctKey

from portico.access import Role, operator, stranger
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.identity import signing
from portico.identity.actions.sessions import end_session
from portico.identity.models import Membership, Session, SigningKey, User
from portico.identity.queries.sessions import get_live_session
from tests.make import make_member
from tests.protocols.fluid.app import App, assert_envelope, bearer, jwt_of, shop_of


def part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    return dict(json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def assert_bare_401(response: requests.Response) -> None:
    assert response.status_code == 401, response.text
    assert list(response.json()) == ["message"]


def exchange(app: App, operation: str, **body: object) -> requests.Response:
    return app.server.put(f"/api/user_companies/{operation}", json=body)


def test_a_jwt_says_which_membership_and_ends_in_a_day(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    token = app.sign_in(rita.user.email)["companies"][0]["jwt"]
    header, claims = part(token, 0), part(token, 1)
    assert header["alg"] == "HS256"
    assert SigningKey.objects.filter(kid=header["kid"]).exists()
    assert claims["auth_type"] == "user_company"
    assert claims["id"] == claims["user_company_id"] == rita.pk
    assert (claims["company_id"], claims["user_id"]) == (acme.pk, rita.user_id)
    assert claims["exp"] - claims["iat"] == 24 * 3600
    assert claims["jti"]
    assert Session.objects.filter(company_id=acme.pk, pk=claims["sid"]).exists()


def test_a_bearer_is_a_jwt_or_a_user_company_token(app: App, acme: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    opaque = exchange(app, "jwt_exchange", jwt=token).json()["user_company_token"]
    assert opaque.startswith("uc_")
    for good in (token, opaque):
        assert app.call("GET", "/api/me", good).status_code == 200
        assert app.server.get("/api/me", headers={"Authorization": f"bearer  {good}"}).status_code == 200
    for headers in ({}, {"Authorization": ""}, {"Authorization": token}, {"Authorization": f"Basic {token}"}):
        assert_bare_401(app.server.get("/api/me", headers=headers))
    assert_bare_401(app.call("GET", "/api/me", f"{opaque[:-1]}?"))


def forged(token: str) -> dict[str, str]:
    """Tokens that somebody made from a good one."""
    header, claims, signature = token.split(".")
    known = part(token, 0)
    another = OctKey.import_key(b"k" * 32)

    def signed(**changes: object) -> str:
        algorithm = str(changes.get("alg", "HS256"))
        return jose.encode({**known, **changes}, part(token, 1), another, algorithms=[algorithm])

    def headed(**changes: object) -> str:
        return f"{encoded({**known, **changes})}.{claims}.{signature}"

    return {
        "another's key": signed(),
        "another algorithm": signed(alg="HS512"),
        "no algorithm": f"{encoded({**known, 'alg': 'none'})}.{claims}.",
        "no algorithm, signed": headed(alg="none"),
        "algorithm in capitals": headed(alg="hs256"),
        "algorithm as a list": headed(alg=["HS256"]),
        "unknown key": headed(kid="unknown"),
        "key name injected": headed(kid="' OR 1=1 --"),
        "key name with NUL": headed(kid="a\0b"),
        "key name as an object": headed(kid={"a": 1}),
        "no key name": f"{encoded({'alg': 'HS256'})}.{claims}.{signature}",
        "key address": headed(jku="https://evil.test/keys"),
        "key brought along": headed(jwk={"kty": "oct", "k": "a2tr"}),
        "critical header": headed(crit=["exp"], exp=1),
        "other claims": f"{header}.{encoded({**part(token, 1), 'company_id': 1})}.{signature}",
        "no signature": f"{header}.{claims}.",
        "two parts": f"{header}.{claims}",
        "five parts": f"{token}.a.b",
        "header is a list": f"{encoded(['alg'])}.{claims}.{signature}",
        "header is nested deeply": f"{encoded('x')[:-1]}{'W' * 300}.{claims}.{signature}",
        "not base64": f"~~~.{claims}.{signature}",
        "dots": "...",
        "huge": "eyJ" + "A" * 60_000,
        "not ASCII": "é" * 40,
    }


def test_forged_tokens_are_refused_everywhere(app: App, acme: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    for name, bad in forged(token).items():
        response = app.server.get("/api/me", headers={"Authorization": f"Bearer {bad}".encode()})
        # 431 where the web server itself refuses so long a header.
        assert response.status_code in ({401, 431} if name == "huge" else {401}), name
        assert_envelope(exchange(app, "jwt_exchange", jwt=bad), 401)
        assert_envelope(exchange(app, "jwt_refresh", jwt=bad), 401)
        if name != "huge":
            assert_envelope(app.server.get("/api/authentication/me", params={"jwt": bad}), 404)
    assert app.call("GET", "/api/me", token).status_code == 200


def test_two_credentials_at_once_are_none(app: App, acme: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    assert_bare_401(app.server.get("/api/me", headers={"Authorization": f"Bearer {token}, Bearer {token}"}))


def test_a_token_that_has_ended_is_refused(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    claims = part(jwt_of(rita), 1)
    late = signing.sign({**claims, "exp": int(time.time()) - 1})
    endless = signing.sign({name: value for name, value in claims.items() if name != "exp"})
    odd = [
        signing.sign({**claims, name: value}) for name, value in (("sid", "1"), ("sid", 2**70), ("company_id", None))
    ]
    for bad in (late, endless, signing.sign({**claims, "auth_type": "customer"}), *odd):
        assert_bare_401(app.call("GET", "/api/me", bad))
    assert_envelope(exchange(app, "jwt_refresh", jwt=late), 401)
    assert app.call("GET", "/api/me", signing.sign(claims)).status_code == 200


def test_jwt_and_user_company_token_are_exchanged_both_ways(app: App, acme: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    there = exchange(app, "jwt_exchange", jwt=token)
    assert list(there.json()) == ["user_company_token", "meta"]
    back = exchange(app, "token_exchange", user_company_token=there.json()["user_company_token"])
    assert list(back.json()) == ["jwt", "meta"]
    assert part(back.json()["jwt"], 1)["sid"] == part(token, 1)["sid"]
    assert app.call("GET", "/api/me", back.json()["jwt"]).status_code == 200
    in_query = app.server.put("/api/user_companies/jwt_exchange", params={"jwt": token})
    assert in_query.status_code == 200
    for bad in ("", "uc_nothing", "x"):
        assert_envelope(exchange(app, "token_exchange", user_company_token=bad), 401)
    assert_envelope(exchange(app, "token_exchange", user_company_token=[1]), 422)
    assert_envelope(exchange(app, "jwt_exchange"), 422)
    assert_envelope(exchange(app, "jwt_exchange", jwt={"a": 1}), 422)


def test_a_refreshed_jwt_ends_later_again_and_again(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    token = jwt_of(rita)
    ends = [part(token, 1)["exp"]]
    for _ in range(3):
        token = exchange(app, "jwt_refresh", jwt=token).json()["jwt"]
        ends.append(part(token, 1)["exp"])
        assert app.call("GET", "/api/me", token).status_code == 200
    assert ends == sorted(set(ends))
    end_session(operator(acme.pk), part(token, 1)["sid"])
    assert_envelope(exchange(app, "jwt_refresh", jwt=token), 401)


@pytest.mark.parametrize("by", ["user_company_token", "jwt"])
def test_a_revoked_token_takes_its_whole_session_with_it_and_no_other(app: App, acme: Company, by: str) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    jwt, other = jwt_of(rita), jwt_of(rita)
    token = exchange(app, "jwt_exchange", jwt=jwt).json()["user_company_token"]
    second = exchange(app, "jwt_exchange", jwt=jwt).json()["user_company_token"]
    revoked = exchange(app, "token_revoke", **{by: {"user_company_token": token, "jwt": jwt}[by]})
    assert revoked.status_code == 200
    assert list(revoked.json()) == ["revoked", "meta"]
    for bad in (jwt, token, second):
        for _ in range(4):
            assert_bare_401(app.call("GET", "/api/me", bad))
    assert_envelope(exchange(app, "jwt_refresh", jwt=jwt), 401)
    assert_envelope(exchange(app, "token_exchange", user_company_token=second), 401)
    assert app.call("GET", "/api/me", other).status_code == 200
    for nothing in ({}, {"user_company_token": token}, {"user_company_token": "uc_nothing"}, {"jwt": "a.b.c"}):
        assert_envelope(exchange(app, "token_revoke", **nothing), 401)
    assert_envelope(exchange(app, "token_revoke", jwt=["x"]), 422)


def end(member: Membership, token: str) -> None:
    end_session(operator(member.company_id), part(token, 1)["sid"])


def outlive(member: Membership, token: str) -> None:
    rows = Session.objects.filter(company_id=member.company_id, pk=part(token, 1)["sid"])
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))


def suspend(member: Membership, _token: str) -> None:
    Membership.objects.filter(pk=member.pk).update(is_active=False)


def remove(member: Membership, _token: str) -> None:
    Membership.objects.filter(pk=member.pk).delete()


def suspend_user(member: Membership, _token: str) -> None:
    User.objects.filter(pk=member.user_id).update(is_active=False)


def disable_company(member: Membership, _token: str) -> None:
    Company.objects.filter(pk=member.company_id).update(is_active=False)


@pytest.mark.parametrize("how", [end, outlive, suspend, remove, suspend_user, disable_company])
def test_what_has_ended_is_refused_at_once_on_every_process(app: App, acme: Company, how: Any) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    token = jwt_of(rita)
    opaque = exchange(app, "jwt_exchange", jwt=token).json()["user_company_token"]
    for good in (token, opaque):
        assert {app.call("GET", "/api/me", good).status_code for _ in range(8)} == {200}
    how(rita, token)
    for bad in (token, opaque):
        for _ in range(8):
            assert_bare_401(app.call("GET", "/api/me", bad))
    assert_envelope(exchange(app, "jwt_exchange", jwt=token), 401)
    assert_envelope(exchange(app, "token_exchange", user_company_token=opaque), 401)
    assert_envelope(app.server.get("/api/authentication/me", params={"jwt": token}), 404)


def test_ending_one_session_leaves_the_others(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    phone, tablet = jwt_of(rita), jwt_of(rita)
    asking = stranger(wire="fluid")
    end_session(get_live_session(acme.pk, part(phone, 1)["sid"], asking).actor, part(phone, 1)["sid"])
    assert_bare_401(app.call("GET", "/api/me", phone))
    assert app.call("GET", "/api/me", tablet).status_code == 200


def test_switching_gives_a_token_for_the_other_company_and_leaves_the_old_one(
    app: App, acme: Company, globex: Company
) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    make_member(globex, "Rita", Role.ADMIN, email=rita.user.email)
    old = jwt_of(rita)
    switched = app.call("PUT", f"/api/authentication/company/{globex.pk}/switch", old)
    assert switched.status_code == 200
    assert list(switched.json()) == ["company", "meta"]
    company = switched.json()["company"]
    assert list(company) == ["id", "name", "fluid_shop", "logo_url", "jwt", "redirect_path"]
    assert (company["id"], company["fluid_shop"], company["redirect_path"]) == (globex.pk, shop_of(globex), "/")
    assert app.call("GET", "/api/me", company["jwt"]).json()["company"]["id"] == globex.pk
    assert app.call("GET", "/api/me", old).json()["company"]["id"] == acme.pk


def test_nobody_switches_into_a_company_that_is_not_his(app: App, acme: Company, globex: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    for company_id in (globex.pk, 0, 10**17):
        assert_envelope(app.call("PUT", f"/api/authentication/company/{company_id}/switch", token), 404)
    for odd in ("abc", "-1", "1.5", "9" * 30):
        assert_envelope(app.call("PUT", f"/api/authentication/company/{odd}/switch", token), 404)
    assert_bare_401(app.server.put(f"/api/authentication/company/{acme.pk}/switch"))


def test_the_user_behind_a_jwt(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.ADMIN)
    User.objects.filter(pk=rita.user_id).update(is_operator=True)
    token = jwt_of(rita)
    shown = app.server.get("/api/authentication/me", params={"jwt": token})
    assert shown.status_code == 200
    assert list(shown.json()) == ["user", "user_company", "meta"]
    assert shown.json()["user"] == {
        "id": rita.user_id,
        "first_name": "Rita",
        "last_name": "Example",
        "email": rita.user.email,
        "avatar_url": None,
        "root_admin": True,
    }
    assert shown.json()["user_company"] == {
        "id": rita.pk,
        "company_id": acme.pk,
        "company_name": "Acme",
        "roles": '["admin"]',
        "user_type": "admin",
        "logo_url": None,
        "icon_url": None,
        "fluid_shop": shop_of(acme),
        "company_colors": {"primary_color": "#2f5d8a", "secondary_color": None},
    }
    assert_envelope(app.server.get("/api/authentication/me"), 422)
    # Another user's right to operate the server is not inherited.
    bob = jwt_of(make_member(acme, "Bob", Role.REP))
    assert app.server.get("/api/authentication/me", params={"jwt": bob}).json()["user"]["root_admin"] is False


def test_a_company_by_its_shop(app: App, acme: Company, globex: Company) -> None:
    path = "/api/authentication/company/"
    for name in (acme.slug, f"{acme.slug}.fluid.app", acme.slug.upper(), shop_of(acme)):
        shown = app.server.get(path + name)
        assert shown.status_code == 200, name
        assert list(shown.json()) == ["company", "meta"]
        assert shown.json()["company"] == {
            "name": "Acme",
            "logo_url": None,
            "color": "#2f5d8a",
            "fluid_shop": shop_of(acme),
            "primary_domain_hostname": shop_of(acme),
            "support_email": None,
        }
    Company.objects.filter(pk=globex.pk).update(is_active=False)
    for name in ("no-such-shop", globex.slug, "%00", "%FF", ".", "a" * 5000):
        missing = app.server.get(path + name)
        assert_envelope(missing, 404)
        assert missing.headers["Cache-Control"] == "no-store"


def test_a_company_that_does_not_speak_this_protocol_is_not_there(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    token = jwt_of(rita)
    opaque = exchange(app, "jwt_exchange", jwt=token).json()["user_company_token"]
    switch_module(operator(acme.pk), module="fluid", on=False)
    for bad in (token, opaque):
        assert_envelope(app.call("GET", "/api/me", bad), 404)
        assert_envelope(app.call("GET", "/api/contacts", bad), 404)
    assert_envelope(exchange(app, "jwt_exchange", jwt=token), 404)
    assert_envelope(exchange(app, "token_exchange", user_company_token=opaque), 404)
    assert_envelope(app.server.get(f"/api/authentication/company/{acme.slug}"), 404)
    switch_module(operator(acme.pk), module="fluid", on=True)
    assert app.call("GET", "/api/me", token).status_code == 200


def test_a_new_signing_key_is_known_to_every_process_and_the_old_one_still_checks(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    before = jwt_of(rita)
    from portico.identity.actions.signing_keys import _make

    newest = SigningKey.objects.order_by("-retires_at").first()
    assert newest is not None
    _make(lasting=newest.retires_at - timezone.now() + timedelta(hours=1))
    fresh = SigningKey.objects.order_by("-retires_at").first()
    assert fresh is not None
    assert fresh.pk != newest.pk
    claims = part(before, 1)
    after = jose.encode(
        {"alg": "HS256", "kid": fresh.kid},
        claims,
        signing._keys.opened(fresh).secret,  # type: ignore[union-attr]  # noqa: SLF001 -- signs as the next week's process will
        algorithms=["HS256"],
    )
    end_at = time.monotonic() + 20
    while app.call("GET", "/api/me", after).status_code != 200:
        assert time.monotonic() < end_at
    assert app.call("GET", "/api/me", before).status_code == 200
    SigningKey.objects.filter(pk=fresh.pk).delete()


def test_tokens_are_found_nowhere_in_the_database(app: App, acme: Company) -> None:
    token = jwt_of(make_member(acme, "Rita", Role.REP))
    opaque = exchange(app, "jwt_exchange", jwt=token).json()["user_company_token"]
    app.server.get("/api/authentication/me", params={"jwt": token})
    app.server.get("/api/me", headers=bearer(opaque))
    log = app.server.log()
    assert token not in log
    assert opaque not in log
