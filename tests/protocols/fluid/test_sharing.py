import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from portico.access import Permission, Role, operator, stranger
from portico.companies.models import Company
from portico.contacts.models import Activity
from portico.content.actions.counts import fold_counts
from portico.content.actions.media import discard_medium
from portico.content.models import PageView, Share
from portico.content.queries.numbers import list_top_media, sum_spans
from portico.content.queries.spans import start_of
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import Membership, User
from portico.outbox.actions import text_of
from portico.outbox.models import Mail
from portico.web.browsers import COOKIE
from tests.content.files import MP4, PDF, picture
from tests.make import make_contact, make_member
from tests.protocols.fluid.app import App, assert_envelope, bearer, jwt_of
from tests.protocols.fluid.sharers import Rep, make_medium, until

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def opened(rep: Rep, url: str, **headers: str) -> requests.Response:
    return rep.app.server.get(path_of(url), headers={**BROWSER, **headers})


def views_of(rep: Rep) -> int:
    return PageView.objects.filter(company_id=rep.company.pk).count()


def shared(rep: Rep, medium_id: int, **wanted: Any) -> dict[str, Any]:
    answer = rep.call("POST", f"media/{medium_id}/share", json=wanted)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_share_is_opened_and_counted_once_for_each_person(app: App, acme: Company, rita: Rep) -> None:
    medium = make_medium(acme, MP4, title="Our <b>film</b>")
    contact = make_contact(acme, owner_id=rita.member.pk)
    share = shared(rita, medium.pk, contact_id=contact.pk)
    assert list(share) == [
        "id", "views", "leads", "created_at", "email", "share_type", "shareable_type", "shareable_id", "shareable",
        "share_link", "contact_id",
    ]  # fmt: skip
    assert re.fullmatch(r"https?://[^/]+/s/[0-9A-Za-z]{16}", share["share_link"])
    page = opened(rita, share["share_link"])
    assert page.status_code == 200
    assert "Our &lt;b&gt;film&lt;/b&gt;" in page.text
    assert "<video " in page.text
    # The same person again, though it has the page already; a second person; then all who are none.
    assert opened(rita, share["share_link"], **{"If-None-Match": page.headers["ETag"]}).status_code == 304
    opened(rita, share["share_link"], **{"User-Agent": "Mozilla/5.0 (iPhone) Safari/605.1"})
    for machine in ("Googlebot/2.1", "WhatsApp/2.23", "curl/8.5", "Slackbot-LinkExpanding 1.0", ""):
        opened(rita, share["share_link"], **{"User-Agent": machine})
    opened(rita, share["share_link"], **{"Sec-Purpose": "prefetch;prerender"})
    opened(rita, share["share_link"], Purpose="prefetch")
    app.server.call("HEAD", path_of(share["share_link"]), headers=BROWSER)
    member = Membership.objects.select_related("user", "company").get(pk=rita.member.pk)
    _, cookie = begin_browser_session(stranger(wire="web"), member, methods=["passcode"])
    opened(rita, share["share_link"], Cookie=f"{COOKIE}={cookie}")
    until(lambda: views_of(rita) >= 3)
    (row,) = rita.get("shares").json()["shares"]
    assert (row["id"], row["views"]) == (share["id"], 3)
    day = datetime.now(UTC).date()
    dated = {"start_date": day - timedelta(days=1), "end_date": day + timedelta(days=1)}
    for asked in ({}, dated):  # all of them, and those of some days, are counted in different ways
        assert rita.get(f"media/{medium.pk}/views", **asked).headers["X-Total-Count"] == "3"
        assert rita.get("shares", **asked).json()["meta"]["pagination"]["total_count"] == 1
    listed = rita.get(f"media/{medium.pk}/views").json()
    assert [one["contact_id"] for one in listed] == [contact.pk] * 3
    assert len({one["visitor"] for one in listed}) == 2
    assert listed[0]["url"] == share["share_link"]
    assert rita.get(f"media/{medium.pk}").json()["views"] == 3
    told = rita.get("analytics").json()
    assert (told["total_views"], told["unique_visitors"], told["total_shares"]) == (3, 2, 1)
    assert told["top_content"][0]["views"] == 3
    assert Activity.objects.filter(company_id=acme.pk, contact=contact, kind="share.opened").count() == 2
    # Another rep sees nothing of it, the administrator all.
    assert Rep(app, acme, "Bob").get("analytics").json() == {}
    ada = Rep(app, acme, "Ada", Role.ADMIN)
    assert ada.get("analytics").json()["total_views"] == 3
    assert [one["id"] for one in ada.get("shares").json()["shares"]] == [share["id"]]


