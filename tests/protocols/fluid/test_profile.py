from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portico.access import Role, operator
from portico.companies.models import Company
from portico.identity.actions.people import add_member
from portico.identity.actions.ranks import Standing, set_ranks
from portico.identity.models import Membership, PushDevice
from tests.protocols.fluid.app import App, assert_envelope, jwt_of
from tests.protocols.fluid.reps import Caller, ids, made


@pytest.fixture
def rita(app: App, acme: Company) -> Caller:
    return Caller(app, acme)


def test_the_profile_counts_what_there_is(acme: Company, rita: Caller) -> None:
    set_ranks(
        operator(acme.pk),
        [
            Standing(
                rita.member.user.email, rank="RM", rank_name="Regional Manager", external_id="RITA1",
                total_points=15_000, fantasy_points=2500, leads_remaining=47, leads_recurring=10,
            )
        ],
    )  # fmt: skip
    for title, status in (("a", "pending"), ("b", "pending"), ("c", "completed")):
        made(rita.post("tasks", title=title, status=status))
    rita.contact(lead_type="mysite")
    rita.contact(lead_type="organic")
    body = made(rita.get("me"), 200)
    rank = body.pop("rank")
    assert (rank["name"], rank["external_id"]) == ("Regional Manager", "RM")
    assert isinstance(rank["id"], int)
    expected = {
        "affiliate_id": "RITA1", "total_points": 15_000, "fantasy_points": 2500, "leads_remaining": 47,
        "leads_recurring": 10, "open_task_count": 2, "mysite_leads": 1, "unread_messages_count": 0,
    }  # fmt: skip
    assert {name: body[name] for name in expected} == expected
    assert body["mysite_url"] == f"{rita.app.server.url}/r/{acme.slug}/{body['username']}"
    leads = made(rita.get("leads/detail"), 200)
    assert (leads["leads_delivery"], leads["leads_remaining"], leads["monthly_leads_purchase"]) == (True, 47, True)


def test_no_rep_makes_its_own_number_of_leads(rita: Caller) -> None:
    lead = rita.contact(lead_type="mysite")
    own = made(rita.post("contacts", first_name="Ann", lead_type="mysite"))
    assert own["lead_type"] is None
    for word in ("mysite", "media"):
        assert made(rita.patch(f"contacts/{own['id']}", lead_type=word, city="Scranton"), 200)["lead_type"] is None
        assert made(rita.put(f"contacts/{own['id']}", contact={"lead_type": word}), 200)["city"] == "Scranton"
    # What is sent back as it was read is taken.
    same = made(rita.put(f"contacts/{lead.pk}", **made(rita.get(f"contacts/{lead.pk}"), 200)), 200)
    assert same["lead_type"] == "mysite"
    assert made(rita.patch(f"contacts/{own['id']}", lead_type="organic"), 200)["lead_type"] == "organic"
    assert made(rita.get("me"), 200)["mysite_leads"] == 1


def test_the_own_profile_is_changed(rita: Caller) -> None:
    given: dict[str, Any] = {
        "first_name": "Rita", "last_name": "<script>x</script>", "phone": "+1-570", "bio": "Sells\npaper.",
        "image_url": "https://img.test/r.png", "language": "de", "time_zone": "America/New_York",
        "facebook": "https://facebook.test/rita", "whatsapp": "+1570", "push_notifications": False,
        "sms_notifications": True, "email_signature": "<b>Rita</b>",
    }  # fmt: skip
    body = made(rita.patch("me", **given), 200)
    assert {name: body[name] for name in given} == given
    assert body["full_name"] == "Rita <script>x</script>"
    wrapped = made(rita.put("me", user={"facebook": None, "instagram": "https://i.test/r", "bio": ""}), 200)
    assert (wrapped["facebook"], wrapped["instagram"], wrapped["whatsapp"]) == (None, "https://i.test/r", "+1570")
    assert (wrapped["bio"], wrapped["phone"]) == (None, "+1-570")
    assert made(rita.patch(f"users/{rita.member.user_id}", language="en"), 200)["language"] == "en"
    signature = made(rita.put(f"user_companies/{rita.company.pk}/update_email_signature", email_signature="R."), 200)
    assert signature["user_company"] == {"id": rita.member.pk, "email_signature": "R."}
    assert made(rita.get("me"), 200)["email_signature"] == "R."


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"language": "english"}, "language"),
        ({"image_url": "javascript:alert(1)"}, "image_url"),
        ({"facebook": "//facebook.test"}, "facebook"),
        ({"instagram": ["x"]}, "instagram"),
        ({"first_name": "x" * 101}, "first_name"),
        ({"bio": "x" * 5001}, "bio"),
        ({"phone": "1\0"}, "phone"),
        ({"push_notifications": "perhaps"}, "push_notifications"),
    ],
)
def test_what_cannot_be_in_a_profile_is_refused(rita: Caller, fields: dict[str, Any], wrong: str) -> None:
    before = made(rita.get("me"), 200)
    assert list(assert_envelope(rita.patch("me", last_name="Changed", **fields), 422)["errors"]) == [wrong]
    assert made(rita.get("me"), 200) == before


