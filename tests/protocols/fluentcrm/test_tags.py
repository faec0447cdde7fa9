"""Tags, and the quirks of each of their seven operations (wire notes 9)."""

from portico.contacts.models import Tag
from tests.make import make_company
from tests.protocols.fluentcrm.client import Crm


def titles(mia: Crm, query: str = "") -> list[str]:
    return [tag["title"] for tag in mia.get(f"/tags?{query}").json()["tags"]["data"]]


def test_a_new_tag_stands_under_two_keys_and_its_slug_is_made_from_the_title(mia: Crm) -> None:
    body = mia.post("/tags", {"title": "Very Important", "description": "x"}).json()
    assert list(body) == ["lists", "item", "message"]
    assert body["lists"] == body["item"]
    assert list(body["item"]) == ["title", "slug", "description", "updated_at", "created_at", "id"]
    assert body["item"]["slug"] == "very-important"
    assert mia.post("/tags", {"title": "Sample", "slug": "My Slug"}).json()["item"]["slug"] == "my-slug"
    assert mia.post("/tags", {"title": "Без слов"}).json()["item"]["slug"] == "без-слов"


def test_a_title_is_needed_and_a_slug_is_taken_once(mia: Crm) -> None:
    assert mia.post("/tags", {}).json().keys() == {"title"}
    assert mia.post("/tags", {"title": " <b></b> "}).json().keys() == {"title"}
    assert mia.post("/tags", {"title": "x" * 300}).json().keys() == {"title"}
    mia.add_tag("VIP")
    again = mia.post("/tags", {"title": "vip"})
    assert again.status_code == 422
    assert {field: set(rules) for field, rules in again.json().items()} == {"slug": {"unique"}}


def test_tags_are_listed_newest_first_searched_and_sorted(mia: Crm) -> None:
    for title, description in (("Beta", "second"), ("Alpha", "first"), ("Gamma beta", "third")):
        mia.post("/tags", {"title": title, "description": description})
    assert titles(mia) == ["Gamma beta", "Alpha", "Beta"]
    assert titles(mia, "sort_by=title&sort_order=ASC") == ["Alpha", "Beta", "Gamma beta"]
    assert titles(mia, "sort_by=no_column&sort_order=asc") == ["Beta", "Alpha", "Gamma beta"]
    assert titles(mia, "search=BETA") == ["Gamma beta", "Beta"]
    assert titles(mia, "search=fir") == ["Alpha"]
    assert titles(mia, "search=irst") == []
    assert titles(mia, "search=%25") == []
    assert titles(mia, "per_page=2&page=2") == ["Beta"]


def test_counts_come_unless_excluded_and_every_tag_when_asked(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    mia.add("ann@people.test", tags=[vip])
    mia.add("bob@people.test", tags=[vip], status="pending")
    assert mia.get("/tags").json()["tags"]["data"][0]["subscribersCount"] == 1
    body = mia.get("/tags?exclude_counts=1&all_tags=1&per_page=1").json()
    assert "subscribersCount" not in body["tags"]["data"][0]
    assert body["all_tags"] == [{"id": str(vip), "title": "VIP", "slug": "vip"}]
    assert "all_tags" not in mia.get("/tags?all_tags=0").json()


def test_one_tag_or_null(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    theirs = Tag.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    assert mia.get(f"/tags/{vip}").json()["tag"]["title"] == "VIP"
    for id in (theirs.pk, 999999999, 0):
        answer = mia.get(f"/tags/{id}")
        assert (answer.status_code, answer.json()) == (200, {"tag": None})


def test_a_change_answers_a_number_makes_the_slug_anew_and_empties_the_description(mia: Crm) -> None:
    vip = int(mia.post("/tags", {"title": "VIP", "description": "very"}).json()["item"]["id"])
    assert mia.put(f"/tags/{vip}", {"title": "VIP two"}).json()["lists"] == 1
    tag = mia.get(f"/tags/{vip}").json()["tag"]
    assert (tag["title"], tag["slug"], tag["description"]) == ("VIP two", "vip-two", "")
    mia.put(f"/tags/{vip}", {"title": "VIP three", "slug": "kept"})
    assert mia.get(f"/tags/{vip}").json()["tag"]["slug"] == "kept"


def test_a_change_to_a_taken_slug_is_a_message_and_to_nothing_404(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    mia.add_tag("Old")
    clash = mia.put(f"/tags/{vip}", {"title": "old"})
    assert (clash.status_code, list(clash.json())) == (422, ["message"])
    assert set(mia.put(f"/tags/{vip}", {}).json()) == {"title"}
    gone = mia.put("/tags/999999999", {"title": "x"})
    assert (gone.status_code, list(gone.json())) == (404, ["message"])
    theirs = Tag.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    assert mia.put(f"/tags/{theirs.pk}", {"title": "x"}).content == gone.content


def test_with_id_0_a_tag_is_found_by_its_slug(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    assert mia.put("/tags/0", {"update_by": "slug", "slug": "vip", "title": "Renamed"}).json()["lists"] == 1
    tag = mia.get(f"/tags/{vip}").json()["tag"]
    assert (tag["title"], tag["slug"]) == ("Renamed", "vip")
    unknown = mia.put("/tags/0", {"update_by": "slug", "slug": "nothing", "title": "x"})
    assert (unknown.status_code, list(unknown.json())) == (422, ["message"])
    assert mia.put("/tags/0", {"title": "x", "slug": "vip"}).status_code == 404


def test_many_at_once_are_made_or_retitled_by_slug(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    rows = [{"title": "Fresh"}, {"title": "Vip!"}, {"slug": "no-title"}, {"title": "Fresh"}, "nonsense"]
    ids = mia.post("/tags/bulk", {"tags": rows}).json()["ids"]
    assert len(ids) == 2
    assert ids[1] == vip
    assert sorted(titles(mia)) == ["Fresh", "Vip!"]
    assert len(mia.post("/tags/bulk", {"items": [{"title": "Other"}]}).json()["ids"]) == 1
    assert mia.post("/tags/bulk", {}).json()["ids"] == []


def test_removing_a_tag_takes_it_from_its_contacts(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    ann = mia.add("ann@people.test", tags=[vip])
    assert mia.delete(f"/tags/{vip}").status_code == 200
    assert mia.delete(f"/tags/{vip}").status_code == 404
    assert mia.get(f"/subscribers/{ann}").json()["subscriber"]["tags"] == []


def test_removing_several(mia: Crm) -> None:
    vip, old = mia.add_tag("VIP"), mia.add_tag("Old")
    theirs = Tag.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    assert set(mia.post("/tags/do-bulk-action", {"tagIds": []}).json()) == {"tagIds"}
    assert mia.post("/tags/do-bulk-action", {"tagIds": [vip, theirs.pk, 10**17]}).status_code == 200
    assert titles(mia) == ["Old"]
    assert mia.delete(f"/tags/{theirs.pk}").status_code == 404
    assert Tag.objects.filter(pk=theirs.pk).exists()
    assert mia.delete(f"/tags/{old}").status_code == 200
