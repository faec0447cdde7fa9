"""Every secret over every wire, in every place where a client may put it; then nothing of them in any log or table."""

import base64
import hashlib
import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import pytest
import requests

from portico.lib.postgres import PORT, _binary, socket_folder
from portico.lib.secrets import is_well_formed
from tests import in_folder
from tests.folders import copy_folder
from tests.protocols.fluid.app import button_of, press
from tests.server import Server

NAMES = (
    "pass", "password", "mbr_auth", "user", "jwt", "token", "user_company_token", "verification_code", "uuid",
    "_wp_http_referer", "key", "secret", "code", "hash",
)  # fmt: skip
PATHS = (
    "/", "/wp-json/", "/wp-json/fluent-crm/v2/subscribers", "/wp-json/wp/v2/users/me", "/api/me", "/api/contacts",
    "/api/authentication/me", "/api/authentication/confirm_mfa", "/api/authentication/magic_link/confirm",
    "/api/user_companies/jwt_exchange", "/api/user_companies/token_exchange", "/docs/fluid", "/nowhere",
    "/api/portico/v1/contacts/duplicates", "/api/portico/v1/contacts/merge",
)  # fmt: skip
PREFIXES = (
    "/",
    "/sign-in/",
    "/api/",
    "/api/authentication/company/",
    "/wp-json/",
    "/wp-json/fluent-crm/v2/tags/",
    "/docs/",
    "/_mock/",
    "/api/portico/v1/contacts/",
)


@dataclass
class Portico:
    """The server under suspicion, and what must not be found anywhere."""

    server: Server
    folder: Path
    world: dict[str, str]
    secrets: dict[str, str] = field(default_factory=dict)

    def keep(self, **secrets: str) -> None:
        self.secrets |= secrets

    def connect(self) -> psycopg.Connection:
        place = str(socket_folder(self.folder / "postgres"))
        return psycopg.connect(host=place, dbname="portico", user="portico", autocommit=True)

    @property
    def basic(self) -> tuple[str, str]:
        return self.world["username"], self.world["key"]

    def as_member(self, user: str, password: str, **more: str) -> requests.Response:
        form = {"mbr_auth": self.world["code"], "user": user, "pass": password, **more}
        self.server.get("/", params=form)
        return self.server.post("/", data=form)

    def dump(self) -> dict[str, str]:
        """What pg_dump writes of each table; under "" all that is no table's."""
        command = [_binary("pg_dump"), "--host", str(socket_folder(self.folder / "postgres")), "--port", str(PORT)]
        done = subprocess.run([*command, "--username", "portico", "portico"], capture_output=True, check=True)
        text = done.stdout.decode()
        tables = dict(re.findall(r"^COPY public\.(\w+) [^\n]*\n(.*?)^\\\.$", text, re.MULTILINE | re.DOTALL))
        return {**tables, "": re.sub(r"^COPY .*?^\\\.$", "", text, flags=re.MULTILINE | re.DOTALL)}

    def logs(self) -> dict[str, str]:
        files = {self.server.log_file, *self.folder.rglob("*.log")}
        return {file.name: file.read_text(errors="replace") for file in files}


@pytest.fixture(scope="module")
def portico(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portico]:
    """After everything was sent."""
    folder = copy_folder(migrated_folder, tmp_path_factory.mktemp("secrets"))
    with Server.running(folder, DATABASE_URL="", PORTICO_ALLOW_URL_CREDENTIALS="on") as server:
        suspect = Portico(server, folder, in_folder.run(folder, "world"))
        use_every_credential(suspect)
        names = ("key", "code", "webhook", "ann", "wrong_password", "passcode", "link", "exchange", "jwt", "token")
        scatter(suspect, [suspect.secrets[name] for name in names])
        run_into_bugs(suspect)
        yield suspect


