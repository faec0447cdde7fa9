import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.conf import settings

from portico.access import Role
from portico.companies.models import Company
from portico.content.actions.files import put_file, take_files_away
from portico.content.files.kinds import look_into
from portico.content.files.store import Incoming, drop_unfinished, store
from portico.content.models import Medium, MediumWatch, StoredFile
from portico.content.queries.media import require_medium
from tests.content.files import HTML, MP4, PDF, SVG, huge_png, picture
from tests.protocols.fluid.app import App, assert_envelope
from tests.protocols.fluid.sharers import Rep, make_medium, until

ROW = [
    "id", "title", "description", "media_type", "kind", "category", "image_url", "thumbnail_url", "video_url",
    "audio_url", "pdf_url", "duration", "visibility", "mine", "share_link", "views", "leads", "shares", "created_at",
]  # fmt: skip


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


def local(app: App, url: str) -> str:
    """An address as the tests' server has it: it is not told under which it is known."""
    return app.server.url + "/media/" + url.rpartition("/media/")[2]


def test_a_picture_is_put_up_shown_changed_and_discarded(app: App, rita: Rep) -> None:
    made = rita.uploaded(title="  Red <b>square</b> ", category="Colours", description="All red")
    assert list(made)[: len(ROW)] == ROW
    assert made["title"] == "Red <b>square</b>"
    assert (made["kind"], made["media_type"], made["visibility"], made["mine"]) == ("image", "upload", "private", True)
    assert (made["width"], made["height"], made["content_type"], made["file_name"]) == (
        1200,
        800,
        "image/png",
        "red.png",
    )
    image = requests.get(local(app, made["image_url"]), timeout=30)
    assert image.status_code == 200
    assert image.content == picture()
    assert image.headers["X-Content-Type-Options"] == "nosniff"
    assert image.headers["Content-Disposition"] == 'inline; filename="red.png"'
    assert image.headers["Cache-Control"] == "private, max-age=86400"
    # Without its signature, or with another, a private file is not there.
    bare, _, signature = local(app, made["image_url"]).partition("?")
    for address in (
        bare,
        f"{bare}?{signature[:-1]}{'0' if signature[-1] != '0' else '1'}",
        f"{bare}?until=1&signature=a",
    ):
        assert requests.get(address, timeout=30).status_code == 404
    changed = rita.call("PATCH", f"media/{made['id']}", json={"medium": {"visibility": "public", "title": "New"}})
    assert (changed.json()["title"], changed.json()["visibility"]) == ("New", "public")
    assert requests.get(bare, timeout=30).status_code == 200
    assert [one["id"] for one in rita.get("media", search="new").json()] == [made["id"]]
    assert rita.get("media", media_type="video").json() == []
    gone = rita.call("DELETE", f"media/{made['id']}")
    assert gone.json()["medium"] == {"id": made["id"]}
    assert requests.get(bare, timeout=30).status_code == 404
    assert_envelope(rita.get(f"media/{made['id']}"), 404)
    assert rita.get("uploads").json() == []
    place = StoredFile.objects.get(company_id=rita.company.pk, name="red.png").place
    take_files_away()
    assert not store().exists(place)


def test_a_picture_gets_a_thumbnail_in_its_own_time(app: App, rita: Rep) -> None:
    made = rita.uploaded(picture(1200, 800, "JPEG"))
    until(lambda: rita.get(f"media/{made['id']}").json()["thumbnail_url"] is not None)
    small = requests.get(local(app, rita.get(f"media/{made['id']}").json()["thumbnail_url"]), timeout=30)
    assert small.headers["Content-Type"] == "image/webp"
    assert len(small.content) < len(picture(1200, 800, "JPEG"))


