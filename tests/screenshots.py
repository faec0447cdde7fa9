"""Pictures of the main screens: `make screenshots` writes them into screenshots/, which git leaves out.

The demo company with a year's work in it, on a server of its own, each screen light and dark, on a desk and on a phone,
and some in German; and the screens of a company in which nothing is yet.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.chromium import CHROMIUM
from tests.server import Server

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZES = {"desk": ViewportSize(width=1280, height=860), "phone": ViewportSize(width=360, height=780)}
# The name of a picture, and its address; what stands in braces is of pictured.fill.
SCREENS = {
    "home": "/console",
    "find": "/find?q=mia",
    "contacts": "/contacts",
    "contacts-none": "/contacts?search=nobody-is-called-so",
    "contact": "/contacts/{contact}",
    "contact-add": "/contacts/add",
    "contact-delete": "/contacts/{contact}/delete",
    "duplicates": "/duplicates",
    "merge": "/contacts/{contact}/merge?other={twin}",
    "merge-undo": "/merges/{merged}/undo",
    "tags": "/tags",
    "tag": "/tags/{tag}",
    "segments": "/segments",
    "segment": "/segments/{segment}",
    "segment-form": "/segments/{segment}/edit",
    "organizations": "/organizations",
    "organization": "/organizations/{organization}",
    "imports": "/imports",
    "import-match": "/imports/match?upload={upload}&file=kunden.csv",
    "import-report": "/imports/{import}",
    "tasks": "/tasks",
    "task": "/tasks/{task}",
    "calendar": "/calendar",
    "calendar-feed": "/calendar/feed",
    "event": "/calendar/{event}",
    "event-add": "/calendar/add",
    "orders": "/orders",
    "order": "/orders/{order}",
    "reps": "/reps",
    "rep": "/reps/{rep}",
    "rep-standing": "/reps/{rep}/standing",
    "mysite": "/mysite",
    "news": "/news",
    "media": "/content/media",
    "medium": "/content/media/{medium}",
    "medium-add": "/content/media/add",
    "library": "/content/libraries/{library}",
    "trainings": "/content/trainings",
    "training": "/content/trainings/{training}",
    "announcements": "/content/announcements",
    "announcement": "/content/announcements/{announcement}",
    "people": "/settings/people",
    "managers": "/settings/managers",
    "manager-add": "/settings/managers/add",
    "manager": "/settings/managers/{manager}",
    "keys": "/settings/rest-api",
    "key": "/settings/rest-api/{key}",
    "key-rotate": "/settings/rest-api/{key}/rotate",
    "security": "/settings/security",
    "sign-in-rules": "/settings/sign-in",
    "sessions": "/settings/sessions",
    "modules": "/modules",
    "module": "/modules/remote-authentication",
    "custom-fields": "/settings/custom-fields",
    "custom-field": "/settings/custom-fields/{field}",
    "mail": "/settings/mail",
    "webhooks": "/settings/webhooks",
    "webhook": "/settings/webhooks/{endpoint}",
    "delivery": "/settings/deliveries/{delivery}",
    "company": "/settings/company",
    "audit": "/settings/audit",
    "data": "/settings/data",
    "account": "/account",
    "refused": "/nothing-here",
    "public-site": "{site}",
    "public-medium": "{shared}",
}
IN_GERMAN = (
    "home",
    "contacts",
    "contact",
    "segment-form",
    "import-report",
    "calendar",
    "rep",
    "manager-add",
    "account",
)
EMPTY = ("home", "contacts", "segments", "imports", "tasks", "calendar", "orders", "reps", "media", "keys", "webhooks")
Places = Mapping[str, Any]
# What the tests' server has otherwise.
AS_IT_COMES = {"PORTICO_URL": "http://127.0.0.1:{port}", "PORTICO_ALLOW_PRIVATE_WEBHOOKS": "off"}


def looks() -> Iterator[tuple[str, str, str]]:
    """Language, scheme and size."""
    for size in SIZES:
        yield from (("en", "light", size), ("en", "dark", size), ("de", "light", size))


def take(browser: Browser, server: Server, cookies: Mapping[str, str], places: Places) -> None:
    """`cookies` by what stands before a picture's name."""
    for language, scheme, size in looks():
        for before, cookie in cookies.items():
            context = browser.new_context(
                viewport=SIZES[size],
                base_url=server.url,
                color_scheme=scheme,  # type: ignore[arg-type]  # one of two
                locale=language,
            )
            context.add_cookies([{"name": "portico_session", "value": cookie, "url": server.url}])
            page, after = context.new_page(), f"{language}-{scheme}-{size}.png"
            names = EMPTY if before else SCREENS
            for name in IN_GERMAN if language == "de" else names:
                if name in names:
                    page.goto(SCREENS[name].format(**places))
                    page.screenshot(path=FOLDER / f"{before}{name}-{after}", full_page=True)
            if language == "en" and not before:
                take_secret(page, FOLDER / f"key-shown-once-{after}")
            context.close()


def take_secret(page: Page, file: Path) -> None:
    """The screen that shows a key's password, the only time it is shown."""
    page.goto("/settings/rest-api/add")
    page.get_by_label("Name of the key").fill("Shop")
    page.get_by_role("button", name="Generate Key").click()
    page.screenshot(path=file, full_page=True)


def made(data: Path) -> tuple[dict[str, str], Places]:
    """The two companies: cookies of who looks at them, and what is in the full one."""
    from portico.cli.demo_company import OWNER, REP, SLUG, demo_company
    from portico.companies.queries import get_company
    from tests.pictured import actor_of, begin, cookie_of, fill

    demo_company(data / "demo.json")
    owner, rep = cookie_of(OWNER), cookie_of(REP)
    return {"": owner, "empty-": begin()}, fill(get_company(SLUG), actor_of(owner), actor_of(rep))


def main() -> int:
    if not CHROMIUM.exists():
        sys.stderr.write(f"There is no {CHROMIUM}: no picture was taken.\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="portico-screenshots-") as data:
        os.environ.update({"PORTICO_DATA": data, "DJANGO_SETTINGS_MODULE": "portico.settings"})
        import django

        django.setup()
        with Server.running(Path(data), **AS_IT_COMES) as server:
            cookies, places = made(Path(data))
            FOLDER.mkdir(exist_ok=True)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                take(browser, server, cookies, places)
                browser.close()
    sys.stdout.write(f"Pictures are in {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
