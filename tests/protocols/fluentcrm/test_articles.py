"""GET /docs: articles about the groups of operations (wire notes 24, recording seq-docs)."""

import re

from tests.protocols.fluentcrm.client import Crm


def test_each_article_leads_to_its_place_in_our_documentation(mia: Crm) -> None:
    articles = mia.get("/docs").json()["docs"]
    assert list(articles[0]) == ["title", "content", "link", "category"]
    assert len({article["title"] for article in articles}) == len(articles) > 5
    page = mia.server.get("/docs/fluentcrm").text
    for article in articles:
        links = [article["link"], *re.findall('href="([^"]+)"', article["content"])]
        for link in links:
            path, _, anchor = link.partition("#")
            assert path.endswith("/docs/fluentcrm")
            assert f'id="{anchor}"' in page, anchor


def test_one_is_found_by_its_place_in_the_index(mia: Crm) -> None:
    articles = mia.get("/docs").json()["docs"]
    for id in (1, len(articles)):
        article = articles[id - 1]
        expected = {"title": article["title"], "content": article["content"], "link": article["link"], "id": id}
        assert mia.get(f"/docs/{id}").json() == expected
    for id in (0, len(articles) + 1, 10**17):
        answer = mia.get(f"/docs/{id}")
        assert (answer.status_code, list(answer.json())) == (404, ["message"])


def test_there_are_no_plugins(mia: Crm) -> None:
    assert mia.get("/docs/addons").json() == {"addons": []}
    assert list(mia.get("/docs/addons?with[]=experimental_features").json()) == ["addons", "experimental_features"]
