"""What scripts add to the console: lists that follow what is typed, the palette, ticks. And nothing forbidden."""

from playwright.sync_api import expect

from portico.access import Role
from portico.companies.models import Company
from portico.contacts.models import ContactTag
from tests.chromium import chromium
from tests.make import make_contact, make_member
from tests.server import Server
from tests.web.console.conftest import Enter
from tests.web.console.walking import walk


def test_the_list_follows_the_palette_finds_and_ticks_are_sent(server: Server, acme: Company, enter: Enter) -> None:
    browser = enter(make_member(acme, "Olga", Role.ADMIN))
    for number in range(3):
        make_contact(acme, first_name=f"Person {number}")
    zora = make_contact(acme, first_name="Zora").pk
    with walk(browser) as page:
        page.goto(f"{server.url}/contacts")
        page.get_by_label("Search").press_sequentially("pers")
        expect(page.locator("tbody tr")).to_have_count(3)
        expect(page).to_have_url(f"{server.url}/contacts?search=pers")
        expect(page.get_by_label("Search")).to_be_focused()
        expect(page.locator("#found-said")).to_have_text("1 to 3 of 3")
        page.get_by_label("Tick all on this page").check()
        page.get_by_label("Tick Person 1").uncheck()
        page.get_by_role("button", name="Change those ticked").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Change 2 contacts")
        page.get_by_role("region", name="Put on a tag").get_by_label("Tag").fill("Gold")
        page.get_by_role("region", name="Put on a tag").get_by_role("button").click()
        expect(page.get_by_text("2 of 2")).to_be_visible()
        expect(page.locator("#progress[hx-trigger]")).to_have_count(0)

        page.goto(f"{server.url}/tags")
        page.get_by_role("link", name="Find").focus()
        page.keyboard.press("Control+k")
        palette = page.get_by_role("dialog", name="Find")
        expect(palette.get_by_role("link", name="Add contact")).to_be_visible()
        page.keyboard.press("Escape")
        expect(palette).to_have_count(0)
        expect(page.get_by_role("link", name="Find")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.type("zora")
        expect(page.locator("#palette-said")).to_have_text("1 found")
        page.keyboard.press("ArrowDown")
        expect(palette.get_by_role("link", name="Zora")).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{server.url}/contacts/{zora}")

        # Whoever is no longer signed in is led to where that is done.
        page.goto(f"{server.url}/contacts")
        page.context.clear_cookies()
        page.get_by_label("Search").press_sequentially("x")
        page.wait_for_url("**/sign-in?*")
    assert ContactTag.objects.filter(company=acme).count() == 2


def test_without_a_script_the_same_is_done_with_forms_and_links(server: Server, acme: Company, enter: Enter) -> None:
    browser = enter(make_member(acme, "Olga", Role.ADMIN))
    zora = make_contact(acme, first_name="Zora").pk
    with chromium() as started:
        page = started.new_context(java_script_enabled=False).new_page()
        page.context.add_cookies([{"name": "portico_session", "value": browser.session, "url": server.url}])
        page.goto(f"{server.url}/contacts")
        page.get_by_role("searchbox").fill("zora")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.get_by_label("Tick all on this page")).to_be_hidden()
        page.get_by_role("link", name="Find").click()
        page.locator("main").get_by_role("searchbox").fill("zora")
        page.locator("main").get_by_role("button", name="Find").click()
        page.get_by_role("link", name="Zora").click()
        expect(page).to_have_url(f"{server.url}/contacts/{zora}")
