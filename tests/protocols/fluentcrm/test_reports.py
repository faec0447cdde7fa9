"""GET /reports/options and /reports/ping (wire notes 18)."""

from portico.protocols.fluentcrm.reports import GROUPS
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def options(mia: Crm, query: str = "") -> dict[str, list[dict[str, object]]]:
    answer = mia.get(f"/reports/options?{query}")
    assert answer.status_code == 200
    found: dict[str, list[dict[str, object]]] = answer.json()["options"]
    return found


def test_without_fields_every_group_comes_as_the_manuals_check_expects(mia: Crm) -> None:
    assert list(options(mia)) == list(GROUPS)
    assert list(options(mia, "fields=")) == list(GROUPS)


def test_with_fields_only_those_in_their_order_and_unknown_names_are_left_out(mia: Crm) -> None:
    assert list(options(mia, "fields=tags,nonsense,countries,tags")) == ["tags", "countries"]
    assert list(options(mia, "fields[]=lists&fields[]=tags")) == ["lists", "tags"]
    assert options(mia, "fields=nonsense") == {}


def test_groups_of_the_company_are_its_own_by_title(server: Server, mia: Crm) -> None:
    Crm(server, make_key(make_company("other"))).add_tag("Theirs")
    beta, alpha = mia.add_tag("Beta"), mia.add_tag("Alpha")
    news = mia.add_list("News")
    mia.add("ann@people.test", lists=[news])
    mia.put("/custom-fields/contacts", {"fields": [{"field_key": "text", "label": "Colour"}]})
    found = options(mia, "fields=tags,lists,custom_fields")
    assert [tag["id"] for tag in found["tags"]] == [alpha, beta]
    assert found["tags"][0] == {"id": alpha, "slug": "alpha", "title": "Alpha", "value": str(alpha), "label": "Alpha"}
    assert found["lists"] == [{"id": news, "slug": "news", "title": "News"}]
    assert [field["slug"] for field in found["custom_fields"]] == ["colour"]
    assert options(mia, "fields=lists&with_count[]=lists")["lists"][0]["subscribersCount"] == 1


def test_countries_and_statuses_are_all_there(mia: Crm) -> None:
    found = options(mia, "fields=countries,statuses,editable_statuses,contact_types")
    assert {"code": "DE", "title": "Germany", "id": "DE", "slug": "DE"} in found["countries"]
    assert len({country["code"] for country in found["countries"]}) == len(found["countries"]) == 250
    assert [len(found[name]) for name in ("statuses", "editable_statuses", "contact_types")] == [7, 4, 2]


def test_ping_answers(mia: Crm) -> None:
    assert list(mia.get("/reports/ping").json()) == ["message"]


def test_the_sample_file_can_be_fetched_where_the_options_say(mia: Crm) -> None:
    path = str(options(mia, "fields=sampleCsv")["sampleCsv"]).partition("/wp-json")[2]
    assert mia.server.get(f"/wp-json{path}").text.startswith("email,")