def test_nobody_changes_anybody_else(app: App, acme: Company, rita: Caller) -> None:
    bob = Caller(app, acme, "Bob")
    user, member = bob.member.user_id, bob.member.pk
    link = {"title": "T", "url": "https://t.test"}
    own = made(bob.post(f"users/{user}/links", **link))["id"]
    for method, path in (
        ("PATCH", f"users/{user}"),
        ("GET", f"users/{user}/links"),
        ("POST", f"users/{user}/links"),
        ("PATCH", f"users/{user}/links/{own}"),
        ("PATCH", f"users/{rita.member.user_id}/links/{own}"),
        ("DELETE", f"users/{user}/links/{own}"),
        ("PATCH", f"users/{user}/links/bulk_reorder"),
        ("GET", f"user_companies/{member}/favorites"),
        ("POST", f"user_companies/{member}/favorites"),
        ("DELETE", f"user_companies/{member}/favorites/{own}"),
        ("PUT", f"user_companies/{member}/update_email_signature"),
    ):
        assert_envelope(rita.call(method, path, json=link), 404)
    assert app.server.get("/api/me").json() == {"message": "Sign in first."}


def test_what_is_the_person_s_is_the_same_in_all_its_companies(app: App, globex: Company, rita: Caller) -> None:
    there = add_member(operator(globex.pk), email=rita.member.user.email, role=Role.REP)
    made(rita.patch("me", bio="Sells paper.", facebook="https://facebook.test/rita"), 200)
    body = app.call("GET", "/api/me", jwt_of(there)).json()
    assert (body["bio"], body["facebook"], body["company"]["id"]) == ("Sells paper.", None, globex.pk)


def test_members_get_names_of_their_own(acme: Company, globex: Company) -> None:
    def named(company: Company, email: str) -> str:
        return str(add_member(operator(company.pk), email=email, role=Role.REP).username)

    assert named(acme, f"Ann.Lee+x@{acme.slug}.test") == "ann-lee-x"
    assert named(globex, f"ann.lee.x@{globex.slug}.test") == "ann-lee-x"
    second = named(acme, f"ann-lee-x@other-{acme.slug}.test")
    assert second.startswith("ann-lee-x-")
    assert named(acme, f"!!!@{acme.slug}.test") == "rep"


@pytest.mark.parametrize("kind", ["links", "favorites"])
def test_links_and_favorites_stay_in_the_wanted_order(rita: Caller, kind: str) -> None:
    is_link = kind == "links"
    path = f"users/{rita.member.user_id}/links" if is_link else f"user_companies/{rita.member.pk}/favorites"
    more = {} if is_link else {"image_url": "https://img.test/h.png", "product_id": 4711}
    added = [made(rita.post(path, title=f"<i>{name}</i>", url="https://x.test", **more)) for name in "abc"]
    a, b, c = (row["id"] for row in added)
    assert [row["position"] for row in added] == [1, 2, 3]
    assert added[0]["title"] == "<i>a</i>"
    if not is_link:
        assert (added[0]["image_url"], added[0]["product_id"]) == ("https://img.test/h.png", "4711")
    assert ids(rita.patch(f"{path}/bulk_reorder", ids=[c, a])) == [c, a, b]
    assert ids(rita.patch(f"{path}/bulk_reorder", **{kind: [{"id": b, "position": 0}]})) == [b, c, a]
    assert_envelope(rita.patch(f"{path}/bulk_reorder", ids=[a, 2**45]), 404)
    for wrong in ({}, {"ids": "1"}, {kind: [1]}, {kind: [{"id": a}]}):
        assert_envelope(rita.patch(f"{path}/bulk_reorder", **wrong), 422)
    for body in ({"title": "x"}, {"title": "", "url": "https://x.test"}, {"title": "x", "url": "ftp://x.test"}):
        assert_envelope(rita.post(path, **body), 422)
    if is_link:
        changed = made(rita.patch(f"{path}/{a}", title="A", position=1), 200)
        assert (changed["title"], changed["url"], changed["position"]) == ("A", "https://x.test", 1)
        assert ids(rita.get(path)) == [a, b, c]
    assert rita.delete(f"{path}/{b}").json()["id"] == b
    assert_envelope(rita.delete(f"{path}/{b}"), 404)
    with ThreadPoolExecutor(6) as pool:
        orders = list(
            pool.map(
                lambda number: ids(rita.patch(f"{path}/bulk_reorder", ids=[a, c][:: 1 - 2 * (number % 2)])), range(12)
            )
        )
    assert all(set(order) == {a, c} for order in orders)
    assert sorted(row["position"] for row in rita.get(path).json()) == [1, 2]


