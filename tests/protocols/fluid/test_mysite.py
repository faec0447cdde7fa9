import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from django.conf import settings

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.models import Activity, Consent, Contact
from portico.content.models import Lead, Site
from portico.identity.models import Membership, ProfileLink, Throttle, User
from portico.outbox.models import WebhookDelivery
from portico.outbox.webhooks.actions import add_endpoint
from tests.make import make_contact, make_member
from tests.outbox.receiver import Receiver, eventually
from tests.protocols.fluid.app import App, assert_envelope, bearer, jwt_of
from tests.protocols.fluid.sharers import Rep, make_medium, until
from tests.protocols.fluid.test_sharing import BROWSER, opened, path_of, shared, views_of

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


def sent(rep: Rep, url: str, **fields: Any) -> requests.Response:
    return rep.app.server.post(path_of(url), data=fields, headers=BROWSER)


def test_a_site_is_there_from_the_first_look_and_counts_who_opens_it(app: App, acme: Company, rita: Rep) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: rita.get("mysite").json(), range(8)))
    assert Site.objects.filter(company_id=acme.pk).count() == 1
    site = made[0]
    assert list(site) == [
        "slug",
        "url",
        "title",
        "bio",
        "image_url",
        "links",
        "favorites",
        "theme",
        "lead_capture",
        "published",
        "views",
        "leads",
    ]
    assert site["slug"] == rita.member.username
    assert site["url"].endswith(f"/r/{acme.slug}/{rita.member.username}")
    nameless = Rep(app, acme, "Una")
    Membership.objects.filter(pk=nameless.member.pk).update(username=None)
    assert nameless.get("mysite").json()["slug"] == "una-example"
    page = opened(rita, site["url"])
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-cache"
    assert app.server.get(path_of(site["url"]).upper().replace("/R/", "/r/"), headers=BROWSER).status_code == 200
    assert opened(rita, site["url"], **{"If-None-Match": page.headers["ETag"]}).status_code == 304
    opened(rita, site["url"], **{"User-Agent": "bingbot/2.0"})
    until(lambda: views_of(rita) == 3)
    assert rita.get("mysite").json()["views"] == 3
    assert [one["url"] for one in rita.get("mysite/views", per_page=2).json()] == [site["url"]] * 2
    for asked in ({}, {"start_date": "2020-01-01"}):
        assert rita.get("mysite/views", **asked).headers["X-Total-Count"] == "3"
    nothing = rita.get("mysite/views", end_date="2020-01-01")
    assert (nothing.json(), nothing.headers["X-Total-Count"]) == ([], "0")
    # Its style included it is far under 60 kB, and all of it comes from here.
    style = app.server.get("/assets/public.css")
    assert len(page.content) + len(style.content) < 20_000
    assert app.server.get("/assets/colour/2f5d8a.css").text == ":root{--brand:#2f5d8a;--on-brand:#fff}"
    assert app.server.get("/assets/colour/ffd400.css").text.endswith("--on-brand:#000}")


def test_a_site_says_what_its_person_says_and_is_closed_when_told(
    app: App, acme: Company, globex: Company, rita: Rep
) -> None:
    site = rita.get("mysite").json()
    page = opened(rita, site["url"])
    changed = rita.call("PUT", "mysite", json={"title": "Ask me", "theme": "dark"}).json()
    assert (changed["title"], changed["theme"]) == ("Ask me", {"id": "dark", "name": "dark"})
    after = opened(rita, site["url"], **{"If-None-Match": page.headers["ETag"]})
    assert after.status_code == 200
    assert '<html lang="en" class="dark">' in after.text
    assert "Ask me" in after.text
    assert rita.call("PUT", "mysite", json={"theme": {"id": "light"}}).json()["theme"]["id"] == "light"
    for wrong in (
        {"theme": "neon"},
        {"theme": ["x"]},
        {"title": "x" * 200},
        {"title": 7},
        {"published": "maybe"},
        {"lead_capture": 3},
    ):
        assert_envelope(rita.call("PUT", "mysite", json=wrong), 422)
    assert rita.call("PUT", "mysite", json={"lead_capture": False}).json()["lead_capture"] is False
    assert "<form" not in opened(rita, site["url"]).text
    assert sent(rita, site["url"], email="ann@people.test").status_code == 404
    assert rita.call("PUT", "mysite", json={"published": False}).status_code == 200
    assert opened(rita, site["url"]).status_code == 404
    for path in (f"/r/{globex.slug}/{rita.member.username}", f"/r/{acme.slug}/nobody", f"/r/{acme.slug}/%00", "/r/x/y"):
        assert app.server.get(path, headers=BROWSER).status_code == 404
    assert app.server.get("/api/mysite").status_code == 401
    assert app.server.delete(path_of(site["url"])).status_code == 405


