"""A rep with its phone: what no test without a browser sees."""

import re
from datetime import UTC, datetime, timedelta

from portico.companies.models import Company
from portico.identity.models import Membership
from portico.selling.models import Task
from tests.chromium import chromium
from tests.make import make_contact
from tests.web.browser import Browser
from tests.web.console.work.test_calendar import make_event
from tests.web.console.work.test_orders import make_order
from tests.web.console.work.test_own import announce

LONG = "Callthisverylongnamethatnobreakisinanywhere" * 3
WIDTH, HEIGHT = 360, 780


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
