"""What a browser asks in which an administrator of a third company has signed in: every page and form of ours.

A route that has a number in its path is asked for every number of the other company. What a query or a form names
besides has its row in NAMED, and what names nothing of a company stands in FREE: a route in none of the three fails.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cache

import pytest
from django.db import connection

from portico.access import Role, operator, stranger
from portico.contacts.actions.views import add_view
from portico.contacts.changing.actions import select_matching
from portico.contacts.models import CustomField
from portico.contacts.queries.narrowing import Narrowed
from portico.content.actions.authoring import add_module
from portico.identity.actions.credentials import add_code
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.factor_models import Passkey
from portico.identity.models import ApiKey, KnownDevice, Membership, Session
from portico.web.browsers import COOKIE
from portico.web.routes import ROUTES
from tests.contacts.changing import acting
from tests.make import make_company, make_contact, make_member
from tests.server import Server
from tests.web.browser import Browser
from tests.whole.asking import Told, told
from tests.whole.test_two_companies import NEVER, NOBODY, Beta, Names

NUMBERED = [(one.method, one.path) for one in ROUTES if "<int:" in one.path]
Fields = Callable[[Names], dict[str, str | int]]


def tagged(tag: int) -> dict[str, object]:
    """A condition as the form of a segment keeps it."""
    return {"subject": "tags", "operator": "any_of", "value": [tag]}


def some_of(names: Names) -> dict[str, str | int]:
    """What asks a member to come, or to read."""
    return {
        "title": "Eve", "type": "meetup", "audience": "some", "members": names.member_email, "find": names.member_email,
    }  # fmt: skip


NAMED: dict[tuple[str, str], tuple[Fields, ...]] = {
    ("POST", "account/company"): (lambda n: {"company": n.company},),
    ("GET", "contacts"): (
        lambda n: {"search": n.email},
        lambda n: {"tag": n.tag},
        lambda n: {"tag": n.tag_title},
        lambda n: {"list": n.list},
        lambda n: {"owner": n.member_email},
        lambda n: {"segment": n.segment},
    ),
    ("GET", "contacts/export"): (lambda n: {"search": n.email}, lambda n: {"tag": n.tag}),
    ("GET", "find"): (lambda n: {"q": n.email},),
    ("POST", "bulk-changes"): (
        lambda n: {"id": n.contact},
        lambda n: {"scope": "all", "view": f"tag={n.tag}"},
        lambda n: {"scope": "all", "view": f"owner={n.member_email}"},
    ),
    ("POST", "contacts/add"): (
        lambda n: {"email": "eve@third.test", "consent": "subscribed", "owner": n.member_email},
    ),
    ("POST", "contacts/<int:id>/edit"): (lambda n: {"email": "eve@third.test", "owner": n.member_email},),
    ("POST", "contacts/<int:id>/labels"): (
        lambda n: {"kind": "tags", "off": n.tag},
        lambda n: {"kind": "lists", "off": n.list_title},
        lambda n: {"kind": "tags", "titles": n.tag_title},
    ),
    ("POST", "contacts/<int:id>/work"): (lambda _: {"name": "Beta Works"},),
    ("POST", "contacts/<int:id>/leave"): (lambda n: {"organization": n.organization},),
    ("GET", "contacts/<int:id>/merge"): (lambda n: {"other": n.contact},),
    ("POST", "contacts/<int:id>/merge"): (lambda n: {"other": n.contact, "press": "merge"},),
    ("GET", "duplicates"): (lambda n: {"reason": "email", "key": n.email[:1]},),
    ("GET", "organizations"): (lambda _: {"search": "Beta Works"},),
    ("POST", "segments/add"): (
        lambda n: {"press": "save", "title": "Eve", "filter": json.dumps([[tagged(n.tag)]])},
        lambda n: {"press": "keep", "filter": json.dumps([[tagged(n.tag)]])},
        lambda n: {"press": "add", "about": "tags:", "how": "any_of", "value": n.tag_title},
        lambda n: {"press": "add", "about": "lists:", "how": "any_of", "value": n.list_title},
        lambda _: {"press": "add", "about": "organizations:", "how": "any_of", "value": "Beta Works"},
    ),
    ("GET", "tags"): (lambda n: {"search": n.tag_title},),
    ("GET", "lists"): (lambda n: {"search": n.list_title},),
    ("POST", "settings/rest-api/add"): (lambda n: {"name": "Eve", "manager": n.member_email, "ends": "year"},),
    ("GET", "settings/people"): (lambda n: {"search": n.member_email},),
    ("GET", "imports/match"): (lambda n: {"upload": n.upload},),
    ("POST", "imports/match"): (lambda n: {"upload": n.upload, "press": "load"},),
    ("GET", "tasks"): (lambda n: {"done": "completed", "task": n.task},),
    ("GET", "tasks/add"): (lambda n: {"contact": n.contact},),
    ("POST", "tasks/add"): (
        lambda n: {"title": "Eve", "priority": "low", "contact": n.contact},
        lambda n: {"title": "Eve", "priority": "low", "contact_email": n.email},
    ),
    ("POST", "calendar/add"): (
        lambda n: {**some_of(n), "press": "look"},
        lambda n: {**some_of(n), "starts_at": "2099-01-01T10:00", "ends_at": "2099-01-01T11:00", "time_zone": "UTC"},
    ),
    ("POST", "content/announcements/add"): (lambda n: {**some_of(n), "press": "look"}, some_of),
    ("GET", "orders"): (lambda n: {"search": n.email},),
    ("GET", "reps"): (lambda n: {"search": n.member_email},),
    ("GET", "settings/audit"): (lambda n: {"actor": n.member_email},),
}
FREE_PAGES = """
    sign-in sign-in/code sign-in/password sign-in/factor forgot reset/<str:link> language sign-out
    m/<str:company>/password m/<str:company>/password/<str:link> account account/set-up
    account/prove account/password account/app account/passkeys/add console contacts/add tags/add lists/add
    imports imports/add calendar calendar/feed calendar/add reps/add mysite news
    saved-views bulk-changes
    organizations/add segments segments/add settings/custom-fields settings/custom-fields/add
    settings/people/add settings/sign-in settings/sessions settings/sessions/end settings/sample-data
    settings/managers settings/managers/add settings/rest-api settings/rest-api/add settings/security
    settings/security/add settings/mail settings/company settings/audit/proof modules modules/<str:name>
    content/media content/media/add content/libraries content/libraries/add content/trainings content/trainings/add
    content/announcements content/announcements/add settings/webhooks settings/webhooks/add settings/data
    settings/data/audit