def test_the_profile_says_an_address_that_answers_and_what_the_page_brought(acme: Company, rita: Rep) -> None:
    """Without any look at /api/mysite before; and the page shows links and favorites in their order."""
    told = rita.get("me").json()
    assert told["mysite_url"].endswith(f"/r/{acme.slug}/{rita.member.username}")
    assert (told["mysite_views"], told["mysite_leads"]) == (0, 0)
    assert told["share_link"] == told["affiliate_shop_url"] == told["mysite_url"]
    user = f"users/{rita.member.user_id}/links"
    added = [
        rita.call("POST", user, json={"title": title, "url": f"https://links.test/{title}"}).json()["id"]
        for title in ("second", "first")
    ]
    assert rita.call("PATCH", f"{user}/bulk_reorder", json={"ids": added[::-1]}).status_code == 200
    favorite = {"title": "Reams", "url": "https://shop.test/7", "image_url": "https://pictures.test/7.png"}
    assert rita.call("POST", f"user_companies/{rita.member.pk}/favorites", json=favorite).status_code == 201
    page = opened(rita, told["mysite_url"])
    assert re.findall(r'href="(https://[a-z]+\.test/\w+)"', page.text) == [
        "https://links.test/first", "https://links.test/second", "https://shop.test/7",
    ]  # fmt: skip
    assert "img-src 'self' " in page.headers["Content-Security-Policy"]
    assert "https://pictures.test" in page.headers["Content-Security-Policy"]
    site = rita.get("mysite").json()
    assert [one["title"] for one in site["links"]] == ["first", "second"]
    assert site["favorites"] == [favorite]
    assert sent(rita, told["mysite_url"], email="ann@people.test").status_code == 303
    until(lambda: rita.get("me").json()["mysite_views"] == 1)
    assert rita.get("me").json()["mysite_leads"] == 1
    bob = Rep(rita.app, acme, "Bob")
    assert (bob.get("me").json()["mysite_views"], bob.get("mysite").json()["links"]) == (0, [])


