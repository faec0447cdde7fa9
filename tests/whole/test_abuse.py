"""Headers, tokens and bodies as no honest client sends them, on every wire: never a 500, and nobody comes in."""

import base64
import hmac
import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from joserfc.jwk import RSAKey

from portico.access import Role
from portico.contacts.models import Contact
from portico.identity import signing
from portico.openid.signing import public_keys
from tests.make import make_code, make_company, make_contact, make_key, make_member
from tests.protocols.fluid.app import jwt_of
from tests.protocols.fluid.test_tokens import forged, part
from tests.server import Server

LONG = 64 * 1024
PATHS = {
    "fluentcrm": "/wp-json/fluent-crm/v2/subscribers",
    "fluid": "/api/contacts",
    "native": "/api/portico/v1/contacts/duplicates",
    "activemember": "/",
    "mailed link": "/sign-in/pul_x",
}


@dataclass(frozen=True, slots=True)
class World:
    """Good credentials of one company, to be bent."""

    server: Server
    company: int
    basic: str
    key: str
    token: str
    code: str

    def good(self, wire: str) -> str:
        return {"fluentcrm": f"Basic {self.basic}", "native": f"Bearer {self.key}"}.get(wire, f"Bearer {self.token}")

    def status(self, request: bytes, *, is_broken_off: bool = False) -> int:
        """Of the answer to these bytes; 0 where the connection was closed without one."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as line:
            try:
                line.sendall(request)
                if is_broken_off:
                    line.shutdown(socket.SHUT_WR)
                answer = line.makefile("rb").readline()
            except ConnectionError:
                return 0
        found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        return int(found[1]) if found else 0

    def get(self, path: str, *headers: str | bytes) -> int:
        return self.status(head("GET", path, *headers))


def head(method: str, path: str, *headers: str | bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers]
    return b"\r\n".join(one.encode() if isinstance(one, str) else one for one in lines) + b"\r\n\r\n"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    company = make_company()
    make_contact(company)
    key = make_key(company)
    basic = base64.b64encode(f"{key.username}:{key.password}".encode()).decode()
    token = jwt_of(make_member(company, "Rita", Role.REP))
    return World(server, company.pk, basic, key.password, token, make_code(company))


@pytest.fixture(autouse=True)
def no_bug(server: Server) -> Iterator[None]:
    """Nothing that a test here sends may be answered by a bug, wherever it is caught."""
    before = server.log().count('"event": "bug"') + server.log().count('"event":"bug"')
    yield
    assert server.log().count('"event": "bug"') + server.log().count('"event":"bug"') == before


def bent_tokens(token: str) -> dict[str, str]:
    claims = part(token, 1)

    def headed(**header: object) -> str:
        return f"{_part(header)}.{token.partition('.')[2]}"

    return {
        **forged(token),
        **signed_with_a_public_key(token),
        "over since a second": signing.sign({**claims, "exp": int(time.time()) - 1}),
        "never over": signing.sign({name: value for name, value in claims.items() if name != "exp"}),
        "key by address": headed(alg="RS256", jku="http://127.0.0.1:1/keys", kid="x"),
        "certificate by address": headed(alg="RS256", x5u="http://127.0.0.1:1/"),
        "key by a path": headed(alg="HS256", kid="../../../../dev/null"),
        "encrypted": ".".join([_part({"alg": "dir", "enc": "A256GCM"}), "", "AAAA", "AAAA", "AAAA"]),
        "compressed": headed(alg="HS256", zip="DEF", b64=False, crit=["b64"]),
    }


def signed_with_a_public_key(token: str) -> dict[str, str]:
    """HS256 with what everybody may have of the key that signs for other software, in each form that it comes in."""
    (public, *_) = public_keys()
    key, known, claims = RSAKey.import_key(public), part(token, 0), token.split(".")[1]
    secrets = {"PEM": key.as_pem(private=False), "DER": key.as_der(private=False), "JWK": json.dumps(public).encode()}
    found = {}
    for form, secret in secrets.items():
        for kid in (known["kid"], public["kid"]):
            signed = f"{_part({**known, 'kid': kid})}.{claims}"
            mark = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
            found[f"HS256 with the public key as {form}, named {kid}"] = f"{signed}.{mark}"
    return found


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("wire", ["fluentcrm", "fluid", "native"])
def test_bent_tokens_open_nothing_on_any_wire(world: World, wire: str) -> None:
    assert world.get(PATHS[wire], f"Authorization: {world.good(wire)}") == 200
    for name, token in bent_tokens(world.token).items():
        # 400 and 431 are the web server's own, for what is no header or too long a one.
        assert world.get(PATHS[wire], f"Authorization: Bearer {token}") in {400, 401, 431}, name


def credentials(world: World) -> dict[str, str | bytes]:
    user = base64.b64decode(world.basic).decode().partition(":")[0]

    def basic(text: str | bytes) -> str:
        return "Basic " + base64.b64encode(text.encode() if isinstance(text, str) else text).decode()

    return {
        "empty": "", "scheme only": "Basic", "bearer only": "Bearer ", "colon": "Basic :", "no base64": "Basic ~~~",
        "half of base64": f"Basic {world.basic[:-3]}", "base64 of nothing": basic(""), "no colon": basic(user),
        "NUL": basic(f"{user}\0:{world.key}"), "NUL in password": basic(f"{user}:{world.key}\0"),
        "no UTF-8": basic(b"\xff\xfe:\xff"), "raw bytes": b"Basic \xff\xfe:\xff", "raw bearer": b"Bearer \xff\xfe",
        "line end": basic(f"{user}:{world.key}\r\nX: y x"), "two colons": basic(f"{user}:{world.key}:x"),
        "code as key": basic(f"{user}:{world.code}"), "code as bearer": f"Bearer {world.code}",
        "digest": f'Digest username="{user}", response="x"', "negotiate": "Negotiate AAAA",
        "long": "Basic " + "A" * LONG, "long bearer": "Bearer " + "a" * LONG, "long scheme": "B" * LONG,
        "comma": f"Basic {world.basic}, Basic {world.basic}", "list": "Bearer a, Bearer b, Basic c",
    }  # fmt: skip


@pytest.mark.parametrize("wire", PATHS)
def test_bent_credentials_open_nothing_on_any_wire(world: World, wire: str) -> None:
    for name, given in credentials(world).items():
        text = given if isinstance(given, bytes) else given.encode()
        status = world.get(PATHS[wire], b"Authorization: " + text)
        open_to_all = {"activemember": {200}, "mailed link": {410}}.get(wire, set())
        assert status in {400, 401, 431, *open_to_all}, (name, status)


@pytest.mark.parametrize("wire", PATHS)
def test_headers_twice_or_misshapen_are_never_a_bug(world: World, wire: str) -> None:
    path, good = PATHS[wire], f"Authorization: {world.good(wire)}"
    wrong = "Authorization: Bearer wrong"
    for name, headers in {
        "credentials twice": (good, wrong),
        "credentials twice, the good one last": (wrong, good),
        "lengths that differ": ("Content-Length: 0", "Content-Length: 5"),
        "length and chunks": ("Content-Length: 5", "Transfer-Encoding: chunked"),
        "no number for a length": ("Content-Length: -1",),
        "huge length": (f"Content-Length: {2**70}",),
        "hosts": ("Host: evil.test", "Host: \x7f"),
        "host with a path": ("Host: evil.test/../?a#b",),
        "folded": ("X-A: b\r\n c", good),
        "no colon": ("nonsense", good),
        "NUL": ("X-A: a\0b", good),
        "many": tuple(f"X-{number}: y" for number in range(2_000)),
        "long value": (f"X-Long: {'y' * LONG}", good),
        "long name": (f"{'X' * LONG}: y", good),
        "long cookie": ("Cookie: " + "; ".join(f"c{number}={'v' * 50}" for number in range(1_000)), good),
        "broken cookie": ('Cookie: a="\\400\\"; =; ;;; \t', good),
        "long address": (good,),
        "ranges and conditions": ("Range: bytes=-0,-1,5-2", 'If-None-Match: "', "If-Modified-Since: yesterday", good),
        "preferences": ("Accept: " + "*/*;q=x," * 500, "Accept-Language: " + "-" * 500, good),
        "idempotency": (f"Idempotency-Key: {'k' * LONG}", good),
        "method in a header": ("X-HTTP-Method-Override: DELETE", "X-HTTP-Method: \xff", good),
        "forwarded": ("X-Forwarded-For: ::ffff:999.1.1.1, ';--", "X-Forwarded-Proto: javascript", "Forwarded: for=_"),
        "upgrade": ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13"),
        "expectation": ("Expect: 200-maybe", good),
    }.items():
        address = f"{path}?{'a' * LONG}" if name == "long address" else path
        for method in ("GET", "POST"):
            status = world.status(head(method, address, *headers) + b"hello")
            assert status < 500 or status == 501, (name, method, status)
    for headers in ((good, wrong), (wrong, good)):
        if wire not in {"activemember", "mailed link"}:
            assert world.get(path, *headers) in {400, 401}


@pytest.mark.parametrize("wire", PATHS)
def test_bodies_of_64_kilobytes_of_nonsense_are_never_a_bug_and_make_nothing(world: World, wire: str) -> None:
    count = Contact.objects.filter(company_id=world.company).count()
    nested = b"[" * (LONG // 2) + b"]" * (LONG // 2)
    bodies = {
        "application/json": [
            b"{" * LONG, nested, b'{"email":' + nested + b"}", b'"' + b"a" * LONG + b'"', b"\xff" * LONG,
            b'{"email": NaN, "status": 1e999}', b"1" * LONG, b'{"a":1,' * 5_000,
        ],
        "application/x-www-form-urlencoded": [
            b"a" * LONG, b"a[" * (LONG // 2), b"&" * LONG, b"mbr_auth=" + b"%00" * 20_000, b"%" * LONG,
            b"mbr_auth[]=1&user[a][b]=2&pass=" + b"x" * LONG,
        ],
        "multipart/form-data; boundary=b": [
            b"--b\r\n" * 10_000, b"--b\r\nContent-Disposition: form-data; name=" + b"x" * LONG, b"\0" * LONG,
        ],
        "multipart/form-data": [b"--\r\n" * 1_000],
        "text/plain; charset=utf-9000": [b"a" * LONG],
    }  # fmt: skip
    for kind, of_kind in bodies.items():
        for number, body in enumerate(of_kind):
            about = (f"Authorization: {world.good(wire)}", f"Content-Type: {kind}", f"Content-Length: {len(body)}")
            status = world.status(head("POST", PATHS[wire], *about) + body)
            assert 0 < status < 500, (kind, number, status)
    chunked = (f"Authorization: {world.good(wire)}", "Content-Type: application/json", "Transfer-Encoding: chunked")
    for body in (b"ffffffffffffffff\r\n", b"zz\r\n", b"5\r\nabc", b"1\r\n{\r\n" * 2_000):
        status = world.status(head("POST", PATHS[wire], *chunked) + body, is_broken_off=True)
        assert status < 500, (body[:10], status)
    assert Contact.objects.filter(company_id=world.company).count() == count
