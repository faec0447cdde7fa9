"""A rep's day from the first look to the last, through real HTTP; and its page in a real browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import ViewportSize

from portico.access import Permission, Role
from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.chromium import chromium
from tests.content.files import MP4
from tests.make import make_key, make_member
from tests.protocols.fluid.app import App, bearer
from tests.protocols.fluid.sharers import Rep, until
from tests.protocols.fluid.test_sharing import BROWSER, path_of
from tests.protocols.native.client import Native


class Morning:
    """The app of somebody who has signed in by the code in a mail."""

    def __init__(self, app: App, email: str, company: Company) -> None:
        self.app = app
        answer = app.sign_in(email)
        self.companies = {one["name"]: one for one in answer["companies"]}
        self.token = self.companies[company.name]["jwt"]

    def call(self, method: str, path: str, status: int = 200, **how: Any) -> Any:
        answer = self.app.call(method, f"/api/{path}", self.token, **how)
        assert answer.status_code == status, answer.text
        return answer.json()


def test_a_rep_s_day(app: App, acme: Company, globex: Company) -> None:
    member = make_member(acme, "Rita", Role.REP)
    email = member.user.email
    make_member(globex, "Rita", Role.REP, email=email)
    rita = Morning(app, email, acme)
    me = rita.call("GET", "me")
    assert (me["email"], me["company"]["id"], me["open_task_count"]) == (email, acme.pk, 0)

    # Today's tasks, those of others not among them; and a contact.
    today = datetime.now(UTC).date()
    ann = rita.call("POST", "contacts", 201, json={"first_name": "Ann", "last_name": "Lee", "email": "ann@lee.test"})
    due = {"due_date": (today + timedelta(days=1)).isoformat(), "contact_id": ann["id"]}
    task = rita.call("POST", "tasks", 201, json={"title": "Send Ann the film", **due})
    bob = Rep(app, acme, "Bob")
    assert bob.get("tasks").json() == []
    assert [one["id"] for one in rita.call("GET", "tasks", params={"status": "pending"})] == [task["id"]]

    # A film of her own, given to Ann, who opens it and leaves her other address on Rita's page.
    film = rita.call("POST", "media", 201, files={"file": ("spring.mp4", MP4)}, data={"title": "Spring film"})
    share = rita.call("POST", f"media/{film['id']}/share", 201, json={"contact_id": ann["id"]})
    shown = app.server.get(path_of(share["share_link"]), headers=BROWSER)
    assert shown.status_code == 200
    assert "Spring film" in shown.text
    site = path_of(me["mysite_url"])
    assert app.server.get(site, headers=BROWSER).status_code == 200
    left = {"email": "ann@home.test", "first_name": "Ann", "message": "Call me"}
    assert app.server.post(site, data=left, headers=BROWSER).status_code == 303
    (lead,) = rita.call("GET", "mysite/leads")
    assert lead["email"] == "ann@home.test"
    assert bob.get(f"contacts/{lead['id']}").status_code == 404

    # The shop tells of an order, once and again.
    shop = Native(app.server, make_key(acme, [Permission.ORDERS_WRITE]))
    order = {"external_id": "shop-1", "number": "DM-1", "contact_id": ann["id"], "currency": "USD", "total": "249.99"}
    assert [shop.post("/orders", order).status_code for _ in range(2)] == [201, 200]
    (bought,) = rita.call("GET", "orders")
    assert (bought["order_number"], bought["total"], bought["contact_id"]) == ("DM-1", 249.99, ann["id"])
    events = [one["event"] for one in rita.call("GET", "activities", params={"contact_id": ann["id"]})]
    assert events.count("order.placed") == 1

    # Views are written in batches, so they come a moment later.
    until(lambda: rita.call("GET", "analytics").get("total_views") == 2)
    seen = rita.call("GET", "analytics")
    assert (seen["total_leads"], seen["total_shares"]) == (1, 1)
    assert [(one["title"], one["views"]) for one in seen["top_content"]] == [("Spring film", 1)]
    assert bob.get("analytics").json() == {}

    assert rita.call("POST", f"tasks/{task['id']}/complete")["status"] == "completed"
    evening = rita.call("GET", "me")
    assert (evening["open_task_count"], evening["mysite_views"], evening["mysite_leads"]) == (0, 1, 1)

    # In the other company is nothing of this; and signed out is signed out.
    other = rita.call("PUT", f"authentication/company/{globex.pk}/switch")["company"]["jwt"]
    for path in ("contacts", "tasks", "orders", "shares"):
        rows = app.server.get(f"/api/{path}", headers=bearer(other)).json()
        assert (rows["shares"] if path == "shares" else rows) == []
    assert app.server.get(f"/api/contacts/{ann['id']}", headers=bearer(other)).status_code == 404
    for token in (rita.token, other):
        assert app.server.put("/api/user_companies/token_revoke", json={"jwt": token}).status_code == 200
        assert app.server.get("/api/me", headers=bearer(token)).status_code == 401
    assert Contact.objects.filter(company_id=globex.pk).count() == 0


def test_the_page_and_its_form_in_a_browser(app: App, acme: Company) -> None:
    """On a telephone, without script, by the keyboard: what is wrong is said beside the field, then it is sent."""
    rita = Rep(app, acme)
    url = app.server.url + path_of(rita.get("me").json()["mysite_url"])
    telephone = ViewportSize(width=360, height=740)
    with chromium() as browser:
        context = browser.new_context(java_script_enabled=False, viewport=telephone, user_agent=BROWSER["User-Agent"])
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(url)
        assert page.get_by_role("heading", level=1).inner_text() == "Rita Example"
        box = page.locator("main").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= telephone["width"]
        page.get_by_label("First name").fill("Ann")
        page.get_by_label("E-mail").fill("ann@home")  # good for the browser, not for us
        page.get_by_role("button").press("Enter")
        page.locator("#wrong-email").wait_for()
        assert page.get_by_label("First name").input_value() == "Ann"
        trap = page.locator("input[name=website]").bounding_box()
        assert trap is not None
        assert trap["x"] + trap["width"] < 0, "people see what only machines are to fill in"
        page.get_by_label("E-mail").fill("ann@home.test")
        page.get_by_role("button").press("Enter")
        page.get_by_text("Thank you").wait_for()
        page.reload()
        # The page's own policy stood in the way of nothing that it needs.
        assert [text for text in refused if "Content Security Policy" in text] == []
    contact = Contact.objects.get(company_id=acme.pk, email="ann@home.test")
    assert (contact.owner_id, contact.first_name) == (rita.member.pk, "Ann")
    until(lambda: rita.get("me").json()["mysite_views"] >= 1)