def test_a_lead_is_told_to_who_listens(acme: Company, rita: Rep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_WEBHOOKS", True)  # the server is begun with it
    url = rita.get("mysite").json()["url"]
    with Receiver().listening() as receiver:
        made = add_endpoint(operator(acme.pk), url=receiver.url, kinds=["lead.captured"])
        for message in ("Call me", "Call me", "Soon"):
            assert sent(rita, url, email="ann@people.test", message=message).status_code == 303
        eventually(lambda: bool(receiver.got))
        (told,) = receiver.got
        contact = Contact.objects.get(company_id=acme.pk, email="ann@people.test")
        event = told.opened(made.secret)
        assert event["type"] == "lead.captured"
        assert (event["data"]["subject"], event["data"]["details"]) == ("lead", {"contact_id": contact.pk})
        assert WebhookDelivery.objects.filter(company_id=acme.pk).count() == 1


def test_script_in_every_field_is_only_text(acme: Company, rita: Rep) -> None:
    evil = f'"><img src=x onerror=alert(1)>{SCRIPT}'
    User.objects.filter(pk=rita.member.user_id).update(
        first_name=SCRIPT, last_name=evil, bio=evil, image_url="javascript:alert(1)"
    )
    Company.objects.filter(pk=acme.pk).update(
        name=evil, color='red;}"', logo_url="https://img.example/a.png; script-src *"
    )
    site = rita.call("PUT", "mysite", json={"title": evil[:100]}).json()
    ProfileLink.objects.create(
        company=acme, membership=rita.member, kind="link", title="x", url="javascript:alert(1)", position=0
    )
    ProfileLink.objects.create(
        company=acme, membership=rita.member, kind="favorite", title=evil, url="https://x.test/", position=0,
        image_url="javascript:alert(1)",
    )  # fmt: skip
    library = rita.call("POST", "libraries", json={"title": evil, "description": evil}).json()
    medium = make_medium(acme, title=evil, description=evil)
    share = shared(rita, medium.pk)
    whole = rita.call("POST", f"libraries/{library['id']}/share", json={}).json()
    pages = [opened(rita, url) for url in (site["url"], share["share_link"], whole["share_link"])]
    pages.append(sent(rita, site["url"], email=evil, first_name=evil, message=evil))
    for page in pages:
        assert page.status_code in {200, 422}
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "javascript:" not in page.text
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
        assert "unsafe" not in policy
        assert "script-src" not in policy
    assert "&lt;script&gt;" in pages[0].text


def test_a_visitor_becomes_the_rep_s_contact_once(acme: Company, rita: Rep) -> None:
    url = rita.get("mysite").json()["url"]
    fields = {
        "email": "Ann@People.test",
        "first_name": "Ann",
        "last_name": "Lee",
        "message": "Call me",
        "phone": "+1 555",
    }
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: sent(rita, url, **fields), range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.headers["Location"] for answer in answers} == {f"{path_of(url)}?thanks"}
    assert "Thank you" in opened(rita, f"{url}?thanks").text
    contact = Contact.objects.get(company_id=acme.pk, email="Ann@People.test")
    assert (contact.owner_id, contact.consent, contact.lead_type, contact.first_name) == (
        rita.member.pk, Consent.PENDING, "mysite", "Ann",
    )  # fmt: skip
    (activity,) = Activity.objects.filter(company_id=acme.pk, contact=contact, kind="lead.captured")
    assert activity.details["message"] == "Call me"
    assert Lead.objects.filter(company_id=acme.pk).count() == 1
    assert rita.get("mysite").json()["leads"] == 1
    assert [one["id"] for one in rita.get("mysite/leads").json()] == [contact.pk]
    assert rita.get("analytics").json()["total_leads"] == 1
    # Somebody says more later: a line more, but no word of the contact's own is changed by it.
    sent(rita, url, **{**fields, "first_name": "Eve", "message": "And soon"})
    assert Activity.objects.filter(company_id=acme.pk, contact=contact, kind="lead.captured").count() == 2
    assert Contact.objects.get(company_id=acme.pk, pk=contact.pk).first_name == "Ann"


def test_nobody_learns_who_is_known_already(app: App, acme: Company, rita: Rep) -> None:
    bob = Rep(app, acme, "Bob")
    known = make_contact(acme, owner_id=bob.member.pk, email=f"known-{acme.pk}@people.test")
    url = rita.get("mysite").json()["url"]
    new, old = (sent(rita, url, email=email) for email in (f"new-{acme.pk}@people.test", known.email))
    assert (new.status_code, new.headers["Location"], new.text) == (old.status_code, old.headers["Location"], old.text)
    assert Contact.objects.get(company_id=acme.pk, pk=known.pk).owner_id == bob.member.pk
    assert Activity.objects.filter(company_id=acme.pk, contact=known, kind="lead.captured").exists()
    assert rita.get("mysite").json()["leads"] == 1
    assert [one["email"] for one in rita.get("mysite/leads").json()] == [f"new-{acme.pk}@people.test"]


def test_what_cannot_be_taken_is_said_beside_the_field(acme: Company, rita: Rep) -> None:
    url = rita.get("mysite").json()["url"]
    for fields in (
        {},
        {"email": "no address"},
        {"email": "a@b.test", "first_name": "x" * 300},
        {"email": "a@b.test", "message": "\0"},
    ):
        refused = sent(
            rita, url, first_name="Ann" if "first_name" not in fields else fields.pop("first_name"), **fields
        )
        assert refused.status_code == 422
        assert 'aria-invalid="true"' in refused.text
    assert 'value="Ann"' in sent(rita, url, first_name="Ann").text
    # A machine fills in what people do not see, and is thanked for it.
    assert sent(rita, url, email="bot@people.test", website="http://spam.test").status_code == 303
    assert not Contact.objects.filter(company_id=acme.pk).exists()