def test_a_film_comes_in_parts(app: App, rita: Rep) -> None:
    made = rita.uploaded(MP4, name="film.mp4", duration="61")
    assert (made["kind"], made["duration"], made["image_url"]) == ("video", 61, None)
    address = local(app, made["video_url"])

    def part(asked: str, **more: str) -> requests.Response:
        return requests.get(address, headers={"Range": asked, **more}, timeout=30)

    first = part("bytes=4-11")
    assert (first.status_code, first.content) == (206, b"ftypmp42")
    assert first.headers["Content-Range"] == f"bytes 4-11/{len(MP4)}"
    assert part("bytes=-5").content == MP4[-5:]
    assert part(f"bytes={len(MP4) - 3}-").content == MP4[-3:]
    assert part(f"bytes=0-{10**17}").content == MP4
    beyond = part(f"bytes={len(MP4)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(MP4)}")
    for whole in ("bytes=0-1,3-4", "bytes=9-3", "pages=1-2", "bytes=-"):
        assert (part(whole).status_code, len(part(whole).content)) == (200, len(MP4))
    tag = first.headers["ETag"]
    assert part("bytes=0-1", **{"If-Range": tag}).status_code == 206
    assert part("bytes=0-1", **{"If-Range": '"other"'}).status_code == 200
    assert requests.get(address, headers={"If-None-Match": tag}, timeout=30).status_code == 304
    head = requests.head(address, timeout=30)
    assert (head.headers["Content-Length"], head.content) == (str(len(MP4)), b"")
    saved = requests.get(f"{address}&download", timeout=30)
    assert saved.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (HTML, "page.png"),
        (SVG, "drawing.svg"),
        (b"PK\x03\x04" + bytes(500), "archive.pdf"),
        (picture()[:200], "half.png"),
        (huge_png(), "bomb.png"),
        (b"", "empty.pdf"),
        (b"\x00" * 100, "nothing.mp4"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_what_it_says_is_refused_and_not_kept(rita: Rep, content: bytes, name: str) -> None:
    refused = assert_envelope(rita.call("POST", "media", files={"file": (name, content)}), 422)
    assert list(refused["errors"]) == ["file"]
    assert not Medium.objects.filter(company_id=rita.company.pk).exists()
    assert not StoredFile.objects.filter(company_id=rita.company.pk).exists()


def test_bad_forms_are_refused(app: App, rita: Rep) -> None:
    assert_envelope(rita.call("POST", "media", json={"title": "x"}), 422)
    assert_envelope(rita.call("POST", "media", files={"other": ("a.pdf", PDF)}), 422)
    for fields in ({"title": "x" * 300}, {"visibility": "secret"}, {"duration": "long"}, {"title": "a\0b"}):
        assert_envelope(rita.upload(PDF, **fields), 422)
    kind = "multipart/form-data; boundary=abc"
    body = b'--abc\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
    broken = app.server.post(
        "/api/media", data=body, headers={"Content-Type": kind, "Authorization": f"Bearer {rita.token}"}
    )
    assert_envelope(broken, 400)
    assert app.server.post("/api/media", files={"file": ("a.pdf", PDF)}).status_code == 401
    made = rita.uploaded(PDF, name="../../etc/passwd.pdf")
    assert made["file_name"] == "passwd.pdf"
    for change in ({"title": ""}, {"title": 7.5}, {"duration": -1}, {"duration": True}, {"duration": 10**30}):
        assert_envelope(rita.call("PATCH", f"media/{made['id']}", json=change), 422)


def test_own_uploads_are_ones_own_and_the_company_s_are_everybody_s_to_see(app: App, acme: Company, rita: Rep) -> None:
    bob, ada = Rep(app, acme, "Bob"), Rep(app, acme, "Ada", Role.ADMIN)
    companys, hers = make_medium(acme), rita.uploaded(PDF, title="Mine")
    assert {one["id"] for one in rita.get("media").json()} == {companys.pk, hers["id"]}
    assert {one["id"] for one in bob.get("media").json()} == {companys.pk}
    assert {one["id"] for one in ada.get("media").json()} == {companys.pk, hers["id"]}
    listed = rita.get("explore/media", media_type="share", per_page=1)
    assert [one["id"] for one in listed.json()] == [companys.pk]
    assert listed.headers["X-Total-Count"] == "1"
    assert_envelope(bob.get(f"media/{hers['id']}"), 404)
    for rep, id in ((bob, hers["id"]), (ada, hers["id"]), (rita, companys.pk), (ada, companys.pk)):
        assert_envelope(rep.call("PATCH", f"media/{id}", json={"title": "Other"}), 404)
        assert_envelope(rep.call("DELETE", f"media/{id}"), 404)
    assert Medium.objects.get(company_id=acme.pk, pk=companys.pk).title == "Price list"


def test_people_comment_react_and_watch(app: App, acme: Company, rita: Rep) -> None:
    bob, medium = Rep(app, acme, "Bob"), make_medium(acme)
    path = f"media/{medium.pk}"
    said = rita.call("POST", f"{path}/comment", json={"comment": " Good <script>alert(1)</script> "})
    assert said.status_code == 201
    assert said.json()["comment"]["comment"] == "Good <script>alert(1)</script>"
    (shown,) = bob.get(f"{path}/internal_comments").json()
    assert shown["user"] == {"user_company_id": rita.member.pk, "full_name": "Rita Example"}
    for wrong in ({"comment": ""}, {"comment": ["x"]}, {"comment": "x" * 5001}, {}):
        assert_envelope(rita.call("POST", f"{path}/comment", json=wrong), 422)
    rita.call("POST", f"{path}/reactions", json={"reaction": "like"})
    assert rita.call("POST", f"{path}/reactions", json={"reaction": "love"}).status_code == 201
    assert [one["reaction"] for one in bob.get(f"{path}/reactions").json()] == ["love"]
    assert_envelope(rita.call("POST", f"{path}/reactions", json={"reaction": "hate"}), 422)
    rita.call("DELETE", f"{path}/reactions")
    assert bob.get(f"{path}/reactions").json() == []
    # What one has watched stays watched, however many players say so at once.
    with ThreadPoolExecutor(8) as pool:
        told = [{"seconds": seconds, "completed": seconds == 30} for seconds in range(10, 50, 5)]
        answers = list(pool.map(lambda one: rita.call("POST", f"{path}/watch", json=one).status_code, told))
    assert answers == [201] * 8
    watched = MediumWatch.objects.get(company_id=acme.pk, medium_id=medium.pk)
    assert (watched.seconds, watched.is_complete) == (45, True)
    assert [one["seconds"] for one in rita.get(f"{path}/watches").json()] == [45]
    own = rita.get(f"{path}/watch")
    assert (own.status_code, own.json()) == (200, rita.get(f"{path}/watches").json()[0])
    assert_envelope(bob.get(f"{path}/watch"), 404)  # has not begun
    assert bob.get(f"{path}/watches").json() == []  # a rep sees its own
    for wrong_watch in ({"seconds": -1}, {"seconds": "x"}, {"seconds": 1.5}, {"seconds": 10**30}, {"completed": 3}):
        assert_envelope(rita.call("POST", f"{path}/watch", json=wrong_watch), 422)


def test_nothing_is_left_over_when_a_server_is_killed(acme: Company) -> None:
    """Between the file and the row that refers to it, and while the file is still coming in."""
    with Incoming() as incoming:
        incoming.write(PDF)
        row = put_file(acme.pk, incoming.done(), look_into(incoming.path), name="a.pdf", is_private=True)
    assert store().exists(row.place)
    take_files_away()
    assert store().exists(row.place)  # it may still be referred to
    StoredFile.objects.filter(company_id=acme.pk).update(changed_at="2020-01-01T00:00:00Z")
    take_files_away()
    assert not store().exists(row.place)
    half = settings.DATA_FOLDER / "media" / "incoming" / "half.part"
    half.write_bytes(b"half")
    drop_unfinished()
    assert half.exists()
    os.utime(half, (time.time() - 90_000,) * 2)
    drop_unfinished()
    assert not half.exists()


def test_a_medium_of_another_company_is_not_there(app: App, globex: Company, rita: Rep) -> None:
    theirs = make_medium(globex)
    assert_envelope(rita.get(f"media/{theirs.pk}"), 404)
    require_medium(Rep(app, globex).actor, theirs.pk)
