"""Two companies on one server. What one names of the other is answered as if it had never existed, and stays as it is.

Made from the routes: a route that is not in its table fails, so that a new one cannot be forgotten.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import requests
from django.apps import apps

from portico.access import Role, operator
from portico.companies.models import Company
from portico.contacts.actions.passwords import set_password
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.models import Contact, List, Tag
from portico.identity.actions.credentials import NewKey
from portico.identity.models import Challenge
from portico.protocols.fluentcrm.routes import ROUTES as CRM_ROUTES
from portico.protocols.fluid.routes import ROUTES as FLUID_ROUTES
from portico.protocols.native.routes import ROUTES as NATIVE_ROUTES
from tests.make import make_code, make_company, make_contact, make_key, make_member
from tests.protocols.fluid.app import jwt_of
from tests.server import Server

NEVER = 2**40


@dataclass(frozen=True, slots=True)
class Names:
    """By what the things of a company are named."""

    contact: int
    email: str
    tag: int
    tag_title: str
    list: int
    list_title: str
    member: int
    member_email: str
    key_uuid: str
    slug: str
    company: int
    password: str
    uuid: str
    merge: int
    merged: int


NOBODY = Names(
    contact=NEVER + 1,
    email="nobody@never.test",
    tag=NEVER + 2,
    tag_title="Never Tag",
    list=NEVER + 3,
    list_title="Never List",
    member=NEVER + 4,
    member_email="nobody@nowhere.test",
    key_uuid="8f9e0d1c-2b3a-4a5b-8c7d-6e5f4a3b2c1d",
    slug="never-there",
    company=NEVER + 5,
    password="never",
    uuid="mfa_00000000000000000000000000000000",
    merge=NEVER + 6,
    merged=NEVER + 7,
)


@dataclass(frozen=True, slots=True)
class Beta:
    """The other company, with one of everything."""

    company: Company
    names: Names

    def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables that belong to it, but what every look-up of a key writes."""
        found = {}
        for model in apps.get_models():
            fields = {field.name for field in model._meta.get_fields()}
            if model.__module__.startswith("portico.") and fields & {"company", "company_id"} and model._meta.managed:
                rows = model._default_manager.filter(company_id=self.company.pk).order_by("pk")
                left = [
                    field.attname for field in model._meta.concrete_fields if not field.name.startswith("last_used")
                ]
                found[model.__name__] = list(rows.values_list(*left))
        return found


def make_beta() -> Beta:
    company = make_company("beta")
    key = make_key(company)
    contact = make_contact(company, tags=["Beta Tag"])
    tag = Tag.objects.get(company_id=company.pk)
    on_list = List.objects.create(company_id=company.pk, title="Beta List", slug="beta-list")
    set_password(operator(company.pk), contact.pk, "open sesame")
    rep = make_member(company, "Rhea", Role.REP)
    challenge = Challenge.objects.create(
        public_id=f"mfa_{company.pk:032d}", email=rep.user.email, user=rep.user, company=company,
        code_digest=b"c", link_digest=str(company.pk).encode(), expires_at="2100-01-01T00:00Z",
    )  # fmt: skip
    merge = merge_contacts(operator(company.pk), winner_id=contact.pk, loser_id=make_contact(company).pk)
    names = Names(
        contact=contact.pk,
        email=str(contact.email),
        tag=tag.pk,
        tag_title=tag.title,
        list=on_list.pk,
        list_title=on_list.title,
        member=key.key.membership_id,
        member_email=key.key.membership.user.email,
        key_uuid=str(key.key.uuid),
        slug=company.slug,
        company=company.pk,
        password="open sesame",
        uuid=challenge.public_id,
        merge=merge.id,
        merged=merge.loser_id,
    )
    return Beta(company, names)


Call = Callable[[Names], dict[str, Any]]
FREE: tuple[Call, ...] = ()  # names nothing of anybody


def path(text: str) -> Call:
    """A call that names things in its path only."""
    return lambda n: {"path": text.format(n=n)}


def body(json: Callable[[Names], Any], at: str = "") -> Call:
    return lambda n: {"path": at.format(n=n), "json": json(n)}


def query(params: Callable[[Names], dict[str, Any]]) -> Call:
    return lambda n: {"params": params(n)}