def test_what_to_share_now_is_what_is_new_and_what_others_look_at(
    app: App, acme: Company, globex: Company, rita: Rep
) -> None:
    media = [make_medium(acme, title=f"M{number}").pk for number in range(12)]
    make_medium(globex)
    own = rita.uploaded(visibility="public")["id"]
    bob = Rep(app, acme, "Bob")
    seen = {media[3]: 2, media[0]: 1, own: 3, media[5]: 3}
    for medium, people in seen.items():
        url = shared(rita, medium)["share_link"]
        for number in range(people):
            opened(rita, url, **{"User-Agent": f"Mozilla/5.0 (X11; Linux) Firefox/14{number}.0"})
    until(lambda: views_of(rita) == sum(seen.values()))
    discard_medium(operator(acme.pk), media.pop(5), of_company=True)
    for rep in (rita, bob):
        told = rep.get("new_and_trending_shareables").json()
        assert list(told) == ["new", "trending", "meta"]
        assert [one["id"] for one in told["new"]] == media[::-1][:10]
        assert [one["id"] for one in told["trending"]] == [media[3], media[0]]
    assert rita.get("new_and_trending_shareables").json()["trending"][0]["share_link"] is not None
    far = Rep(app, globex, "Fay").get("new_and_trending_shareables").json()
    assert (len(far["new"]), far["trending"]) == (1, [])
    fold_counts()
    assert [one["id"] for one in bob.get("new_and_trending_shareables").json()["trending"]] == [media[3], media[0]]


def test_a_share_goes_by_mail_and_stays_with_its_thing(app: App, acme: Company, globex: Company, rita: Rep) -> None:
    made = rita.uploaded(picture(), title="Mine")
    share = shared(rita, made["id"], share_type="email", email="ann@people.test", message="Look!")
    mail = Mail.objects.get(to="ann@people.test", company_id=acme.pk)
    assert share["share_link"] in text_of(mail)
    assert "Look!" in text_of(mail)
    page = opened(rita, share["share_link"]).text
    (source,) = re.findall(r'<img src="([^"]+/media/[^"]+)"', page)
    assert app.server.get(path_of(source.replace("&amp;", "&"))).status_code == 200  # private, and signed there
    for wrong in (
        {"share_type": "pigeon"},
        {"share_type": "email"},
        {"share_type": "email", "email": "x"},
        {"contact_id": "x"},
    ):
        assert_envelope(rita.call("POST", f"media/{made['id']}/share", json=wrong), 422)
    theirs, others = make_contact(globex), make_contact(acme)
    for id in (theirs.pk, others.pk, 2**62):
        assert_envelope(rita.call("POST", f"media/{made['id']}/share", json={"contact_id": id}), 404)
    reader = jwt_of(make_member(acme, "Max", Role.MANAGER, [Permission.REPORTS_READ]))
    assert_envelope(app.server.post(f"/api/media/{made['id']}/share", headers=bearer(reader)), 403)
    assert_envelope(app.server.get(f"/api/media/{made['id']}/leads", headers=bearer(reader)), 403)
    rita.call("DELETE", f"media/{made['id']}")
    assert opened(rita, share["share_link"]).status_code == 404
    assert app.server.get("/s/0000000000000000").status_code == 404
    assert app.server.get("/s/%00").status_code == 404


