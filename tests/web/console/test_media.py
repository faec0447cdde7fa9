import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.content.actions.libraries import Item, add_library
from portico.content.actions.media import change_medium
from portico.content.models import Library, LibraryItem, Medium, Share
from tests.content.files import HTML, PDF, picture
from tests.make import make_company, make_member
from tests.outbox.receiver import eventually
from tests.protocols.fluid.sharers import make_medium
from tests.web.browser import Browser
from tests.web.console.conftest import Enter

pytestmark = pytest.mark.usefixtures("database")


def upload(owner: Browser, content: bytes | None, **fields: str) -> requests.Response:
    token = owner.token("/content/media/add")
    files = {"file": ("spring.png", content, "text/plain")} if content is not None else {"none": ("", b"")}
    return owner.call("POST", "/content/media/add", data={"csrfmiddlewaretoken": token, **fields}, files=files)


def local(address: str) -> str:
    """The path of an address as a page has it: the tests' server has a port of its own."""
    parts = urlsplit(address.replace("&amp;", "&"))
    return f"{parts.path}?{parts.query}"


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_picture_is_uploaded_shown_changed_and_deleted(acme: Company, owner: Browser) -> None:
    made = upload(owner, picture(), title="Spring", category="Products", visibility="private")
    assert made.status_code == 303, made.text
    path = made.headers["Location"].partition("?")[0]
    medium = Medium.objects.get(company_id=acme.pk)
    assert (path, medium.owner_id, medium.is_private) == (f"/content/media/{medium.pk}", None, True)

    page = owner.get(path)
    shown = re.search(r'<img src="([^"]+)" alt="Spring"', page.text)
    assert shown
    assert "img-src 'self' http" in page.headers["Content-Security-Policy"]
    assert owner.get(local(shown[1])).content == picture()
    assert owner.get(local(shown[1]).partition("?")[0]).status_code == 404
    eventually(lambda: 'class="thumbnail"' in owner.get("/content/media?search=spring&kind=image&whose=company").text)
    assert "Nothing is like that" in owner.get("/content/media?kind=video").text
    assert "Nothing is like that" in owner.get("/content/media?kind=%00nonsense'&page=99999999&search=x").text

    edit = f"{path}/edit"
    before = seen(owner.get(edit).text)
    change_medium(operator(acme.pk), medium.pk, {"description": "By another"}, of_company=True)
    late = owner.send(edit, seen=before, title="Summer", visibility="public")
    assert late.status_code == 409
    assert 'value="Summer"' in late.text
    assert owner.send(edit, seen=seen(late.text), title=" ", visibility="public").status_code == 422
    assert owner.send(edit, seen=seen(late.text), title="Summer", visibility="public").status_code == 303
    medium.refresh_from_db()
    assert (medium.title, medium.is_private) == ("Summer", False)
    assert owner.get(local(shown[1]).partition("?")[0]).status_code == 200

    assert owner.send(f"{path}/delete", name="Spring").status_code == 422
    assert owner.send(f"{path}/delete", name="Summer").headers["Location"] == "/content/media?done=deleted"
    assert owner.get(path).status_code == 404
    assert owner.get(local(shown[1])).status_code == 404


def test_what_is_no_medium_is_said_beside_the_field(acme: Company, owner: Browser) -> None:
    for content, fields in ((None, {}), (b"", {}), (HTML, {}), (PDF, {"title": "x" * 300}), (PDF, {"title": "a\0b"})):
        refused = upload(owner, content, description="Kept", **fields)
        assert refused.status_code == 422, (content, fields)
        assert re.search(r'id="error-(file|title)"', refused.text)
        assert ">Kept</textarea>" in refused.text
    assert not Medium.objects.filter(company_id=acme.pk).exists()
    made = upload(owner, PDF)
    assert made.status_code == 303
    assert Medium.objects.get(company_id=acme.pk).title == "spring.png"


def test_a_public_link_is_made_once_and_its_views_are_numbers_of_the_medium(acme: Company, owner: Browser) -> None:
    medium = make_medium(acme, title="Price list")
    path = f"/content/media/{medium.pk}"
    form = {"csrfmiddlewaretoken": owner.token(f"{path}/edit")}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: owner.call("POST", f"{path}/publish", data=form).status_code, range(6)))
    assert answers == [303] * 6
    share = Share.objects.get(company_id=acme.pk)
    page = owner.get(path).text
    assert f"/s/{share.code}" in page
    assert "/publish" not in page
    # As a stranger's browser: programs are not counted, nor is who shares it.
    told = requests.get(f"{owner.server.url}/s/{share.code}", headers={"User-Agent": "Mozilla/5.0"}, timeout=30)
    assert "Price list" in told.text
    eventually(lambda: "<dt>Views</dt><dd>1</dd>" in owner.get(path).text)
    table = owner.get(path).text.partition("<tbody>")[2]
    assert re.search(r"<td>[\d-]{10}</td><td>1</td><td>1</td><td>0</td>", table)


def items_of(library: Library) -> list[str]:
    rows = LibraryItem.objects.filter(company_id=library.company_id, library=library)
    return list(rows.order_by("position", "pk").values_list("medium__title", flat=True))