CRM = "fluent-crm/v2/"
CRM_CALLS: dict[tuple[str, str], tuple[Call, ...]] = {
    ("GET", ""): FREE,
    ("GET", "fluent-crm/v2"): FREE,
    ("GET", "wp/v2/users/me"): FREE,
    ("GET", "portico/avatar.svg"): FREE,
    ("GET", "portico/sample.csv"): FREE,
    # Contacts
    ("GET", CRM + "subscribers"): (
        query(lambda n: {"search": n.email}),
        query(lambda n: {"tags[]": n.tag}),
        query(lambda n: {"tags[]": n.tag_title}),
        query(lambda n: {"lists[]": n.list}),
    ),
    ("POST", CRM + "subscribers"): (
        body(lambda n: {"email": "kim@acme.test", "status": "subscribed", "tags": [n.tag], "lists": [n.list]}),
        body(lambda n: {"email": "lee@acme.test", "status": "subscribed", "contact_owner": n.member}),
        body(lambda n: {"email": "max@acme.test", "status": "subscribed", "id": n.contact}),
    ),
    ("DELETE", CRM + "subscribers"): (body(lambda n: {"subscribers": [n.contact]}),),
    ("PUT", CRM + "subscribers/subscribers-property"): (
        body(lambda n: {"property": "status", "value": "unsubscribed", "subscribers": [n.contact]}),
    ),
    ("POST", CRM + "subscribers/sync-segments"): (
        body(lambda n: {"type": "tags", "attach": [n.tag], "find_by": "id", "subscribers": [n.contact]}),
        body(lambda n: {"type": "lists", "detach": [n.list], "find_by": "id", "subscribers": [n.contact]}),
    ),
    ("POST", CRM + "subscribers/bulk-add-update"): (
        body(lambda n: {"contacts": [{"email": "pat@acme.test", "status": "subscribed", "tags": [n.tag]}]}),
        body(lambda n: {"contacts": [{"email": "sam@acme.test", "status": "subscribed", "contact_owner": n.member}]}),
    ),
    ("GET", CRM + "subscribers/<int:id>"): (
        path("fluent-crm/v2/subscribers/{n.contact}"),
        lambda n: {"path": CRM + "subscribers/0", "params": {"get_by_email": n.email}},
    ),
    ("DELETE", CRM + "subscribers/<int:id>"): (path("fluent-crm/v2/subscribers/{n.contact}"),),
    ("PUT", CRM + "subscribers/<int:id>"): (
        body(lambda _: {"first_name": "Eve"}, "fluent-crm/v2/subscribers/{n.contact}"),
    ),
    # What a contact has beside itself
    # Segments
    # Organizations
    # Import and export
    # Incoming webhooks and labels
    # Tags
    ("GET", CRM + "tags"): (query(lambda n: {"search": n.tag_title}),),
    ("POST", CRM + "tags"): FREE,
    ("POST", CRM + "tags/bulk"): FREE,
    ("POST", CRM + "tags/do-bulk-action"): (body(lambda n: {"tagIds": [n.tag]}),),
    ("GET", CRM + "tags/<int:id>"): (path("fluent-crm/v2/tags/{n.tag}"),),
    ("PUT", CRM + "tags/<int:id>"): (body(lambda _: {"title": "Mine"}, "fluent-crm/v2/tags/{n.tag}"),),
    ("DELETE", CRM + "tags/<int:id>"): (path("fluent-crm/v2/tags/{n.tag}"),),
    # Lists
    ("GET", CRM + "lists"): (query(lambda n: {"search": n.list_title}),),
    ("POST", CRM + "lists"): FREE,
    ("POST", CRM + "lists/bulk"): FREE,
    ("POST", CRM + "lists/do-bulk-action"): (body(lambda n: {"listIds": [n.list]}),),
    ("GET", CRM + "lists/<int:id>"): (path("fluent-crm/v2/lists/{n.list}"),),
    ("PUT", CRM + "lists/<int:id>"): (body(lambda _: {"title": "Mine"}, "fluent-crm/v2/lists/{n.list}"),),
    ("DELETE", CRM + "lists/<int:id>"): (path("fluent-crm/v2/lists/{n.list}"),),
    # Custom fields
    ("GET", CRM + "custom-fields/contacts"): FREE,
    ("PUT", CRM + "custom-fields/contacts"): FREE,
    # Reports
    ("GET", CRM + "reports/options"): FREE,
    ("GET", CRM + "reports/ping"): FREE,
    # Lists of what comes with the mail engine
    # Settings
    # Managers and keys
    ("GET", CRM + "campaign-pro-settings/managers"): FREE,
    ("POST", CRM + "campaign-pro-settings/managers"): (
        body(lambda n: {"manager": {"email": n.member_email, "permissions": ["fcrm_read_contacts"]}}),
    ),
    ("PUT", CRM + "campaign-pro-settings/managers/<int:id>"): (
        body(
            lambda n: {"manager": {"email": n.member_email, "permissions": ["fcrm_read_contacts"]}},
            "fluent-crm/v2/campaign-pro-settings/managers/{n.member}",
        ),
    ),
    ("DELETE", CRM + "campaign-pro-settings/managers/<int:id>"): (
        path("fluent-crm/v2/campaign-pro-settings/managers/{n.member}"),
    ),
    ("GET", CRM + "setting/rest-keys"): FREE,
    ("POST", CRM + "setting/rest-keys"): (body(lambda n: {"api_name": "mine", "api_user_id": n.member}),),
    ("DELETE", CRM + "setting/rest-keys"): (body(lambda n: {"user_id": n.member, "uuid": n.key_uuid}),),
}

