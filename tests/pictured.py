"""What stands on the pictures of the console: a small business that has been at it for a while, and one that begins."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from portico.access import Actor, Role, operator, stranger
from portico.companies.actions import add_company
from portico.companies.models import Company
from portico.contacts.actions.field_by_field import add_custom_field
from portico.contacts.actions.fields import Definition
from portico.contacts.actions.segments import WantedSegment, add_segment
from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.importing.batches import start_import
from portico.contacts.importing.uploads import keep_upload
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.models import Contact, CustomField, Organization, Tag
from portico.content.actions.authoring import add_announcement, add_module, add_training
from portico.content.actions.learning import read_announcement
from portico.content.actions.libraries import Item, add_library
from portico.content.actions.progress import advance_training
from portico.content.actions.sharing import publish_medium
from portico.content.actions.sites import change_site
from portico.content.models import PageView, Site
from portico.content.queries.sharing import share_address
from portico.identity.actions.people import add_member
from portico.identity.actions.ranks import Standing, set_ranks
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import ApiKey, Membership
from portico.identity.queries.sessions import get_live_session_of_cookie
from portico.outbox.models import WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks.actions import add_endpoint
from portico.selling.actions.calendar import answer_event, save_event
from portico.selling.actions.orders import save_order
from portico.selling.models import Task
from tests.content.files import PDF, picture
from tests.make import make_contact
from tests.protocols.fluid.sharers import make_medium

PEOPLE = (
    "Vorname;Nachname;E-Mail;Ort\nÄnne;Köhler;aenne@example.test;Köln\nBob;Stone;bob at example;Bonn\n"
    "Cleo;Park;cleo@example.test;Kiel\nCleo;Park;CLEO@example.test;Kiel\n;;;\nDan;Ö;;Ulm\n"
)


def cookie_of(email: str) -> str:
    """A session of this person."""
    member = Membership.objects.get(user__email=email)
    return begin_browser_session(stranger(wire="web"), member, methods=["passcode"])[1]


def actor_of(cookie: str) -> Actor:
    """Whoever has this session: a person of a company."""
    return get_live_session_of_cookie(cookie, stranger(wire="web")).actor


def fill(company: Company, owner: Actor, rep: Actor) -> dict[str, Any]:
    """Work, content and settings beside the contacts that are there; what addresses are about, by names."""
    actor = operator(company.pk)
    return {
        **_contacts(company, actor),
        **_work(company, actor, owner, rep),
        **_content(company, actor, owner, rep),
        **_settings(company, actor),
    }


def _contacts(company: Company, actor: Actor) -> dict[str, Any]:
    contacts = Contact.objects.filter(company=company, discarded_at=None).order_by("pk")
    member = contacts.get(email="member@demo.test")
    twin = make_contact(
        company, first_name="Mia", last_name="Member", email="mia@home.test", city="Lyon", phone="+33 4 5550"
    )
    make_contact(company, first_name="Mia", last_name="M.", email="mm@work.test", phone="0033 4 5550")
    merged = make_contact(company, first_name="Max", last_name="Muster", email="max@home.test", phone="+49 221 5550")
    gone = make_contact(company, first_name="Max", last_name="Muster", email="max@work.test")
    add_custom_field(actor, Definition("single-select", "Size", options=("S", "M", "L"), group="Shop"))
    add_custom_field(actor, Definition("date", "Member since"))
    tag = Tag.objects.filter(company=company, title="Gold member").get()
    gold = Condition("tags", "", Operator.ANY_OF, [tag.pk])
    near = Condition("own", "city", Operator.CONTAINS, "Köln")
    segment = add_segment(actor, WantedSegment("Gold members in Cologne", Filter(((gold, near), (gold,))), "To visit."))
    imported = start_import(actor, keep_upload(actor, [PEOPLE.encode()]), file="kunden-2026.csv")
    return {
        "contact": member.pk,
        "twin": twin.pk,
        "merged": merge_contacts(actor, winner_id=merged.pk, loser_id=gone.pk).id,
        "tag": tag.pk,
        "segment": segment.pk,
        "import": imported.pk,
        "upload": keep_upload(actor, [PEOPLE.encode()]),
        "organization": Organization.objects.filter(company=company).order_by("pk")[0].pk,
    }


def _work(company: Company, actor: Actor, owner: Actor, rep: Actor) -> dict[str, Any]:
    now, mia = datetime.now(UTC), Contact.objects.get(company=company, email="member@demo.test")
    for title, days, who in (
        ("Call Mia about the spring trip", 0, owner),
        ("Send the price list", 0, rep),
        ("Ask for the invoice", -3, owner),
        ("Book the room", 6, owner),
    ):
        due = (now + timedelta(days=days)).date()
        Task.objects.create(company=company, owner_id=who.membership_id or 0, title=title, due_on=due, contact=mia)
    for number, (title, days) in enumerate(
        (("Kick-off of the season", 1), ("Open door", 4), ("Team call", 0), ("Fair in Cologne", 12), ("Webinar", -5))
    ):
        starts = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=days, hours=2)
        ends = starts + timedelta(days=2 if number == 3 else 0, hours=1)
        fields = {"external_id": f"E{number}", "title": title, "location": "Cologne", "capacity": 40}
        event = save_event(actor, {**fields, "starts_at": starts.isoformat(), "ends_at": ends.isoformat()})
        if days > 0:
            answer_event(rep, event.id, "going")
    for number in range(12):
        at = now - timedelta(days=3 * number, hours=number)
        items = [{"title": "Spring trip", "sku": "TRIP", "quantity": 2, "price": "124.50"}]
        order = save_order(
            actor,
            {
                "external_id": f"O{number}", "number": str(1000 + number), "currency": "EUR", "total": "249.00",
                "items": items, "status": ("processing", "shipped", "delivered")[number % 3], "contact_id": mia.pk,
                "member_email": "rep@demo.test", "placed_at": at.isoformat(),
            },
        )  # fmt: skip
    set_ranks(actor, [Standing("rep@demo.test", rank="gold", rank_name="Gold", total_points=1250, leads_remaining=5)])
    return {"task": Task.objects.filter(company=company)[0].pk, "event": event.id, "order": order.id}


def _content(company: Company, actor: Actor, owner: Actor, rep: Actor) -> dict[str, Any]:
    trip = make_medium(company, picture(), title="Spring trip", category="Trips")
    prices = make_medium(company, PDF, title="Price list 2026", category="Prices")
    library = add_library(actor, {"title": "For a first talk"}, [Item(trip.pk), Item(prices.pk)], of_company=True)
    training = add_training(actor, {"title": "First steps", "duration_minutes": 30, "is_published": True})
    for title in ("Welcome", "Asking well", "After the talk"):
        add_module(actor, training, {"title": title, "duration_minutes": 10, "media_type": "video"})
    advance_training(rep, training, 60)
    news = add_announcement(actor, {"title": "New prices from May on", "description": "The list is under Media."})
    add_announcement(actor, {"title": "The office is closed on Friday"})
    read_announcement(rep, news)
    for one in (rep, owner):
        change_site(one, {"title": "Trips by the sea", "theme": "auto", "has_form": True, "is_published": True})
    share = publish_medium(rep, trip.pk)
    now = datetime.now(UTC)
    PageView.objects.bulk_create(
        PageView(
            company=company, member_id=rep.membership_id or 0, share=share, medium=trip, visitor=bytes([n]),
            is_first=True, at=now - timedelta(days=n % 13, hours=n % 7),
        )
        for n in range(60)
    )  # fmt: skip
    return {
        "medium": trip.pk,
        "library": library.pk,
        "training": training,
        "announcement": news,
        "rep": rep.membership_id,
        "site": f"/r/{company.slug}/{Site.objects.get(company=company, member_id=rep.membership_id).slug}",
        "shared": share_address(share.code).removeprefix(settings.PUBLIC_URL),
    }


def _settings(company: Company, actor: Actor) -> dict[str, Any]:
    endpoint = add_endpoint(actor, url="https://hooks.example.test/portico", kinds=["contact.created"]).endpoint
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rest_until="2100-01-01T00:00Z")
    for name in ("Nora", "Olaf", "Petra"):
        make_contact(company, first_name=name, last_name="Lind", email=f"{name.lower()}@example.test")
    deliveries = WebhookDelivery.objects.filter(company=company).order_by("pk")
    deliveries.filter(pk=deliveries[0].pk).update(state="failed", ended_at="2026-01-01T00:00Z", tries=9)
    return {
        "endpoint": endpoint.pk,
        "delivery": deliveries[0].pk,
        "key": ApiKey.objects.filter(company=company, revoked_at=None)[0].pk,
        "manager": Membership.objects.get(company=company, user__email="manager@demo.test").pk,
        "field": CustomField.objects.filter(company=company)[0].pk,
    }


def begin(email: str = "fresh@begin.test") -> str:
    """A company in which nothing is yet; answers the cookie of its administrator."""
    company = add_company(slug="begin", name="Fresh Start")
    add_member(operator(company.pk), email=email, role=Role.ADMIN, name="Fay Fresh")
    return cookie_of(email)