"""
FREE_FORMS = """
    sign-in sign-in/code sign-in/password sign-in/passkey sign-in/factor sign-in/factor/passkey forgot
    reset/<str:link> language sign-out m/<str:company>/password m/<str:company>/password/<str:link>
    account/prove account/prove/mail account/prove/passkey account/password account/app
    account/app/begin account/app/remove account/passkeys/add account/recovery-codes account/sessions/end-others
    saved-views imports/add tags/add lists/add organizations/add settings/custom-fields/add
    settings/managers/add settings/security/add settings/mail settings/company
    modules/<str:name> calendar/feed reps/add mysite
    content/media/add content/libraries/add content/trainings/add settings/webhooks/add
    console/first-steps settings/sample-data settings/people/add settings/sign-in settings/sessions/end
"""
FREE = {("GET", path) for path in FREE_PAGES.split()} | {("POST", path) for path in FREE_FORMS.split()}
# Good for every form that changes something: only what it is sent to is missing.
FORM: dict[str, str | int] = {
    "email": "eve@third.test", "first_name": "Eve", "name": "Eve", "title": "Eve", "text": "Eve", "kind": "tags",
    "titles": "Eve", "permissions": "contacts:read", "grace": "0", "is_sure": "yes",
    "answer": "going", "number": "Eve",
}  # fmt: skip


def test_every_route_is_asked_or_names_nothing_of_a_company() -> None:
    routes = [(one.method, one.path) for one in ROUTES]
    assert set(routes) == {*NUMBERED, *NAMED, *FREE}
    assert not FREE & {*NUMBERED, *NAMED}


@pytest.fixture(scope="module")
def numbers(beta: Beta) -> dict[str, int]:
    """All that the other company and its people have, by their numbers."""
    of_beta = {"company_id": beta.company.pk}
    member = Membership.objects.get(**of_beta, pk=beta.names.rep)
    begin_browser_session(stranger(wire="web"), member, methods=["passcode"])
    ends = "2100-01-01T00:00Z"
    passkey = Passkey.objects.create(
        user_id=member.user_id, name="Ring", credential_id=b"beta", credential=b"beta", sign_count=0
    )
    return {name: value for name, value in asdict(beta.names).items() if isinstance(value, int)} | {
        "session": Session.objects.filter(**of_beta).latest("pk").pk,
        "passkey": passkey.pk,
        "known_device": KnownDevice.objects.create(user_id=member.user_id, digest=b"beta", expires_at=ends).pk,
        "key": ApiKey.objects.filter(**of_beta).latest("pk").pk,
        "module": add_module(operator(beta.company.pk), beta.names.training, {"title": "Beta"}),
        "field": CustomField.objects.filter(**of_beta).latest("pk").pk,
        "code": add_code(operator(beta.company.pk), name="Beta")[0].pk,
        "view": add_view(acting(member), name="Beta", query="search=beta").pk,
        "change": select_matching(acting(member), Narrowed()).pk,
    }


@pytest.fixture(scope="module")
def olga(server: Server, numbers: dict[str, int]) -> Iterator[Browser]:  # noqa: ARG001 -- theirs are made before
    """Its own numbers begin far above the other company's, so that none is asked for."""
    with connection.cursor() as cursor:
        for table in ("company", "membership", "session", "contact", "tag", "list"):
            cursor.execute("SELECT setval(%s, nextval(%s) + 2000000)", [f"{table}_id_seq"] * 2)
    browser, member = Browser(server), make_member(make_company("third"), "Olga", Role.ADMIN)
    _, token = begin_browser_session(stranger(wire="web"), member, methods=["passcode"])
    browser.cookies.cookies.set(COOKIE, token)
    yield browser
    assert browser.is_in  # to the end: none of these was its own