def use_every_credential(portico: Portico) -> None:
    """Right ones and wrong ones, as their clients send them."""
    server, world = portico.server, portico.world
    portico.keep(key=world["key"], code=world["code"], ann=world["anns_password"], bob=world["bobs_password"])
    portico.keep(basic=base64.b64encode(":".join(portico.basic).encode()).decode())
    portico.keep(wrong_password="wrong-Zebra-Guess", wrong_code="wrong-Otter-Code", wrong_key="ptk_wrongLynxKey")
    portico.keep(webhook=world["webhook"], wrong_webhook="6b1f0c1e-0000-4000-8000-wrongWeasel0")
    for key in (world["webhook"], "6b1f0c1e-0000-4000-8000-wrongWeasel0"):
        sent = server.post(f"/?fluentcrm=1&route=contact&hash={key}", json={"email": "hook@people.test"})
        assert sent.json()["success"] is (key == world["webhook"])
    portico.keep(wrong_link="pul_wrongBadgerLink", wrong_jwt="eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.wrongStoatSignature")
    assert portico.as_member(world["ann"], world["anns_password"]).content.startswith(b"a:")
    assert portico.as_member(world["bob"], world["bobs_password"]).content.startswith(b"a:")
    assert portico.as_member(world["ann"], "wrong-Zebra-Guess").content == b"b:0;"
    assert server.get("/wp-json/fluent-crm/v2/subscribers", auth=portico.basic).status_code == 200
    bearer = {"Authorization": f"Bearer {world['key']}"}
    assert server.get("/api/portico/v1/contacts/duplicates", headers=bearer).status_code == 200
    by_address = {"_wp_http_referer": ":".join(portico.basic)}
    assert server.get("/wp-json/fluent-crm/v2/subscribers", params=by_address).status_code == 200
    assert server.get("/wp-json/fluent-crm/v2/subscribers", auth=("x", "ptk_wrongLynxKey")).status_code == 401
    sign_in_by_code(portico)
    sign_in_by_link(portico)


def mailed(portico: Portico) -> tuple[str, str]:
    """The code and the link's token of the newest mail."""
    text = in_folder.run(portico.folder, "mails")[0]
    return re.findall(r"\b\d{6}\b", text)[0], re.findall(r"pul_\w+", text)[0]


def sign_in_by_code(portico: Portico) -> None:
    server = portico.server
    sent = server.post("/api/authentication/send_mfa", json={"email": portico.world["rep"]}).json()
    uuid = sent["multi_factor_authentication"]["uuid"]
    code, link = mailed(portico)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    portico.keep(passcode=code, link=link, wrong_passcode=wrong)

    def confirm(code: str) -> requests.Response:
        inner = {"verification_code": code}
        return server.post("/api/authentication/confirm_mfa", json={"uuid": uuid, "multi_factor_authentication": inner})

    assert confirm(wrong).status_code == 422
    jwt = confirm(code).json()["companies"][0]["jwt"]
    token = server.put("/api/user_companies/jwt_exchange", json={"jwt": jwt}).json()["user_company_token"]
    portico.keep(jwt=jwt, signature=jwt.rpartition(".")[2], token=token)
    for bearer in (jwt, token):
        assert server.get("/api/me", headers={"Authorization": f"Bearer {bearer}"}).status_code == 200
    assert server.get("/api/authentication/me", params={"jwt": jwt}).status_code == 200
    refreshed = server.put("/api/user_companies/jwt_refresh", params={"jwt": jwt}).json()["jwt"]
    portico.keep(refreshed=refreshed.rpartition(".")[2])


def sign_in_by_link(portico: Portico) -> None:
    server, world = portico.server, portico.world
    asked = {"email": world["rep"], "fluid_shop": world["slug"], "redirect_url": "https://app.example.com/in"}
    assert server.post("/api/authentication/magic_link", json=asked).status_code == 201
    code, link = mailed(portico)
    button = button_of(server, f"/sign-in/{link}")
    to = button().headers["Location"]
    (exchange,) = parse_qs(urlsplit(to).query)["token"]
    assert button().status_code == 410
    answer = server.post("/api/authentication/magic_link/confirm", json={"token": exchange})
    portico.keep(second_passcode=code, second_link=link, exchange=exchange)
    portico.keep(second_jwt=answer.json()["companies"][0]["jwt"].rpartition(".")[2])


def scatter(portico: Portico, secrets: list[str]) -> None:
    """Send them where they belong and where they do not: every place on every path has one, and by turns each."""
    server = portico.server
    for turn, path in enumerate(PATHS):
        fields = {name: secrets[(turn + number) % len(secrets)] for number, name in enumerate(NAMES)}
        secret = fields["pass"]
        server.get(path, params=fields)
        server.post(path, json=fields)
        server.post(path, data=fields)
        server.put(path, json={"subscriber": fields, "contact": fields, "multi_factor_authentication": fields})
        server.post(path, files={name: (None, value) for name, value in fields.items()})
        server.post(path, data=f'{{"pass": "{secret}"', headers={"Content-Type": "application/json"})
        server.post(path, json=fields, auth=portico.basic)
        for number in range(len(secrets)):
            server.get(path, headers=headers_with(secrets[(turn + number) % len(secrets)], number))
    for secret in secrets:
        for prefix in PREFIXES:
            server.get(prefix + quote(secret, safe=""))
            server.post(prefix + quote(secret, safe=""))
        send_raw(server, f"GET /?pass={secret} HTTP/9.9\r\n\r\n")
        send_raw(server, f"GET /?pass={secret} HTTP/1.1\r\nHost: x\r\nX: {secret * 4000}\r\n\r\n")
        send_raw(server, f"POST / HTTP/1.1\r\nHost: {secret}/?@\r\nContent-Length: x\r\n\r\npass={secret}")


