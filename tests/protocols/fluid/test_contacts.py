from typing import Any

import pytest

from portico.access import Actor, Permission, Role, operator, stranger
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.models import Contact
from portico.identity.models import Membership
from portico.identity.queries.sessions import get_live_session
from tests.make import make_contact, make_member
from tests.protocols.fluid.app import App, assert_envelope, jwt_of
from tests.protocols.fluid.test_tokens import part

ROW = [
    "id", "token", "first_name", "last_name", "full_name", "email", "phone", "avatar_url", "status", "lead_type",
    "city", "state",
]  # fmt: skip


class Rep:
    """A rep with its app."""

    def __init__(self, app: App, company: Company, name: str = "Rita") -> None:
        self.app = app
        self.member = make_member(company, name, Role.REP)
        self.token = jwt_of(self.member)

    @property
    def actor(self) -> Actor:
        session = part(self.token, 1)
        return get_live_session(session["company_id"], session["sid"], stranger(wire="fluid")).actor

    def get(self, **asked: Any) -> Any:
        return self.app.call("GET", "/api/contacts", self.token, params=asked)

    def post(self, **fields: Any) -> Any:
        return self.app.call("POST", "/api/contacts", self.token, json=fields)


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


def test_a_rep_sees_its_own_contacts_and_no_others(app: App, acme: Company, globex: Company, rita: Rep) -> None:
    bob = Rep(app, acme, "Bob")
    hers = make_contact(acme, owner_id=rita.member.pk, first_name="Ann", last_name="Lee", city="Scranton", state="PA")
    his = make_contact(acme, owner_id=bob.member.pk)
    make_contact(acme)
    make_contact(globex)
    listed = rita.get()
    assert listed.status_code == 200
    assert [list(row) for row in listed.json()] == [ROW]
    assert listed.json()[0] == {
        "id": hers.pk,
        "token": Contact.objects.get(pk=hers.pk).token,
        "first_name": "Ann",
        "last_name": "Lee",
        "full_name": "Ann Lee",
        "email": hers.email,
        "phone": None,
        "avatar_url": None,
        "status": "lead",
        "lead_type": None,
        "city": "Scranton",
        "state": "PA",
    }
    assert [row["id"] for row in bob.get().json()] == [his.pk]


def test_managers_see_the_company_s_contacts_if_they_may(app: App, acme: Company) -> None:
    make_contact(acme)
    reader = make_member(acme, "Mia", Role.MANAGER, [Permission.CONTACTS_READ])
    other = make_member(acme, "Max", Role.MANAGER, [Permission.REPORTS_READ])
    admin = make_member(acme, "Ada", Role.ADMIN)
    assert len(app.call("GET", "/api/contacts", jwt_of(reader)).json()) == 1
    assert len(app.call("GET", "/api/contacts", jwt_of(admin)).json()) == 1
    assert_envelope(app.call("GET", "/api/contacts", jwt_of(other)), 403)
    body = {"first_name": "Ann"}
    assert_envelope(app.call("POST", "/api/contacts", jwt_of(reader), json=body), 403)
    assert app.call("POST", "/api/contacts", jwt_of(admin), json=body).status_code == 201
    assert Contact.objects.filter(company_id=acme.pk).count() == 2


def test_filters(acme: Company, rita: Rep) -> None:
    made = {
        stage: make_contact(acme, owner_id=rita.member.pk, stage=stage).pk for stage in ("lead", "prospect", "customer")
    }
    archived = make_contact(acme, owner_id=rita.member.pk, stage="lead").pk
    from django.utils import timezone

    change_contact(operator(acme.pk), archived, {"archived_at": timezone.now()})
    newest_first = [made["customer"], made["prospect"], made["lead"]]
    for name, ids in (
        ("", newest_first),
        ("all", newest_first),
        ("leads", [made["lead"]]),
        ("prospects", [made["prospect"]]),
        ("customers", [made["customer"]]),
        ("archived", [archived]),
    ):
        listed = rita.get(filter=name)
        assert [row["id"] for row in listed.json()] == ids, name
        assert listed.headers["X-Total-Count"] == str(len(ids)), name
    assert rita.get(filter="archived").json()[0]["status"] == "archived"
    assert [row["status"] for row in rita.get().json()] == ["customer", "prospect", "lead"]
    assert "filter" in assert_envelope(rita.get(filter="lost"), 422)["errors"]
    assert_envelope(rita.get(**{"filter[]": "leads"}), 422)


