"""What holds for every page for people who sign in, found by walking the routes."""

import re

from portico.access import Role
from portico.companies.models import Company
from portico.web.console.routes import CONSOLE
from portico.web.routes import ROUTES
from tests.make import make_company, make_member
from tests.server import Server
from tests.web.browser import Browser

INPUT = re.compile(r"<(?:input|select)\b(?![^>]*type=\"hidden\")[^>]*>")


def test_every_page_can_be_read_and_used_without_seeing_it(server: Server, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.ADMIN)
    make_member(make_company("other"), "Anna", Role.REP, email=anna.user.email)
    stranger, owner, half = Browser(server), Browser(server).enter(anna), Browser(server)
    owner.add_app()
    half.sign_in(anna)
    stranger.send("/sign-in", email="nobody@nowhere.test")
    seen = 0
    for path in (one.path for one in ROUTES if one.method == "GET" and one not in CONSOLE):
        by = half if path == "sign-in/factor" else owner if path.startswith(("account", "sign-out")) else stranger
        answer = by.get(f"/{path}".replace("<str:link>", "prl_x").replace("<str:company>", acme.slug))
        assert answer.status_code in {200, 410}, path
        page = answer.text
        assert page.count("<h1") == 1, path
        assert '<html lang="en">' in page
        assert re.search(r"<title>\S", page), path
        for field in INPUT.findall(page):
            name = re.search(r' id="([\w-]+)"', field)
            assert name, field
            assert f'<label for="{name[1]}">' in page, field
        assert not re.search(r"<script(?! src=\"/assets/)|<style|style=|onclick|javascript:", page), path
        assert page.count('<form method="post"') == page.count('name="csrfmiddlewaretoken"'), path
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        seen += 1
    assert seen > 12


def test_the_script_is_ours_and_kept_by_browsers(server: Server) -> None:
    script = server.get("/assets/passkeys.js")
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "navigator.credentials" in script.text
    assert server.get("/assets/passkeys.js", headers={"If-None-Match": script.headers["ETag"]}).status_code == 304
    assert not server.call("HEAD", "/assets/passkeys.js").content