FLUID_CALLS: dict[tuple[str, str], tuple[Call, ...]] = {
    # Sign-in is the person's, whatever company: what one may not tell is told in tests/protocols/fluid/test_passcodes.
    ("POST", "authentication/send_mfa"): (query(lambda n: {"email": n.email}),),
    ("POST", "authentication/confirm_mfa"): FREE,
    ("POST", "authentication/resend_mfa"): FREE,
    ("POST", "authentication/magic_link"): FREE,
    ("POST", "authentication/magic_link/confirm"): FREE,
    ("GET", "authentication/me"): FREE,
    ("GET", "authentication/company/<str:fluid_shop>"): FREE,  # public by design: how a company shows itself
    ("PUT", "authentication/company/<int:company_id>/switch"): (path("authentication/company/{n.company}/switch"),),
    ("PUT", "user_companies/jwt_exchange"): FREE,
    ("PUT", "user_companies/token_exchange"): FREE,
    ("PUT", "user_companies/jwt_refresh"): FREE,
    ("GET", "me"): FREE,
    ("GET", "contacts"): (query(lambda n: {"search": n.email}),),
    ("POST", "contacts"): FREE,
}

NATIVE_CALLS: dict[tuple[str, str], tuple[Call, ...]] = {
    ("GET", "contacts/duplicates"): FREE,
    ("POST", "contacts/merge/preview"): (
        body(lambda n: {"winner": n.contact, "loser": n.contact + 1}),
        body(lambda n: {"winner": NEVER, "loser": n.contact}),
    ),
    ("POST", "contacts/merge"): (
        body(lambda n: {"winner": n.contact, "loser": n.contact + 1}),
        body(lambda n: {"winner": NEVER, "loser": n.contact}),
    ),
    ("POST", "contacts/unmerge"): (body(lambda n: {"merge": n.merge}),),
    ("GET", "contacts/<int:id>"): (path("contacts/{n.contact}"),),
    ("DELETE", "contacts/<int:id>"): (path("contacts/{n.contact}"), path("contacts/{n.merged}")),
    ("GET", "contacts/<int:id>/history"): (path("contacts/{n.contact}/history"), path("contacts/{n.merged}/history")),
    ("GET", "contacts/<int:id>/export"): (path("contacts/{n.contact}/export"),),
}


def test_every_route_is_in_the_tables() -> None:
    assert {(route.method, route.path) for route in NATIVE_ROUTES} == set(NATIVE_CALLS)
    assert {(route.method, route.path) for route in CRM_ROUTES} == set(CRM_CALLS)
    assert {(route.method, route.path) for route in FLUID_ROUTES} == set(FLUID_CALLS)