def test_search_looks_at_name_email_and_phone(acme: Company, rita: Rep) -> None:
    ann = make_contact(
        acme,
        owner_id=rita.member.pk,
        first_name="Ann",
        last_name="Lee",
        email=f"ann-{acme.slug}@lee.test",
        phone="+1-570",
    )
    make_contact(acme, owner_id=rita.member.pk, first_name="Zoe", city="Annville")
    for term in ("ann lee", "ANN", "lee.test", "-570", "nn L"):
        assert [row["id"] for row in rita.get(search=term).json()] == [ann.pk], term
    for term in ("annville", "ann  lee", "%", "_", "'", "\\"):
        assert rita.get(search=term).json() == [], term
    assert len(rita.get(search="  ").json()) == 2


def test_pages_are_told_in_headers(app: App, acme: Company, rita: Rep) -> None:
    ids = [make_contact(acme, owner_id=rita.member.pk, first_name="Ann").pk for _ in range(5)][::-1]
    page = rita.get(page=2, per_page=2, search="ann", filter="leads")
    assert [row["id"] for row in page.json()] == ids[2:4]
    assert {name: page.headers[f"X-{name}"] for name in ("Total-Count", "Total-Pages", "Page", "Per-Page")} == {
        "Total-Count": "5",
        "Total-Pages": "3",
        "Page": "2",
        "Per-Page": "2",
    }
    assert sorted(page.links) == ["first", "last", "next", "prev"]
    following = app.server.get(
        page.links["next"]["url"].removeprefix(app.server.url), headers={"Authorization": f"Bearer {rita.token}"}
    )
    assert [row["id"] for row in following.json()] == ids[4:]
    assert sorted(following.links) == ["first", "last", "prev"]


@pytest.mark.parametrize(
    ("asked", "page", "per_page"),
    [
        ({}, "1", "25"),
        ({"per_page": "0"}, "1", "1"),
        ({"per_page": "-1"}, "1", "1"),
        ({"per_page": "many"}, "1", "25"),
        ({"per_page": "1000000000"}, "1", "100"),
        ({"per_page": "9" * 5000}, "1", "100"),
        ({"per_page": "²"}, "1", "25"),
        ({"page": "0"}, "1", "25"),
        ({"page": "-7"}, "1", "25"),
        ({"page": "x"}, "1", "25"),
        ({"page": "7"}, "7", "25"),
        ({"page": "9" * 5000, "per_page": "100"}, "1000000000000", "100"),
        ({"page[]": "2"}, "1", "25"),
    ],
)
def test_odd_pages_are_brought_into_bounds(
    acme: Company, rita: Rep, asked: dict[str, str], page: str, per_page: str
) -> None:
    make_contact(acme, owner_id=rita.member.pk)
    listed = rita.get(**asked)
    assert listed.status_code == 200, listed.text
    assert (listed.headers["X-Page"], listed.headers["X-Per-Page"]) == (page, per_page)
    assert len(listed.json()) == (1 if page == "1" else 0)


def test_a_rep_adds_a_contact_of_its_own(acme: Company, rita: Rep) -> None:
    given = {
        "first_name": "Ann",
        "last_name": "Lee",
        "email": f"ann@{acme.slug}.test",
        "phone": "+1-570-555-0187",
        "status": "prospect",
        "address": "1725 Slough Ave",
        "address2": "Suite 2",
        "city": "Scranton",
        "state": "PA",
        "postal_code": "18505",
        "country_code": "US",
        "avatar_url": "https://img.test/a.png",
        "lead_type": "organic",
        "time_zone": "America/New_York",
    }
    added = rita.post(**given)
    assert added.status_code == 201
    body = added.json()
    more = [
        "address", "address2", "postal_code", "country_code", "time_zone", "created_at", "updated_at",
        "last_activity_at", "discarded_at", "metadata", "notes_count", "tasks_open_count", "groups", "tags",
    ]  # fmt: skip
    assert list(body) == ROW + more
    assert {name: body[name] for name in given} == given
    assert body["full_name"] == "Ann Lee"
    kept = Contact.objects.get(company_id=acme.pk, pk=body["id"])
    # Nobody has opted in yet.
    assert (kept.owner_id, kept.consent, kept.stage) == (rita.member.pk, "pending", "prospect")
    assert [row["id"] for row in rita.get().json()] == [body["id"]]