def test_the_form_is_not_for_thousands(rita: Rep) -> None:
    url = rita.get("mysite").json()["url"]
    answers = [sent(rita, url, email=f"a{number}@people.test").status_code for number in range(22)]
    assert answers == [303] * 20 + [429] * 2
    assert Contact.objects.filter(company_id=rita.company.pk).count() == 20
    Throttle.objects.all().delete()


def test_an_address_left_behind_a_share_is_a_lead_of_the_medium(app: App, acme: Company, rita: Rep) -> None:
    medium = make_medium(acme)
    share = shared(rita, medium.pk)
    assert sent(rita, share["share_link"], email="ann@people.test", first_name="Ann").status_code == 303
    (lead,) = rita.get(f"media/{medium.pk}/leads").json()
    assert (lead["first_name"], lead["lead_type"]) == ("Ann", "media")
    assert rita.get("shares").json()["shares"][0]["leads"] == 1
    assert rita.get(f"media/{medium.pk}").json()["leads"] == 1
    assert rita.get("mysite").json()["leads"] == 0
    assert Rep(app, acme, "Bob").get(f"media/{medium.pk}/leads").json() == []
    reader = jwt_of(make_member(acme, "Max", Role.MANAGER, [Permission.REPORTS_READ]))
    assert_envelope(app.server.get("/api/mysite/leads", headers=bearer(reader)), 403)


def test_what_visitors_write_behind_a_share_is_read_by_whoever_shared(
    app: App, acme: Company, globex: Company, rita: Rep
) -> None:
    medium, bob = make_medium(acme), Rep(app, acme, "Bob")
    url, other = shared(rita, medium.pk)["share_link"], shared(rita, make_medium(acme).pk)["share_link"]
    for number, message in enumerate(("First.", "", "Please <b>call</b> me")):
        sent(rita, url, email=f"a{number}@people.test", first_name="Ann", message=message)
    sent(rita, other, email="a0@people.test", message="About another one")
    sent(bob, shared(bob, medium.pk)["share_link"], email="b@people.test", message="For Bob")
    path = f"media/{medium.pk}/external_comments"
    told = rita.get(path)
    assert told.headers["X-Total-Count"] == "2"
    last, first = told.json()
    assert (last["comment"], first["comment"]) == ("Please <b>call</b> me", "First.")
    contact = Contact.objects.get(company_id=acme.pk, email="a2@people.test")
    assert last["contact"] == {"id": contact.pk, "full_name": "Ann"}
    assert rita.get(f"activities/{last['id']}").json()["contact"]["id"] == contact.pk
    assert [one["comment"] for one in rita.get(path, page=2, per_page=1).json()] == ["First."]
    assert [one["comment"] for one in bob.get(path).json()] == ["For Bob"]
    assert len(Rep(app, acme, "Ada", Role.ADMIN).get(path).json()) == 3
    assert_envelope(Rep(app, globex, "Fay").get(path), 404)
    reader = jwt_of(make_member(acme, "Max", Role.MANAGER, [Permission.REPORTS_READ]))
    assert_envelope(app.server.get(f"/api/{path}", headers=bearer(reader)), 403)


def test_other_software_leaves_an_address_as_the_page_does(app: App, acme: Company, rita: Rep) -> None:
    slug = rita.get("mysite").json()["slug"]
    path = f"/api/mysite/{slug}/leads"
    answer = app.server.post(path, params={"fluid_shop": acme.slug}, json={"email": "ann@people.test"})
    assert (answer.status_code, answer.json()["lead"]) == (201, {"received": True})
    assert Contact.objects.filter(company_id=acme.pk, email="ann@people.test").exists()
    assert_envelope(app.server.post(path, json={"email": "eve@people.test"}), 422)
    for wrong in ({}, {"email": 7}, {"email": "x"}, {"email": "a@b.test", "message": ["x"]}):
        assert_envelope(app.server.post(path, params={"fluid_shop": acme.slug}, json=wrong), 422)
    assert_envelope(app.server.post(f"{path}x", params={"fluid_shop": acme.slug}, json={"email": "a@b.test"}), 404)