def test_a_library_is_filled_ordered_published_and_deleted(acme: Company, owner: Browser) -> None:
    one, two, three = (make_medium(acme, title=title) for title in ("One", "Two", "Three"))
    foreign = make_medium(make_company("other"), title="Foreign")
    assert owner.send("/content/libraries/add", title="").status_code == 422
    made = owner.send("/content/libraries/add", title="Spring", description="All of it")
    path = made.headers["Location"].partition("?")[0]
    library = Library.objects.get(company_id=acme.pk)

    def press(what: str, number: int | str) -> int:
        return owner.send(f"{path}/items", page=path, press=f"{what} {number}").status_code

    assert "Foreign" not in owner.get(path).text
    assert [press("add", medium.pk) for medium in (one, two, three)] == [303] * 3
    assert [press("add", number) for number in (foreign.pk, 0, 10**17)] == [422] * 3
    assert items_of(library) == ["One", "Two", "Three"]
    item = LibraryItem.objects.get(company_id=acme.pk, medium=one)
    assert [press("up", item.pk), press("down", item.pk)] == [303, 303]
    assert items_of(library) == ["Two", "One", "Three"]
    assert [press("down", 10**17), press("turn", item.pk), press("remove", 10**17), press("add", "x")] == [404] * 4

    # Many at once: each move counts, and none is lost.
    form = {"csrfmiddlewaretoken": owner.token(path), "press": f"up {item.pk}"}
    with ThreadPoolExecutor(6) as pool:
        moved = list(pool.map(lambda _: owner.call("POST", f"{path}/items", data=form).status_code, range(6)))
    assert moved == [303] * 6
    assert items_of(library) == ["One", "Two", "Three"]
    assert press("remove", item.pk) == 303
    assert items_of(library) == ["Two", "Three"]

    before = seen(owner.get(f"{path}/edit").text)
    assert owner.send(f"{path}/edit", seen=before, title="Summer").status_code == 303
    assert owner.send(f"{path}/edit", seen=before, title="Autumn").status_code == 409
    assert owner.send(f"{path}/publish", page=path).status_code == 303
    share = Share.objects.get(company_id=acme.pk)
    assert "Two" in requests.get(f"{owner.server.url}/s/{share.code}", timeout=30).text
    assert owner.send(f"{path}/delete", name="Spring").status_code == 422
    assert owner.send(f"{path}/delete", name="Summer").status_code == 303
    assert owner.get(path).status_code == 404
    assert Medium.objects.filter(company_id=acme.pk, discarded_at=None).count() == 3


def test_who_keeps_no_media_sees_them_without_any_button(acme: Company, viewer: Browser, enter: Enter) -> None:
    medium = make_medium(acme, title="Price list")
    library = add_library(operator(acme.pk), {"title": "Spring"}, [Item(medium.pk)], of_company=True)
    rep = enter(make_member(acme, "Rita", Role.REP))
    for browser in (viewer, rep):
        for path in ("/content/media", f"/content/media/{medium.pk}", f"/content/libraries/{library.pk}"):
            main = browser.get(path).text.partition("<main")[2].partition("</main>")[0]
            assert "Price list" in main
            assert not re.search(r"/edit|/add|/delete|/publish|method=\"post\"", main)
        assert browser.get("/content/media/add").status_code == 404
        assert browser.get(f"/content/media/{medium.pk}/edit").status_code == 404
        assert "Trainings" not in browser.get("/content/media").text


def test_a_manager_keeps_the_companys_media_with_just_that_permission(acme: Company, enter: Enter) -> None:
    keeper = enter(make_member(acme, "Kim", Role.MANAGER, {Permission.MEDIA_WRITE}))
    path = upload(keeper, PDF, title="Spring", visibility="public").headers["Location"].partition("?")[0]
    before = seen(keeper.get(f"{path}/edit").text)
    assert keeper.send(f"{path}/edit", seen=before, title="Summer", visibility="public").status_code == 303
    library = keeper.send("/content/libraries/add", title="Season").headers["Location"].partition("?")[0]
    medium = Medium.objects.get(company_id=acme.pk, title="Summer")
    assert medium.owner_id is None
    assert keeper.send(f"{library}/items", page=library, press=f"add {medium.pk}").status_code == 303
    assert "Summer" in keeper.get(library).text
    assert keeper.send(f"{library}/delete", name="Season").status_code == 303
    assert keeper.send(f"{path}/delete", name="Summer").status_code == 303
    # What a person has put up alone is taken down by administrators only.
    rita = make_member(acme, "Rita", Role.REP)
    own = make_medium(acme, title="Mine")
    Medium.objects.filter(pk=own.pk).update(owner_id=rita.pk)
    for way in ("", "/edit", "/delete"):
        assert keeper.get(f"/content/media/{own.pk}{way}").status_code == 404, way


def test_what_somebody_put_up_alone_is_not_changed_by_others_and_only_taken_down(
    acme: Company, owner: Browser, enter: Enter
) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    medium = make_medium(acme, title="Mine")
    Medium.objects.filter(pk=medium.pk).update(owner_id=rita.pk)
    path = f"/content/media/{medium.pk}"
    page = owner.get(path).text
    assert "Rita Example" in page
    assert "/edit" not in page
    assert owner.get(f"{path}/edit").status_code == 404
    token = {"csrfmiddlewaretoken": owner.token("/content/media/add"), "title": "Theirs", "visibility": "public"}
    assert owner.call("POST", f"{path}/edit", data=token).status_code == 404
    assert enter(rita).get(f"{path}/delete").status_code == 404
    assert owner.send(f"{path}/delete", name="Theirs").status_code == 422
    assert owner.send(f"{path}/delete", name="Mine").status_code == 303
    assert AuditEntry.objects.get(company_id=acme.pk, action="medium.taken_down").details == {"owner": rita.pk}
    assert owner.get(path).status_code == 404
