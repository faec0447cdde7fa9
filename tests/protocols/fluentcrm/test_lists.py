"""Lists, where they differ from tags (wire notes 10)."""

from portico.contacts.models import List
from tests.make import make_company
from tests.protocols.fluentcrm.client import Crm


def test_the_answer_is_a_plain_array_beside_a_total(mia: Crm) -> None:
    news, old = mia.add_list("News"), mia.add_list("Old")
    mia.add("ann@people.test", lists=[news])
    mia.add("bob@people.test", lists=[news], status="pending")
    body = mia.get("/lists").json()
    assert list(body) == ["lists", "pagination"]
    assert [row["id"] for row in body["lists"]] == [old, news]
    row = body["lists"][1]
    assert (row["totalCount"], row["subscribersCount"], row["is_public"]) == (2, 1, "0")
    assert body["pagination"] == {"total": 2}
    second = mia.get("/lists?per_page=1&page=2&exclude_counts=1&all_lists=1").json()
    assert [row["id"] for row in second["lists"]] == [news]
    assert "totalCount" not in second["lists"][0]
    assert [row["id"] for row in second["all_lists"]] == [str(news), str(old)]
    assert [row["title"] for row in mia.get("/lists?search=ne").json()["lists"]] == ["News"]


def test_one_list_is_bare_and_an_unknown_one_an_empty_body(mia: Crm) -> None:
    news = mia.add_list("News")
    theirs = List.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    assert mia.get(f"/lists/{news}").json()["title"] == "News"
    for id in (999999999, theirs.pk):
        answer = mia.get(f"/lists/{id}")
        assert (answer.status_code, answer.content) == (200, b"")


def test_the_same_title_twice_gets_a_slug_of_its_own_unless_it_is_written_like_the_slug(mia: Crm) -> None:
    first = mia.post("/lists", {"title": "News Letter"}).json()["item"]
    second = mia.post("/lists", {"title": "News Letter"}).json()["item"]
    assert (first["slug"], second["slug"]) == ("news-letter", "news-letter-2")
    refused = mia.post("/lists", {"title": "news-letter"})
    assert (refused.status_code, set(refused.json())) == (422, {"slug"})
    assert set(mia.post("/lists", {"title": ""}).json()) == {"title"}


def test_a_change_keeps_the_slug_unless_one_is_sent_and_then_makes_it_from_the_title(mia: Crm) -> None:
    news = mia.add_list("News")
    assert mia.put(f"/lists/{news}", {"title": "Other"}).json()["lists"] == 1
    assert mia.get(f"/lists/{news}").json()["slug"] == "news"
    mia.put(f"/lists/{news}", {"title": "Third One", "slug": "ignored"})
    assert mia.get(f"/lists/{news}").json()["slug"] == "third-one"
    mia.add_list("Taken")
    clash = mia.put(f"/lists/{news}", {"title": "Taken", "slug": "x"})
    assert (clash.status_code, list(clash.json())) == (422, ["message"])
    gone = mia.put("/lists/999999999", {"title": "x"})
    assert gone.status_code == 404
    theirs = List.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    assert mia.put(f"/lists/{theirs.pk}", {"title": "x"}).content == gone.content


def test_many_at_once(mia: Crm) -> None:
    ids = mia.post("/lists/bulk", {"lists": [{"title": "L A"}, {"title": "L B"}]}).json()["ids"]
    assert len(set(ids)) == 2
    assert mia.post("/lists/bulk", {"items": [{"title": "L A"}]}).json()["ids"] == ids[:1]


def test_removing_answers_200_also_where_there_is_none(mia: Crm) -> None:
    news, old = mia.add_list("News"), mia.add_list("Old")
    theirs = List.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    ann = mia.add("ann@people.test", lists=[news])
    first, again = mia.delete(f"/lists/{news}"), mia.delete(f"/lists/{news}")
    assert (first.status_code, first.content) == (200, again.content)
    assert mia.get(f"/subscribers/{ann}").json()["subscriber"]["lists"] == []
    assert mia.delete(f"/lists/{theirs.pk}").content == again.content
    assert set(mia.post("/lists/do-bulk-action", {}).json()) == {"listIds"}
    assert mia.post("/lists/do-bulk-action", {"listIds": [old, theirs.pk]}).status_code == 200
    assert mia.get("/lists").json()["pagination"]["total"] == 0
    assert List.objects.filter(pk=theirs.pk).exists()
