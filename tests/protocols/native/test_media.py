"""The company's media and libraries, kept by its own software."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from portico.access import Permission, Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company, KeptAnswer
from portico.content.models import Medium, StoredFile
from tests.content.files import HTML, MP4, PDF, SVG, huge_png, picture
from tests.make import make_company, make_key
from tests.protocols.fluid.app import App
from tests.protocols.fluid.sharers import Rep, make_medium, until
from tests.protocols.native.client import Native, assert_problem
from tests.server import Server


@pytest.fixture
def office(server: Server, company: Company) -> Native:
    return Native(server, make_key(company, [Permission.MEDIA_WRITE]))


def put_up(
    office: Native, content: bytes = PDF, name: str = "prices.pdf", *, key: str = "", **fields: str
) -> requests.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return office.call("POST", "/media", files={"file": (name, content)}, data=fields, headers=headers)


def made(response: requests.Response, status: int = 201) -> dict[str, Any]:
    assert response.status_code == status, response.text
    return dict(response.json())


def test_a_medium_from_its_first_day_to_its_last(server: Server, office: Native, company: Company) -> None:
    film = made(put_up(office, MP4, "spring.mp4", title="Spring", category="Products", duration="65"))
    assert {name: film[name] for name in ("title", "category", "kind", "duration", "visibility", "content_type")} == {
        "title": "Spring", "category": "Products", "kind": "video", "duration": 65, "visibility": "public",
        "content_type": "video/mp4",
    }  # fmt: skip
    assert (film["file_name"], film["file_size"], film["views"], film["thumbnail_url"]) == (
        "spring.mp4", len(MP4), 0, None,
    )  # fmt: skip
    assert requests.get(film["url"], timeout=30).content == MP4
    rita = Rep(App(server), company)
    assert [one["title"] for one in rita.get("media").json()] == ["Spring"]

    said = {"description": "x", "visibility": "private"}
    changed = made(office.call("PATCH", f"/media/{film['id']}", json=said), 200)
    assert (changed["title"], changed["description"], changed["visibility"]) == ("Spring", "x", "private")
    assert requests.get(film["url"].partition("?")[0], timeout=30).status_code == 404
    assert requests.get(changed["url"], timeout=30).content == MP4

    path = f"/media/{film['id']}/thumbnail"
    first = made(office.call("PUT", path, files={"file": ("a.png", picture())}), 200)["thumbnail_url"]
    second = made(office.call("PUT", path, files={"file": ("b.jpg", picture(300, 900, "JPEG"))}), 200)["thumbnail_url"]
    assert first != second
    shown = requests.get(second, timeout=30)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    assert requests.get(first, timeout=30).status_code == 404

    assert office.delete(f"/media/{film['id']}").status_code == 204
    assert_problem(office.get(f"/media/{film['id']}"), 404, "not-found")
    assert requests.get(changed["url"], timeout=30).status_code == 404
    assert rita.get("media").json() == []
    told = AuditEntry.objects.filter(company_id=company.pk, subject="medium", wire="native").order_by("id")
    assert list(told.values_list("action", flat=True)) == [
        "medium.added", "medium.changed", "medium.thumbnail_set", "medium.thumbnail_set", "medium.discarded",
    ]  # fmt: skip


def test_a_picture_has_its_thumbnail_made_unless_another_is_sent(office: Native) -> None:
    id = made(put_up(office, picture(), "red.png"))["id"]
    until(lambda: office.get(f"/media/{id}").json()["thumbnail_url"] is not None)
    own = office.get(f"/media/{id}").json()["thumbnail_url"]
    other = made(office.call("PUT", f"/media/{id}/thumbnail", files={"file": ("b.png", picture(50, 50))}), 200)
    assert other["thumbnail_url"] != own
    assert (other["width"], other["height"]) == (1200, 800)


def test_pages_follow_each_other_and_nothing_of_anybody_else_is_on_them(
    server: Server, office: Native, company: Company
) -> None:
    ids = [make_medium(company, title=f"M{number}").pk for number in range(5)]
    Rep(App(server), company).uploaded()
    make_medium(make_company())
    seen, cursor = [], ""
    while cursor is not None:
        page = office.get("/media", params={"limit": 2, "cursor": cursor}).json()
        seen += [one["id"] for one in page["data"]]
        cursor = page["next"]
    assert seen == ids[::-1]
    assert_problem(office.get("/media?limit=0"), 422, "invalid")
    assert_problem(office.get("/media?cursor=x"), 422, "invalid")


@pytest.mark.parametrize(
    ("content", "fields", "wrong"),
    [
        (HTML, {}, "file"),
        (SVG, {}, "file"),
        (b"", {}, "file"),
        (huge_png(), {}, "file"),
        (PDF, {"title": " "}, "title"),
        (PDF, {"title": "x" * 256}, "title"),
        (PDF, {"title": "a\0b"}, "title"),
        (PDF, {"duration": "-1"}, "duration"),
        (PDF, {"duration": "9" * 40}, "duration"),
        (PDF, {"visibility": "secret"}, "visibility"),
        (PDF, {"owner": "1"}, "owner"),
    ],
)
def test_what_cannot_be_shown_or_stored_is_not_put_up(
    office: Native, company: Company, content: bytes, fields: dict[str, str], wrong: str
) -> None:
    refused = assert_problem(put_up(office, content, **fields), 422, "invalid")
    assert refused["errors"][0]["field"] == wrong
    assert not Medium.objects.filter(company=company).exists()
    assert not StoredFile.objects.filter(company=company).exists()


def test_a_body_that_is_no_form_or_breaks_off_is_refused(office: Native, company: Company) -> None:
    assert assert_problem(office.post("/media", {"title": "x"}), 422, "invalid")["errors"][0]["field"] == "file"
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    for body in (b"", b"nothing", head + PDF):
        status = office.call("POST", "/media", data=body, headers=form).status_code
        assert status in {400, 422}, body
    other = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nT\r\n--x--\r\n'
    assert_problem(office.call("POST", "/media", data=other, headers=form), 422, "invalid")
    id = make_medium(company).pk
    for wrong in (PDF, HTML, b"\x89PNG\r\n\x1a\n"):
        assert_problem(office.call("PUT", f"/media/{id}/thumbnail", files={"file": ("a", wrong)}), 422, "invalid")
    changes: list[dict[str, Any]] = [
        {"title": ""}, {"title": 1}, {"visibility": None}, {"duration": True}, {"nothing": 1}
    ]  # fmt: skip
    for change in changes:
        assert_problem(office.call("PATCH", f"/media/{id}", json=change), 422, "invalid")
    assert made(office.call("PATCH", f"/media/{id}", json={}), 200)["title"] == "Price list"
    assert Medium.objects.filter(company=company).count() == 1


def test_an_upload_that_comes_twice_is_put_up_once(office: Native, company: Company) -> None:
    first, again = (put_up(office, title="Spring", key="spring") for _ in range(2))
    assert made(first) == made(again)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Medium.objects.filter(company=company).count() == 1
    assert_problem(put_up(office, title="Summer", key="spring"), 422, "idempotency-key-reused")
    assert_problem(put_up(office, PDF + b" ", title="Spring", key="spring"), 422, "idempotency-key-reused")
    assert_problem(put_up(office, key="x" * 256), 400, "idempotency-key-invalid")
    kept = StoredFile.objects.filter(company=company, state="kept")
    assert (kept.count(), KeptAnswer.objects.filter(company=company).count()) == (1, 1)


def test_a_library_from_its_first_day_to_its_last(server: Server, office: Native, company: Company) -> None:
    one, two, three = (make_medium(company, title=title).pk for title in ("One", "Two", "Three"))
    library = made(office.post("/libraries", {"title": "First steps", "media": [two, one]}))
    assert [(item["medium_id"], item["title"]) for item in library["items"]] == [(two, "Two"), (one, "One")]
    path = f"/libraries/{library['id']}"
    put = made(office.post(f"{path}/items", {"medium_id": three}), 200)
    assert [item["medium_id"] for item in put["items"]] == [two, one, three]
    order = [item["id"] for item in put["items"]][::-1]
    changed = made(office.call("PATCH", path, json={"description": "All of it", "order": order}), 200)
    assert [item["id"] for item in changed["items"]] == order
    assert (changed["title"], changed["description"]) == ("First steps", "All of it")
    rita = Rep(App(server), company)
    (seen,) = rita.get("libraries").json()
    assert (seen["title"], seen["owner"], seen["items_count"]) == ("First steps", "company", 3)
    taken = made(office.delete(f"{path}/items/{order[0]}"), 200)
    assert [item["id"] for item in taken["items"]] == order[1:]
    (listed,) = made(office.get("/libraries"), 200)["data"]
    assert (listed["id"], listed["items_count"]) == (library["id"], 2)
    # What has gone is in no library.
    office.delete(f"/media/{one}")
    assert [item["medium_id"] for item in made(office.get(path), 200)["items"]] == [two]
    assert office.delete(path).status_code == 204
    assert_problem(office.get(path), 404, "not-found")
    assert rita.get("libraries").json() == []


def test_what_cannot_be_a_library_is_refused(server: Server, office: Native, company: Company) -> None:
    medium = make_medium(company).pk
    theirs = make_medium(make_company()).pk
    path = f"/libraries/{made(office.post('/libraries', {'title': 'L', 'media': [medium]}))['id']}"
    for_new: list[Any] = [
        {}, {"title": " "}, {"title": "a\0"}, {"title": "L", "media": "x"}, {"title": "L", "media": [theirs]},
        {"title": "L", "media": [True]}, {"title": "L", "media": [2**70]},
    ]  # fmt: skip
    for_change: list[Any] = [{"order": []}, {"order": [medium, medium]}, {"order": {}}, {"title": None}]
    for_item: list[Any] = [
        {}, {"medium_id": "1"}, {"medium_id": theirs}, {"medium_id": 2**70}, {"medium_id": medium, "position": -1},
    ]  # fmt: skip
    for method, there, bodies in (
        ("POST", "/libraries", for_new), ("PATCH", path, for_change), ("POST", f"{path}/items", for_item),
    ):  # fmt: skip
        for body in bodies:
            assert_problem(office.call(method, there, json=body), 422, "invalid")
    assert_problem(office.delete(f"{path}/items/999999999"), 404, "not-found")
    assert len(made(office.get(path), 200)["items"]) == 1
    # A rep's own are its own.
    rita = Rep(App(server), company)
    own = made(rita.call("POST", "libraries", json={"title": "Mine"}))["id"]
    upload = rita.uploaded()["id"]
    for there in (f"/libraries/{own}", f"/media/{upload}"):
        assert_problem(office.get(there), 404, "not-found")
        assert_problem(office.call("PATCH", there, json={"title": "Ours"}), 404, "not-found")
        assert_problem(office.delete(there), 404, "not-found")


def test_what_many_do_at_once_leaves_one_thumbnail_and_one_order(office: Native, company: Company) -> None:
    ids = [make_medium(company).pk for _ in range(8)]
    library = made(office.post("/libraries", {"title": "L"}))["id"]
    thumbnails = [picture(40, 10 * number) for number in range(1, 9)]

    def both(number: int) -> tuple[int, int]:
        thumbnail = {"file": ("a.png", thumbnails[number])}
        put = office.call("PUT", f"/media/{ids[0]}/thumbnail", files=thumbnail).status_code
        return put, office.post(f"/libraries/{library}/items", {"medium_id": ids[number]}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(both, range(8))) == {(200, 200)}
    items = made(office.get(f"/libraries/{library}"), 200)["items"]
    assert ({one["medium_id"] for one in items}, [one["position"] for one in items]) == (set(ids), [*range(1, 9)])
    medium = Medium.objects.get(company=company, pk=ids[0])
    kept = StoredFile.objects.filter(company=company, state="kept", name="thumbnail.webp")
    assert [one.pk for one in kept] == [medium.thumbnail_id]


def test_through_the_reps_wire_the_companys_stay_unwritten_also_by_administrators(
    server: Server, company: Company
) -> None:
    medium, boss = make_medium(company).pk, Rep(App(server), company, "Ada", Role.ADMIN)
    assert boss.get(f"media/{medium}").status_code == 200
    assert boss.call("PATCH", f"media/{medium}", json={"title": "Mine"}).status_code == 404
    assert boss.call("DELETE", f"media/{medium}").status_code == 404
