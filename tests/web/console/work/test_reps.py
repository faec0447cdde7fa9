import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.models import Contact
from portico.content.models import Lead, PageView
from portico.identity.actions.ranks import Standing, set_ranks
from portico.identity.models import Membership, Rank
from portico.selling.models import Task
from tests.make import make_contact, make_member
from tests.web.browser import Browser, texts_to
from tests.web.console.conftest import Enter
from tests.web.console.work.forms import at_once, form_of
from tests.web.console.work.test_orders import make_order


def row_of(page: str, name: str) -> list[str]:
    """The cells behind the one with this name."""
    found = re.search(rf'<th scope="row"><a [^>]*>{name}</a></th>(.*?)</tr>', page, re.DOTALL)
    assert found, page
    return re.findall(r"<td[^>]*>(.*?)</td>", found[1])


def fact(page: str, name: str) -> str:
    found = re.findall(rf"<dt>{name}</dt><dd>(.*?)</dd>", page)
    assert found, page
    return str(found[-1])


def make_work(company: Company, rep: Membership) -> None:
    """Today two views, a lead, an order; an order and a view of forty days ago."""
    now = timezone.now()
    contact = make_contact(company, owner_id=rep.pk)
    gone = make_contact(company, owner_id=rep.pk)
    Contact.objects.filter(pk=gone.pk).update(discarded_at=now)
    Task.objects.create(company=company, owner=rep, title="Call")
    Task.objects.create(company=company, owner=rep, title="Called", completed_at=now)
    of_rep: dict[str, Any] = {"company": company, "member": rep}
    for days in (0, 0, 40):
        PageView.objects.create(**of_rep, visitor=b"x", is_first=True, at=now - timedelta(days=days))
        make_order(company, f"O{days}", contact_id=contact.pk, placed_at=(now - timedelta(days=days)).isoformat())
    Lead.objects.create(**of_rep, contact=contact)


def test_a_list_says_how_the_reps_do_in_the_chosen_days(acme: Company, owner: Browser) -> None:
    rita, bob = make_member(acme, "Rita", Role.REP), make_member(acme, "Bob", Role.REP)
    make_member(acme, "Max", Role.MANAGER, {Permission.REPORTS_READ})
    make_work(acme, rita)
    set_ranks(operator(acme.pk), [Standing(rita.user.email, rank="g", rank_name="Gold", total_points=70)])
    page = owner.get("/reps").text
    assert row_of(page, "Rita Example") == ["Gold", "70", "1", "1", "2", "1", "1"]
    assert row_of(page, "Bob Example") == ["", "0", "0", "0", "0", "0", "0"]
    assert "Max Example" not in page
    long = f"from={datetime.now(UTC).date() - timedelta(days=60)}"
    assert row_of(owner.get(f"/reps?{long}").text, "Rita Example")[-3:] == ["3", "1", "2"]
    assert row_of(owner.get("/reps?from=2020-01-01&until=2020-02-01").text, "Rita Example")[-3:] == ["0", "0", "0"]
    assert "Bob" not in owner.get("/reps?search=RITA").text
    assert "No rep is called like that" in owner.get("/reps?search=%25").text
    for query in ("from=soon", "from=2020-01-01&until=2026-01-01", "until=2026-01-01&from=2026-01-02"):
        assert owner.get(f"/reps?{query}").status_code == 422, query
        assert owner.get(f"/reps/{bob.pk}?{query}").status_code == 422, query

    shown = owner.get(f"/reps/{rita.pk}?{long}").text
    facts = [fact(shown, name) for name in ("Rank", "Points", "Contacts", "Open tasks", "Views", "Leads", "Orders")]
    assert facts == ["Gold", "70", "1", "1", "3", "1", "2"]
    rows = re.findall(r"<tr><td>[^<]+</td><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>", shown)
    table = [tuple(map(int, row)) for row in rows]
    assert tuple(map(sum, zip(*table, strict=True))) == (3, 1, 2)
    assert "<svg" in shown
    assert len(owner.get(f"/reps/{rita.pk}?from=2024-01-01&until=2024-12-31").content) < 100_000


def test_a_rep_is_invited_by_mail_and_removed_by_its_address(acme: Company, owner: Browser) -> None:
    assert owner.send("/reps/add", email="nobody", name="Nia").status_code == 422
    assert owner.send("/reps/add", email="nia@acme.test", name="a\0b").status_code == 422
    assert owner.send("/reps/add", email=f"nia@{acme.slug}.test", name="Nia New").status_code == 303
    nia = Membership.objects.get(company=acme, user__email=f"nia@{acme.slug}.test")
    assert nia.role == Role.REP
    (mail,) = texts_to(nia.user.email)
    assert "/sign-in" in mail
    assert owner.send("/reps/add", email=nia.user.email).status_code == 409
    assert len(texts_to(nia.user.email)) == 1
    path = f"/reps/{nia.pk}/remove"
    assert owner.send(path, name="other@acme.test").status_code == 422
    assert owner.send(path, name=nia.user.email.upper()).headers["Location"] == "/reps?done=removed"
    assert owner.get(f"/reps/{nia.pk}").status_code == 404