@cache
def token_of(browser: Browser) -> str:
    """What all its forms may carry against forgery."""
    return browser.token("/contacts/add")


def asked(browser: Browser, method: str, path: str, fields: dict[str, str | int], names: Names) -> Told:
    how = {"params": fields} if method == "GET" else {"data": {"csrfmiddlewaretoken": token_of(browser), **fields}}
    status, text, headers = told(browser.call(method, f"/{path}", **how), names)
    # Apart from what each page has of its own: its token, and its own address behind the choice of a language.
    return status, re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"|/language\?next=[^"]*', "", text), headers


def people_of(beta: Beta) -> list[object]:
    """What is not the company's, but its people's own."""
    of_user = {"user_id": beta.names.user}
    return [list(model._default_manager.filter(**of_user).values()) for model in (Passkey, KnownDevice)]


@pytest.mark.parametrize(("method", "route"), NUMBERED)
def test_a_session_cannot_tell_the_other_companys_numbers_from_ones_that_never_were(
    olga: Browser, beta: Beta, numbers: dict[str, int], method: str, route: str
) -> None:
    before, seen = (beta.everything(), people_of(beta)), {}
    for number in {*numbers.values(), NEVER, NEVER + 1}:
        path = re.sub(r"<int:\w+>", str(number), route)
        seen[number] = asked(olga, method, path, FORM if method == "POST" else {}, NOBODY)
    assert {answer[0] for answer in seen.values()} == {404}, seen
    assert len(set(map(str, seen.values()))) == 1, seen
    assert (beta.everything(), people_of(beta)) == before


@pytest.mark.parametrize(("method", "route"), NAMED)
def test_a_session_cannot_tell_what_it_names_of_the_other_company_from_nothing(
    olga: Browser, beta: Beta, method: str, route: str
) -> None:
    own = Membership.objects.latest("pk")
    before = beta.everything()
    for fields in NAMED[method, route]:
        paths = [re.sub(r"<int:\w+>", str(make_contact(own.company, first_name="Eve").pk), route) for _ in range(2)]
        of_other = asked(olga, method, paths[0], fields(beta.names), beta.names)
        assert of_other == asked(olga, method, paths[1], fields(NOBODY), NOBODY)
        assert of_other[0] < 500
        assert of_other[0] != 403, "it was asked with what a form has to carry"
    assert beta.everything() == before