def test_one_name_is_enough_and_a_wrapper_is_taken(rita: Rep) -> None:
    assert rita.post(last_name="Lee").json()["full_name"] == "Lee"
    wrapped = rita.post(contact={"first_name": "Ann", "status": ""})
    assert wrapped.status_code == 201
    assert (wrapped.json()["status"], wrapped.json()["full_name"]) == ("lead", "Ann")
    form = rita.app.call("POST", "/api/contacts", rita.token, data={"first_name": "Ann", "phone": "123"})
    assert form.json()["phone"] == "123"


def test_an_address_that_the_company_has_is_refused_to_every_rep(app: App, acme: Company, globex: Company) -> None:
    rita, bob = Rep(app, acme), Rep(app, acme, "Bob")
    email = f"ann@{acme.slug}.test"
    assert rita.post(first_name="Ann", email=email).status_code == 201
    for rep in (rita, bob):
        refused = assert_envelope(rep.post(first_name="Ann", email=email.upper()), 422)
        assert list(refused["errors"]) == ["email"]
        assert "already" in refused["error_message"]
    assert Rep(app, globex).post(first_name="Ann", email=email).status_code == 201


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "first_name"),
        ({"email": "ann@x.test"}, "first_name"),
        ({"first_name": " ", "last_name": ""}, "first_name"),
        ({"first_name": "Ann", "email": "ann"}, "email"),
        ({"first_name": "Ann", "status": "friend"}, "status"),
        ({"first_name": "Ann", "status": "archived"}, "status"),
        ({"first_name": ["Ann"]}, "first_name"),
        ({"first_name": "Ann", "address": {"street": "x"}}, "address"),
        ({"first_name": "Ann", "city": True}, "city"),
        ({"first_name": "Ann", "phone": 1.5}, "phone"),
        ({"first_name": "A\0nn"}, "first_name"),
        ({"first_name": "A" * 3000}, "first_name"),
        ({"first_name": "Ann", "country_code": "x" * 3000}, "country_code"),
    ],
)
def test_what_cannot_be_a_contact_is_refused(acme: Company, rita: Rep, fields: dict[str, Any], wrong: str) -> None:
    assert wrong in assert_envelope(rita.post(**fields), 422)["errors"]
    assert not Contact.objects.filter(company_id=acme.pk).exists()


def test_a_rep_chooses_neither_owner_nor_company_nor_consent(
    app: App, acme: Company, globex: Company, rita: Rep
) -> None:
    bob = Rep(app, acme, "Bob")
    added = rita.post(first_name="Ann", owner_id=bob.member.pk, company_id=globex.pk, consent="subscribed", id=1)
    assert added.status_code == 201
    kept = Contact.objects.get(pk=added.json()["id"])
    assert (kept.company_id, kept.owner_id, kept.consent) == (acme.pk, rita.member.pk, "pending")
    assert Membership.objects.filter(pk=rita.member.pk).exists()


def test_the_profile_has_the_documented_keys(app: App, acme: Company, rita: Rep) -> None:
    shown = app.call("GET", "/api/me", rita.token)
    assert shown.status_code == 200
    body = shown.json()
    assert list(body) == [
        "id", "email", "first_name", "last_name", "full_name", "phone", "bio", "image_url", "language", "time_zone",
        "share_link", "mysite_url", "affiliate_shop_url", "affiliate_id", "role", "active", "rank", "total_points",
        "fantasy_points", "leads_remaining", "leads_recurring", "open_task_count", "unread_messages_count",
        "mysite_views", "mysite_leads", "facebook", "instagram", "twitter", "linkedin", "whatsapp", "wechat",
        "youtube", "tiktok", "pinterest", "user_company_id", "company", "created_at", "username",
        "push_notifications", "email_notifications", "sms_notifications", "email_signature",
    ]  # fmt: skip
    assert body["id"] == rita.member.user_id
    assert body["user_company_id"] == rita.member.pk
    assert (body["email"], body["full_name"], body["role"]) == (rita.member.user.email, "Rita Example", "rep")
    assert body["active"] is True
    assert body["language"] == "en"
    for counted in ("total_points", "fantasy_points", "leads_remaining", "open_task_count", "mysite_views"):
        assert body[counted] == 0
    assert body["company"] == {
        "id": acme.pk,
        "name": "Acme",
        "fluid_shop": f"{acme.slug}.127.0.0.1",
        "logo_url": None,
        "color": "#2f5d8a",
    }
