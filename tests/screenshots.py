"""Pictures of the main screens: `make screenshots` writes them into screenshots/, which git leaves out.

A demo company on a server of its own, each screen light and dark, on a desk and on a phone, and some in German.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.chromium import CHROMIUM
from tests.server import Server

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZES = {"desk": ViewportSize(width=1280, height=860), "phone": ViewportSize(width=360, height=780)}
# The name of a picture, and its address; {contact} is one of the demo's.
SCREENS = {
    "home": "/console",
    "contacts": "/contacts",
    "contacts-none": "/contacts?search=nobody-is-called-so",
    "contact": "/contacts/{contact}",
    "contact-add": "/contacts/add",
    "tags": "/tags",
    "imports": "/imports",
    "managers": "/settings/managers",
    "manager-add": "/settings/managers/add",
    "keys": "/settings/rest-api",
    "modules": "/modules",
    "security": "/settings/security",
    "mail": "/settings/mail",
    "company": "/settings/company",
    "audit": "/settings/audit",
    "account": "/account",
    "refused": "/nothing-here",
}
IN_GERMAN = ("home", "contacts", "contact", "manager-add", "account")


def cookie_of_owner() -> str:
    """A session of the demo's administrator."""
    from portico.access import stranger
    from portico.cli.demo_company import OWNER
    from portico.identity.actions.sessions import begin_browser_session
    from portico.identity.models import Membership

    member = Membership.objects.get(user__email=OWNER)
    return begin_browser_session(stranger(wire="web"), member, methods=["passcode"])[1]


def looks() -> Iterator[tuple[str, str, str, list[str]]]:
    """Language, scheme and size, and which screens are taken so."""
    for size in SIZES:
        for scheme in ("light", "dark"):
            yield "en", scheme, size, list(SCREENS)
        yield "de", "light", size, list(IN_GERMAN)


def take(browser: Browser, server: Server, cookie: str) -> None:
    for language, scheme, size, names in looks():
        context = browser.new_context(
            viewport=SIZES[size],
            color_scheme=scheme,  # type: ignore[arg-type]  # one of two
            locale=language,
        )
        context.add_cookies([{"name": "portico_session", "value": cookie, "url": server.url}])
        page = context.new_page()
        page.goto(f"{server.url}/contacts")
        contact = re.search(r'href="/contacts/(\d+)"', page.content())
        for name in names:
            page.goto(server.url + SCREENS[name].format(contact=contact[1] if contact else 0))
            page.screenshot(path=FOLDER / f"{name}-{language}-{scheme}-{size}.png", full_page=True)
        context.close()


def main() -> int:
    if not CHROMIUM.exists():
        sys.stderr.write(f"There is no {CHROMIUM}: no picture was taken.\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="portico-screenshots-") as data:
        os.environ.update({"PORTICO_DATA": data, "DJANGO_SETTINGS_MODULE": "portico.settings"})
        import django

        django.setup()
        with Server.running(Path(data), "up") as server:
            from portico.cli.demo_company import demo_company

            demo_company(Path(data) / "demo.json")
            cookie = cookie_of_owner()
            FOLDER.mkdir(exist_ok=True)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                take(browser, server, cookie)
                browser.close()
    sys.stdout.write(f"Pictures are in {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