def test_rank_and_points_are_changed_and_the_second_is_told(acme: Company, owner: Browser) -> None:
    rita, bob = make_member(acme, "Rita", Role.REP), make_member(acme, "Bob", Role.REP)
    path = f"/reps/{rita.pk}/standing"
    form = form_of(owner.get(path).text)
    said = {"new_rank": "Gold Star", "total_points": "70", "leads_remaining": "5", "sponsor": bob.user.email}
    statuses = at_once(owner, path, *({**form, **said, "total_points": str(points)} for points in (70, 71, 72, 73)))
    assert statuses == [303, 409, 409, 409]
    rita.refresh_from_db()
    assert rita.rank is not None
    assert (rita.rank.name, rita.leads_remaining, rita.sponsor_id) == ("Gold Star", 5, bob.pk)
    form = form_of(owner.get(path).text)
    assert (form["rank"], form["sponsor"]) == (rita.rank.external_id, bob.user.email)
    assert owner.call("POST", path, data={**form, "rank": "", "sponsor": "", "total_points": ""}).status_code == 303
    rita.refresh_from_db()
    assert (rita.rank_id, rita.sponsor_id, rita.total_points) == (None, None, 0)

    bad = (
        ("total_points", "many"),
        ("total_points", "-1"),
        ("total_points", "9" * 16),
        ("leads_remaining", "9" * 12),
        ("leads_recurring", "9" * 400),
        ("sponsor", "nobody@never.test"),
        ("sponsor", rita.user.email),
        ("external_id", "x" * 201),
        ("new_rank", "x" * 201),
        ("new_rank", "a\0b"),
    )
    form = form_of(owner.get(path).text)
    for field, value in bad:
        answer = owner.call("POST", path, data={**form, field: value})
        assert answer.status_code == 422, (field, value)
        assert f'id="error-{field}"' in answer.text, (field, value)
    assert Rank.objects.filter(company=acme).count() == 1


def test_who_reads_reports_changes_nothing_and_a_rep_sees_no_other(
    acme: Company, rita: Membership, rep: Browser, enter: Enter
) -> None:
    reader = enter(make_member(acme, "Max", Role.MANAGER, {Permission.REPORTS_READ}))
    page = reader.get(f"/reps/{rita.pk}").text
    assert "/standing" not in page
    assert "/reps/add" not in reader.get("/reps").text
    for path in (f"/reps/{rita.pk}/standing", f"/reps/{rita.pk}/remove", "/reps/add"):
        assert reader.get(path).status_code == 404, path
        assert reader.send(path, page="/account").status_code == 404, path
    for path in ("/reps", f"/reps/{rita.pk}"):
        assert rep.get(path).status_code == 404, path
    # Who says how far a rep is, sees the rep too, and changes nothing else.
    ranker = enter(make_member(acme, "Ron", Role.MANAGER, {Permission.REPORTS_READ, Permission.RANKS_WRITE}))
    page = ranker.get(f"/reps/{rita.pk}").text
    assert "/standing" in page
    assert "/remove" not in page
    path = f"/reps/{rita.pk}/standing"
    form = {**form_of(ranker.get(path).text), "total_points": "70"}
    assert ranker.call("POST", path, data=form).status_code == 303
    rita.refresh_from_db()
    assert rita.total_points == 70
    assert ranker.get(f"/reps/{rita.pk}/remove").status_code == 404
    blind = enter(make_member(acme, "Bo", Role.MANAGER, {Permission.RANKS_WRITE}))
    for one in (path, f"/reps/{rita.pk}"):
        assert blind.get(one).status_code == 404, one
    # Nor is somebody a rep who is none.
    max_id = Membership.objects.get(company=acme, user__first_name="Max").pk
    assert reader.get(f"/reps/{max_id}").status_code == 404


def test_a_rep_sees_its_own_numbers_on_its_first_screen(
    acme: Company, rita: Membership, rep: Browser, owner: Browser
) -> None:
    make_work(acme, rita)
    shown = re.findall(r"<strong>([^<]+)</strong> ([a-z ]+)", rep.get("/console").text)
    assert shown == [
        ("0", "points"), ("1", "contacts"), ("1", "open tasks"), ("2", "views"), ("1", "leads"), ("1", "orders"),
    ]  # fmt: skip
    assert "open tasks" not in owner.get("/console").text