def told(response: requests.Response, names: Names) -> tuple[int, str, list[str]]:
    """What an answer tells: status, text and header names, with names and numbers that must differ taken out."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|mfa_\w+", "RANDOM", response.text)
    for name in (str(getattr(names, field)) for field in Names.__slots__):
        if not name.isdigit():
            text = text.replace(name, "NAME").replace(quote(name), "NAME")
    text = re.sub(r"\d+", "0", text)
    return response.status_code, text, sorted(header for header in response.headers if header != "Content-Length")


@pytest.fixture(scope="module")
def beta() -> Beta:
    return make_beta()


def crm_calls() -> list[Any]:
    return [
        pytest.param(method, path, call, id=f"{method} {path.removeprefix(CRM)} {number}")
        for (method, path), calls in CRM_CALLS.items()
        for number, call in enumerate(calls)
    ]


def fluid_calls() -> list[Any]:
    return [
        pytest.param(method, path, call, id=f"{method} {path} {number}")
        for (method, path), calls in FLUID_CALLS.items()
        for number, call in enumerate(calls)
    ]


@pytest.mark.parametrize(("method", "route", "call"), crm_calls())
def test_a_key_cannot_tell_the_other_companys_things_from_nothing(
    server: Server, beta: Beta, method: str, route: str, call: Call
) -> None:
    def asked(names: Names) -> tuple[int, str, list[str]]:
        # A company of its own each time: what the first call makes must not be there for the second.
        key: NewKey = make_key(make_company())
        how = {"path": route, **call(names)}
        address = f"/wp-json/{how.pop('path') or route}"
        return told(server.call(method, address, auth=(key.username, key.password), **how), names)

    before = beta.everything()
    of_other, of_nobody = asked(beta.names), asked(NOBODY)
    assert of_other == of_nobody
    assert of_other[0] < 500
    assert beta.everything() == before


@pytest.mark.parametrize(("method", "route", "call"), fluid_calls())
def test_a_token_cannot_tell_the_other_companys_things_from_nothing(
    server: Server, beta: Beta, method: str, route: str, call: Call
) -> None:
    def asked(names: Names) -> tuple[int, str, list[str]]:
        jwt = jwt_of(make_member(make_company(), "Rob", Role.REP))
        how = {"path": route, **call(names)}
        headers = {"Authorization": f"Bearer {jwt}"}
        return told(server.call(method, f"/api/{how.pop('path')}", headers=headers, **how), names)

    before = beta.everything()
    assert asked(beta.names) == asked(NOBODY)
    assert beta.everything() == before


def native_calls() -> list[Any]:
    return [
        pytest.param(method, path, call, id=f"{method} {path} {number}")
        for (method, path), calls in NATIVE_CALLS.items()
        for number, call in enumerate(calls)
    ]


@pytest.mark.parametrize(("method", "route", "call"), native_calls())
def test_a_bearer_cannot_tell_the_other_companys_things_from_nothing(
    server: Server, beta: Beta, method: str, route: str, call: Call
) -> None:
    def asked(names: Names) -> tuple[int, str, list[str]]:
        headers = {"Authorization": f"Bearer {make_key(make_company()).password}"}
        how = {"path": route, **call(names)}
        address = f"/api/portico/v1/{how.pop('path') or route}"
        return told(server.call(method, address, headers=headers, **how), names)

    before = beta.everything()
    of_other = asked(beta.names)
    assert of_other == asked(NOBODY)
    assert of_other[0] < 500
    assert beta.everything() == before


@pytest.mark.parametrize("as_json", [True, False])
def test_a_code_cannot_tell_the_other_companys_member_from_nobody(server: Server, beta: Beta, *, as_json: bool) -> None:
    acme = make_company()
    own = make_contact(acme)
    set_password(operator(acme.pk), own.pk, "my own")
    code = make_code(acme)

    def asked(user: str, password: str, tag: int | None = None) -> tuple[int, bytes, list[str]]:
        form = {"mbr_auth": code, "user": user, "pass": password, **({"json": "1"} if as_json else {})}
        response = server.post("/", data={**form, **({"required_tags": str(tag)} if tag else {})})
        return response.status_code, response.content, sorted(response.headers)

    before = beta.everything()
    nothing = asked(NOBODY.email, NOBODY.password)
    assert asked(beta.names.email, beta.names.password) == nothing
    assert asked(str(own.email), "my own", beta.names.tag) == nothing
    assert asked(str(own.email), "my own", NOBODY.tag) == nothing
    assert asked(str(own.email), "my own")[1] != nothing[1]
    assert beta.everything() == before


def test_the_other_companys_key_and_code_open_nothing_of_ours(server: Server, beta: Beta) -> None:
    acme = make_company()
    contact = make_contact(acme)
    key, code = make_key(beta.company), make_code(beta.company)
    set_password(operator(acme.pk), contact.pk, "my own")
    shown = server.get(f"/wp-json/{CRM}subscribers/{contact.pk}", auth=(key.username, key.password))
    never = server.get(f"/wp-json/{CRM}subscribers/{NEVER}", auth=(key.username, key.password))
    assert (shown.status_code, shown.json()) == (never.status_code, never.json())
    assert (
        server.post("/", data={"mbr_auth": code, "user": contact.email, "pass": "my own", "json": "1"}).text == "false"
    )
    assert Contact.objects.get(company_id=acme.pk).pk == contact.pk