def headers_with(secret: str, number: int) -> dict[str, str]:
    """One of the ways in which headers carry a secret."""
    in_clear = f"someone:{secret}"
    ways = [
        {"Authorization": f"Basic {base64.b64encode(in_clear.encode()).decode()}"},
        {"Authorization": f"Basic {in_clear}"},
        {"Authorization": f"Bearer {secret}"},
        {"Authorization": secret},
        {"Cookie": f"session={secret}", "Referer": f"https://x.test/?t={secret}", "X-Api-Key": secret},
        {"User-Agent": secret, "Origin": f"https://{secret}", "X-HTTP-Method-Override": secret},
    ]
    return ways[number % len(ways)]


def send_raw(server: Server, text: str) -> None:
    """What no client of ours would send. Whether it is answered does not matter."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        try:
            connection.sendall(text.encode())
            connection.recv(1000)
        except OSError:
            return


@contextmanager
def changed(portico: Portico, there: str, back: str) -> Iterator[None]:
    with portico.connect() as connection:
        connection.execute(there.encode())
    yield
    with portico.connect() as connection:
        connection.execute(back.encode())


def run_into_bugs(portico: Portico) -> None:
    """Make the database fail under every wire: by a table that is gone, by a constraint that quotes what it refuses."""
    server, world = portico.server, portico.world
    rep = {"Authorization": f"Bearer {portico.secrets['token']}"}
    for table in ("contact", "api_key", "security_code", "incoming_webhook", "session", "sign_in_challenge"):
        with changed(portico, f"ALTER TABLE {table} RENAME TO gone", f"ALTER TABLE gone RENAME TO {table}"):
            portico.as_member(world["ann"], world["anns_password"])
            server.get("/wp-json/fluent-crm/v2/subscribers", auth=portico.basic)
            server.get("/api/contacts", headers=rep)
            server.post(f"/?fluentcrm=1&route=contact&hash={world['webhook']}", json={"email": "hook@people.test"})
            server.get("/api/portico/v1/contacts/1", headers={"Authorization": f"Bearer {world['key']}"})
            server.get("/api/authentication/me", params={"jwt": portico.secrets["jwt"]})
            server.post("/api/authentication/magic_link/confirm", json={"token": portico.secrets["exchange"]})
            press(server, f"/sign-in/{portico.secrets['link']}")
    with portico.connect() as connection:
        # To be replaced at the next sign-in, which the constraint then refuses with the whole row in its words.
        connection.execute(
            "UPDATE contact SET password_hash = md5(%s) WHERE email = %s", [world["bobs_password"], world["bob"]]
        )
    for table in ("contact", "audit_entry", "throttle", "sign_in_challenge", "session_token"):
        never = f"ALTER TABLE {table} ADD CONSTRAINT never CHECK (false) NOT VALID"
        with changed(portico, never, f"ALTER TABLE {table} DROP CONSTRAINT never"):
            portico.as_member(world["bob"], world["bobs_password"])
            portico.as_member(world["ann"], "wrong-Zebra-Guess")
            hooked = {"email": "hooked@people.test", "note": world["webhook"]}
            server.post(f"/?fluentcrm=1&route=contact&hash={world['webhook']}", json=hooked)
            new = {"email": "new@people.test", "password": world["anns_password"]}
            server.post("/wp-json/fluent-crm/v2/subscribers", json=new, auth=portico.basic)
            server.post("/api/contacts", json={"first_name": "New", "password": "wrong-Zebra-Guess"}, headers=rep)
            server.post("/api/authentication/send_mfa", json={"email": world["rep"]})
            server.put("/api/user_companies/jwt_exchange", json={"jwt": portico.secrets["jwt"]})


def holds(text: str, secret: str) -> bool:
    """Also as addresses, headers and dumps of bytes have it. Digits count only where they stand alone."""
    if secret.isdigit():
        return re.search(rf"(?<![\d.]){secret}(?!\d)", text) is not None
    coded = (base64.b64encode(f"someone:{secret}".encode()).decode(), secret.encode().hex(), quote(secret, safe=""))
    return any(form in text for form in (secret, *coded))


def test_no_log_holds_a_secret(portico: Portico) -> None:
    logs = portico.logs()
    assert {"postgres.log", portico.server.log_file.name} <= set(logs)
    assert [
        (file, name) for file, text in logs.items() for name, secret in portico.secrets.items() if holds(text, secret)
    ] == []


def test_no_log_holds_the_hash_of_a_password(portico: Portico) -> None:
    hashes = [hashlib.md5(portico.world["bobs_password"].encode()).hexdigest()]  # noqa: S324 -- as old sites have it
    with portico.connect() as connection:
        hashes += [row[0] for row in connection.execute("SELECT password_hash FROM contact WHERE password_hash <> ''")]
    assert len(hashes) > 2
    for file, text in portico.logs().items():
        assert [one for one in hashes if one in text] == [], file
        assert "$argon2id$" not in text, file


def test_a_dump_of_the_database_holds_no_secret_that_could_be_used(portico: Portico) -> None:
    dump = portico.dump()
    assert [
        (table, name) for table, text in dump.items() for name, secret in portico.secrets.items() if holds(text, secret)
    ] == []
    used = {"audit_entry", "contact", "api_key", "security_code", "sign_in_challenge", "session_token", "mail"}
    assert used <= {table for table, text in dump.items() if text}
    # Whatever kind it is of: what we make has a prefix and a checksum, and JWTs begin alike.
    assert is_a_secret(portico.secrets["key"])
    for table, text in dump.items():
        assert [
            found for found in re.findall(r"[a-z]{2,5}_[0-9A-Za-z]{30}(?![0-9A-Za-z])", text) if is_a_secret(found)
        ] == [], table
        assert re.search(r"eyJ[\w-]+\.eyJ[\w-]+", text) is None, table


def is_a_secret(text: str) -> bool:
    return is_well_formed(text, text.partition("_")[0] + "_")


def test_what_a_dump_does_hold_opens_nothing(portico: Portico) -> None:
    """The digests of keys and codes, in whatever form somebody may think of."""
    with portico.connect() as connection:
        rows = connection.execute("SELECT encode(digest, 'hex'), encode(digest, 'base64') FROM api_key").fetchall()
        codes = connection.execute("SELECT encode(digest, 'hex') FROM security_code").fetchall()
        tokens = connection.execute("SELECT encode(digest, 'hex') FROM session_token").fetchall()
    server, world = portico.server, portico.world
    for stolen in (text for row in rows for text in row):
        assert server.get("/wp-json/fluent-crm/v2/subscribers", auth=(world["username"], stolen)).status_code == 401
    for (stolen,) in tokens:
        assert server.get("/api/me", headers={"Authorization": f"Bearer uc_{stolen}"}).status_code == 401
    for (stolen,) in codes:
        form = {"mbr_auth": stolen, "user": world["ann"], "pass": world["anns_password"]}
        assert server.post("/", data=form).content == b"b:0;"


def test_the_log_tells_all_that_happened(portico: Portico) -> None:
    """Or there would be nothing to leave out."""
    lines = [json.loads(line) for line in portico.server.log().splitlines() if line.startswith("{")]
    routes = {line.get("route") for line in lines if line["event"] == "request"}
    broken = {line.get("route") for line in lines if line["event"] == "bug"}
    for route in (
        "remote-authentication",
        "fluentcrm fluent-crm/v2/subscribers",
        "fluentcrm webhook",
        "api/authentication/me",
        "api/contacts",
        "native contacts/<int:id>",
    ):
        assert route in routes
        assert route in broken
    bugs = [line["exception"] for line in lines if line["event"] == "bug"]
    assert any("UndefinedTable" in bug for bug in bugs)
    assert any("CheckViolation" in bug and "DETAIL:" in bug for bug in bugs)


def test_nothing_is_kept_from_working_by_all_this(portico: Portico) -> None:
    world = portico.world
    assert portico.as_member(world["bob"], world["bobs_password"]).content.startswith(b"a:")
    assert portico.server.get("/wp-json/fluent-crm/v2/subscribers", auth=portico.basic).status_code == 200