def test_preferences_and_presets(rita: Caller) -> None:
    prefs = made(rita.get("user_notification_prefs"), 200)
    assert prefs["meta"]["preset"] == "all"
    first = {"id": 1, "category": "tasks", "slug": "task_due", "email": True, "push": True}
    assert prefs["user_notification_prefs"][0] == first
    changed = made(rita.patch("user_notification_prefs/1", email=False), 200)["user_notification_pref"]
    assert changed == {**first, "email": False}
    assert made(rita.get("user_notification_prefs/prefs_to_preset"), 200)["preset"] == "custom"
    assert made(rita.patch("user_notification_prefs/1", push="false"), 200)["user_notification_pref"]["email"] is False
    path = "user_notification_prefs/update_prefs"
    assert made(rita.patch(path, preset="push_only"), 200)["meta"]["preset"] == "push_only"
    several = made(
        rita.patch(path, user_notification_prefs=[{"id": 2, "email": True}, {"id": "3", "push": False}]), 200
    )
    assert [(row["email"], row["push"]) for row in several["user_notification_prefs"]] == [
        (False, True), (True, True), (False, False),
    ]  # fmt: skip
    assert_envelope(rita.patch("user_notification_prefs/99", email=False), 404)
    assert_envelope(rita.patch("user_notification_prefs/1", email="perhaps"), 422)
    assert_envelope(rita.patch(path, preset="loud"), 422)
    assert_envelope(rita.patch(path, user_notification_prefs=[1]), 422)
    with ThreadPoolExecutor(3) as pool:
        answers = pool.map(lambda one: rita.patch(f"user_notification_prefs/{one}", email=True, push=True), (1, 2, 3))
        assert {answer.status_code for answer in answers} == {200}
    assert made(rita.get("user_notification_prefs/prefs_to_preset"), 200)["preset"] == "all"


def test_a_device_is_kept_once_and_its_token_sealed(app: App, acme: Company, rita: Caller) -> None:
    body = {"push_token": "secret-1", "device_type": "ios", "device_uid": "0f8b", "project_id": "p", "bundle_id": "b"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: made(rita.post("devices/create_or_refresh", **body)), range(8)))
    assert len({answer["device"]["id"] for answer in answers}) == 1
    assert "push_token" not in answers[0]["device"]
    (kept,) = PushDevice.objects.filter(company_id=acme.pk)
    assert b"secret-1" not in bytes(kept.sealed_token)
    assert_envelope(Caller(app, acme, "Bob").delete(f"devices/{kept.pk}"), 404)
    assert list(assert_envelope(rita.post("devices/create_or_refresh", device_uid="x"), 422)["errors"]) == [
        "device_type"
    ]
    too_long = {**body, "device_uid": "x" * 501}
    assert list(assert_envelope(rita.post("devices/create_or_refresh", **too_long), 422)["errors"]) == ["device_uid"]
    assert rita.delete(f"devices/{kept.pk}").json()["id"] == kept.pk
    for number in range(21):
        made(rita.post("devices/create_or_refresh", **{**body, "device_uid": str(number)}))
    left = PushDevice.objects.filter(company_id=acme.pk).values_list("device_uid", flat=True)
    assert set(left) == {str(number) for number in range(1, 21)}


def test_the_team_is_the_own_downline(app: App, acme: Company, rita: Caller) -> None:
    bob, cy, dan, eve = (Caller(app, acme, name) for name in ("Bob", "Cy", "Dan", "Eve"))

    def under(one: Caller, sponsor: Caller) -> Standing:
        return Standing(one.member.user.email, sponsor=sponsor.member.user.email.upper())

    set_ranks(operator(acme.pk), [under(bob, rita), under(cy, bob), under(dan, cy)])
    answer = rita.get("team")
    assert [(row["user_company_id"], row["level"]) for row in answer.json()] == [
        (bob.member.pk, 1), (cy.member.pk, 2), (dan.member.pk, 3),
    ]  # fmt: skip
    assert answer.json()[0]["sponsor_id"] == rita.member.pk
    assert (answer.headers["X-Total-Count"], answer.headers["X-Direct-Count"]) == ("3", "1")
    assert [row["full_name"] for row in rita.get("team", per_page=1, page=2).json()] == ["Cy Example"]
    assert (eve.get("team").json(), dan.get("team").json()) == ([], [])
    Membership.objects.filter(company_id=acme.pk, pk=cy.member.pk).update(is_active=False)
    assert [row["user_company_id"] for row in rita.get("team").json()] == [bob.member.pk]