def test_a_library_is_put_together_ordered_and_shown(app: App, acme: Company, globex: Company, rita: Rep) -> None:
    media = [make_medium(acme, PDF, title=f"Part {number}").pk for number in range(4)]
    items = [{"relateable_type": "Medium", "relateable_id": id, "order": place} for place, id in enumerate(media[:3])]
    made = rita.call(
        "POST", "libraries", json={"library": {"title": "Course", "library_items_attributes": items}}
    ).json()
    assert [one["relateable_id"] for one in made["library_items"]] == media[:3]
    assert (made["items_count"], made["owner"], made["share_link"], made["image_url"]) == (3, "mine", None, None)
    covered = rita.call("POST", "libraries", json={"title": "Covered"}).json()["id"]
    shown = make_medium(acme, picture(), title="Cover")
    put = rita.call("PUT", f"libraries/{covered}/add_item_to_library", json={"relateable_id": shown.pk}).json()
    assert put["image_url"] == put["library_items"][0]["item"]["image_url"] is not None
    assert rita.call("DELETE", f"libraries/{covered}").status_code == 200
    assert list(made["library_items"][0]) == ["id", "relateable_type", "relateable_id", "order", "item"]
    path = f"libraries/{made['id']}"
    more = rita.call("PUT", f"{path}/add_item_to_library", json={"library_item": {"relateable_id": media[3]}}).json()
    assert [one["relateable_id"] for one in more["library_items"]] == media
    # Whoever orders at once with others: one of the orders holds, none is mixed.
    ids = [one["id"] for one in more["library_items"]]
    orders = [ids[turn:] + ids[:turn] for turn in range(4)] * 2
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda order: rita.call("PATCH", path, json={"library_items": order}), orders))
    assert [one["id"] for one in rita.get(path).json()["library_items"]] in orders
    for wrong in (ids[:3], [*ids, ids[0]], [2**62, *ids[1:]], "x", [["x"]], [True]):
        assert_envelope(rita.call("PATCH", path, json={"library_items": wrong}), 422)
    for item in (
        {"relateable_id": 2**62},
        {"relateable_id": media[0], "relateable_type": "Product"},
        {"relateable_id": "x"},
        {},
        7,
    ):
        assert_envelope(rita.call("PUT", f"{path}/add_item_to_library", json={"library_item": item}), 422)
    assert_envelope(rita.call("POST", "libraries", json={"title": " "}), 422)
    assert_envelope(rita.call("POST", "libraries", json={"title": "x", "library_items_attributes": {"a": 1}}), 422)
    share = rita.call("POST", f"{path}/share", json={}).json()
    assert share["shareable"] == {"id": made["id"], "title": "Course"}
    page = opened(rita, share["share_link"]).text
    assert [f"Part {number}" in page for number in range(4)] == [True] * 4
    inside = app.server.get(path_of(share["share_link"]) + f"?item={media[2]}", headers=BROWSER)
    assert "<h1>Part 2</h1>" in inside.text
    assert app.server.get(path_of(share["share_link"]) + f"?item={2**40}", headers=BROWSER).status_code == 404
    until(lambda: views_of(rita) == 2)
    assert rita.get(f"media/{media[2]}").json()["views"] == 1
    private = rita.uploaded(PDF, title="Only mine")
    rita.call("PUT", f"{path}/add_item_to_library", json={"library_item": {"relateable_id": private["id"]}})
    public = f"/api/public/v2025-06/playlists/{made['slug']}"
    seen = app.server.post(public, params={"fluid_shop": acme.slug}).json()["library"]
    assert list(seen) == ["id", "slug", "custom_slug", "title", "library_items", "products"]
    assert sorted(one["item"]["id"] for one in seen["library_items"]) == sorted(media)  # no private one
    for wrong_shop in (globex.slug, "", "nobody"):
        assert_envelope(app.server.post(public, params={"fluid_shop": wrong_shop}), 404)
    assert_envelope(app.server.post(f"{public}x", params={"fluid_shop": acme.slug}), 404)
    rita.call("DELETE", f"media/{private['id']}")
    less = rita.call("DELETE", f"{path}/destroy_library_item", params={"library_item_id": ids[0]}).json()
    assert less["items_count"] == 3
    assert_envelope(rita.call("DELETE", f"{path}/destroy_library_item", params={"library_item_id": ids[0]}), 404)
    bob = Rep(app, acme, "Bob")
    for call in (("GET", path), ("PATCH", path), ("DELETE", path), ("POST", f"{path}/share")):
        assert_envelope(bob.call(*call, json={}), 404)
    assert [one["id"] for one in rita.get("libraries").json()] == [made["id"]]
    assert rita.call("DELETE", path).status_code == 200
    assert opened(rita, share["share_link"]).status_code == 404


