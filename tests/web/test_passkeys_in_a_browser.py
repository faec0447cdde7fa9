"""Our script and a browser's own passkeys: what no test without a browser sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

from portico.access import Role
from portico.companies.models import Company
from tests.chromium import chromium
from tests.make import make_member
from tests.server import Server
from tests.web.browser import Browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def page_with_authenticator() -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page()
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield page


def test_a_passkey_is_made_and_signs_in_by_one_press(server: Server, acme: Company) -> None:
    cookie = Browser(server).enter(make_member(acme, "Anna", Role.ADMIN)).session
    # A passkey belongs to a host name, which 127.0.0.1 is not.
    address = "http://localhost:{port}"
    folder = Path(settings.DATA_FOLDER)
    with Server.running(folder, "web", PORTICO_URL=address) as named, page_with_authenticator() as page:
        at = address.format(port=named.port)
        page.context.add_cookies([{"name": "portico_session", "value": cookie, "url": at}])
        page.goto(f"{at}/account/passkeys/add")
        page.get_by_label("Name").fill("this laptop")
        page.get_by_role("button", name="Add it").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        page.goto(f"{at}/sign-out")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("heading", name="Your account").wait_for()
        assert "this laptop" in page.content()
