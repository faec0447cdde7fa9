"""A rep with its phone: what no test without a browser sees."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import expect

from portico.companies.models import Company
from portico.contacts.models import ContactNote
from portico.content.models import AnnouncementRead, Lead
from portico.identity.models import Membership
from portico.selling.models import EventAnswer, Task
from tests.chromium import chromium
from tests.make import make_contact
from tests.web.browser import Browser
from tests.web.console.walking import STICKS_OUT, go_to, walk
from tests.web.console.work.test_calendar import make_event
from tests.web.console.work.test_orders import make_order
from tests.web.console.work.test_own import announce

LONG = "Callthisverylongnamethatnobreakisinanywhere" * 3
WIDTH, HEIGHT = 360, 780
PHONE = {"viewport": {"width": WIDTH, "height": HEIGHT}, "has_touch": True, "is_mobile": True}


def test_nothing_scrolls_sideways_and_a_task_is_done_by_one_press(
    acme: Company, rita: Membership, rep: Browser
) -> None:
    now = datetime.now(UTC)
    ann = make_contact(acme, first_name=LONG, owner_id=rita.pk)
    task = Task.objects.create(company=acme, owner=rita, title=LONG, contact=ann, due_on=now.date())
    event = make_event(acme, title=LONG, starts_at=now, ends_at=now + timedelta(hours=1), location=LONG)
    order = make_order(acme, "A1", contact_id=ann.pk, items=[{"title": LONG, "price": "1.00"}])
    news = announce(acme, LONG, description=LONG)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.context.add_cookies([{"name": "portico_session", "value": rep.session, "url": rep.server.url}])
        for path in (
            "/console", "/tasks", "/tasks/add", f"/tasks/{task.pk}", "/calendar", f"/calendar/{event.pk}",
            "/calendar/feed", "/orders", f"/orders/{order.pk}", "/mysite", "/news", f"/news/{news.pk}",
        ):  # fmt: skip
            page.goto(rep.server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path
        page.goto(f"{rep.server.url}/calendar")
        assert not page.locator("table.month").is_visible()
        assert page.locator(".agenda").first.is_visible()
        page.goto(f"{rep.server.url}/tasks")
        page.get_by_role("button", name=re.compile("^Done")).click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name=re.compile("^Done")).wait_for()
    task.refresh_from_db()
    assert task.completed_at is None


def test_a_reps_day_is_done_with_one_thumb(acme: Company, rita: Membership, rep: Browser) -> None:
    now = datetime.now(UTC)
    ann = make_contact(acme, first_name="Ann", last_name="Lee", owner_id=rita.pk)
    make_contact(acme, first_name="Bob")
    task = Task.objects.create(company=acme, owner=rita, title="Call Ann", contact=ann, due_on=now.date())
    event = make_event(acme, title="Kick-off", starts_at=now + timedelta(hours=2), ends_at=now + timedelta(hours=3))
    announce(acme, "New prices", description="From May on.")
    with walk(rep, **PHONE) as page:
        said = page.locator("p.said")
        page.goto("/console")
        expect(page.get_by_role("navigation", name="Console")).to_be_hidden()  # folded away, before anything is read
        due = page.get_by_role("region", name="Tasks due")
        expect(due.get_by_role("listitem")).to_have_text(re.compile(r"Today\s+Call Ann"))
        due.get_by_role("link", name="Call Ann").tap()
        page.get_by_role("link", name="Ann Lee").tap()
        page.get_by_label("A new note").fill("Wants two of them.")
        page.get_by_role("button", name="Write it down").tap()
        expect(said).to_have_text("The note is written down.")
        assert page.evaluate(STICKS_OUT) <= 0
        go_to(page, "Tasks")
        page.get_by_role("button", name=re.compile("^Done.*Call Ann")).tap()
        expect(page.get_by_role("main")).to_contain_text("Nothing is due today")

        go_to(page, "Contacts")
        expect(page.get_by_role("main").get_by_role("row")).to_have_count(2)  # its own, below the head
        page.get_by_role("searchbox", name="Search").fill("nobody")
        expect(page.get_by_role("main").get_by_role("row")).to_have_count(0)
        assert page.evaluate(STICKS_OUT) <= 0
        go_to(page, "Home")
        page.get_by_role("region", name="What takes place next").get_by_role("link", name="Kick-off").tap()
        page.get_by_role("button", name="I am coming").tap()
        expect(said).to_have_text("Your answer is kept.")
        expect(page.get_by_role("button", name="I am coming")).to_have_attribute("aria-pressed", "true")
        go_to(page, "News")
        page.get_by_role("link", name="New prices").tap()
        page.get_by_role("button", name="I have read it").tap()
        expect(said).to_have_text("Marked as read.")
    task.refresh_from_db()
    assert task.completed_at is not None
    assert ContactNote.objects.filter(company=acme, contact=ann).count() == 1
    assert EventAnswer.objects.get(company=acme, event=event).answer == "going"
    assert AnnouncementRead.objects.filter(company=acme, member=rita).count() == 1


def test_a_page_of_ones_own_is_made_and_brings_a_contact(acme: Company, rita: Membership, rep: Browser) -> None:
    with walk(rep, **PHONE) as page:
        page.goto("/console")
        go_to(page, "MySite")
        page.get_by_label("What stands on top").fill("Ask me about prices")
        page.get_by_role("button", name="Save").tap()
        address = page.get_by_role("link", name="Open your page").get_attribute("href") or ""
        # Somebody opens the page and leaves an address; the tests' server has a port of its own.
        page.goto(urlsplit(address).path)
        expect(page.get_by_text("Ask me about prices")).to_be_visible()
        page.get_by_role("textbox", name="First name").fill("Vic")
        page.get_by_role("textbox", name="E-mail").fill("vic@visitors.test")
        page.get_by_role("button", name="Send").tap()
        expect(page.locator("p.said")).to_contain_text("Thank you.")
        assert page.evaluate(STICKS_OUT) <= 0
        page.goto("/console")
        expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="leads")).to_have_text("1 leads")
        go_to(page, "Contacts")
        page.get_by_role("link", name="Vic").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Vic")
    assert Lead.objects.get(company=acme, member=rita).contact.email == "vic@visitors.test"