def test_numbers_are_exact_in_every_time_zone_folded_or_not(acme: Company, rita: Rep) -> None:
    """Held against a count of all rows, for spans that begin and end anywhere."""
    medium = make_medium(acme)
    share = Share.objects.get(company_id=acme.pk, pk=shared(rita, medium.pk)["id"])
    first = datetime(2025, 1, 1, tzinfo=UTC)
    times = [first + timedelta(minutes=97 * number + number * number % 61) for number in range(7000)]
    PageView.objects.bulk_create(
        PageView(
            company_id=acme.pk,
            member_id=rita.member.pk,
            share_id=share.pk if number % 3 else None,
            medium_id=medium.pk if number % 3 else None,
            visitor=bytes([number % 7]),
            is_first=number % 5 == 0,
            at=at,
        )
        for number, at in enumerate(times)
    )
    zones = [
        ZoneInfo(name) for name in ("UTC", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati")
    ]
    spans = [
        (
            start_of(date(2025, 1, 1) + timedelta(days=start), zone),
            start_of(date(2025, 1, 1) + timedelta(days=end), zone),
        )
        for zone in zones
        for start, end in ((0, 365), (5, 6), (10, 11), (28, 62), (30, 300), (59, 60), (67, 69), (120, 120))
    ]

    def counted(span: tuple[datetime, datetime]) -> tuple[int, int, int]:
        inside = [number for number, at in enumerate(times) if span[0] <= at < span[1]]
        return len(inside), sum(number % 5 == 0 for number in inside), sum(number % 3 == 0 for number in inside)

    expected = [counted(span) for span in spans]
    folds: list[Callable[[], None]] = [lambda: None, fold_counts]
    for fold in folds:
        fold()
        found = sum_spans(rita.actor, spans)
        assert [(seen.views, seen.visitors, seen.site_views) for seen in found] == expected
        (top,) = list_top_media(rita.actor, spans[0])
        assert (top[0], top[3].views) == (medium.pk, expected[0][0] - expected[0][2])


def test_analytics_speak_of_the_rep_s_own_days(acme: Company, rita: Rep) -> None:
    User.objects.filter(pk=rita.member.user_id).update(time_zone="Asia/Kolkata")
    medium = make_medium(acme)
    shared(rita, medium.pk)
    PageView.objects.create(  # the last minute of 4 March there, and the first of the day after
        company_id=acme.pk,
        member_id=rita.member.pk,
        visitor=b"a",
        is_first=True,
        at=datetime(2026, 3, 4, 18, 29, tzinfo=UTC),
    )
    PageView.objects.create(
        company_id=acme.pk,
        member_id=rita.member.pk,
        visitor=b"b",
        is_first=True,
        at=datetime(2026, 3, 4, 18, 30, tzinfo=UTC),
    )
    for day in ("2026-03-04", "2026-03-05"):
        told = rita.get("analytics", start_date=day, end_date=day).json()
        assert (told["total_views"], told["start_date"], told["end_date"]) == (1, day, day)
    assert rita.get("analytics", start_date="2026-03-06", end_date="2026-03-06").json() == {}
    assert rita.get("analytics", start_date="2026-03-04T20:00:00Z", end_date="2026-03-05").json()["total_views"] == 1
    for wrong in (
        {"start_date": "soon"},
        {"start_date": "2026-03-05", "end_date": "2026-03-04"},
        {"end_date": "9" * 99},
    ):
        assert_envelope(rita.get("analytics", **wrong), 422)
    assert rita.get("analytics", start_date="0001-01-01", end_date="9999-12-31").status_code == 200
    every = rita.get("analytics/all").json()
    assert list(every) == ["today", "1d", "1m", "3m", "6m", "1y", "ytd", "meta"]
    assert [len(every[name]["views"]) for name in ("1d", "1m", "3m", "6m", "1y")] == [24, 30, 13, 6, 12]
    assert {sum(every[name]["shares"].values()) for name in ("today", "1d", "1m", "3m", "6m", "1y", "ytd")} == {1}
    assert rita.get("share_page_stats").json() == {"shares_this_month": 1, "shares_this_week": 1}
    User.objects.filter(pk=rita.member.user_id).update(time_zone="Mars/Olympus")
    assert rita.get("analytics").status_code == 200


def test_views_written_at_once_by_many_are_all_there(acme: Company, rita: Rep) -> None:
    share = shared(rita, make_medium(acme).pk)
    with ThreadPoolExecutor(8) as pool:
        agents = [f"Mozilla/5.0 Browser/{number % 5}" for number in range(120)]
        answers = list(
            pool.map(lambda agent: opened(rita, share["share_link"], **{"User-Agent": agent}).status_code, agents)
        )
    assert answers == [200] * 120
    until(lambda: views_of(rita) == 120)
    assert PageView.objects.filter(company_id=acme.pk, is_first=True).count() == 5
    assert Share.objects.get(company_id=acme.pk, pk=share["id"]).views == 120
    (seen,) = sum_spans(rita.actor, [(datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))])
    assert (seen.views, seen.visitors) == (120, 5)
