"""What a client may send and never should (wire notes 1): no 500, nothing lost."""

import http.client
import json
from typing import Any

import pytest

from portico.contacts.models import Contact
from tests.protocols.fluentcrm.client import BASE, Crm

JSON = {"Content-Type": "application/json"}


def send(
    mia: Crm, body: bytes, kind: str = "application/json", method: str = "POST", path: str = "/subscribers"
) -> Any:
    return mia.call(method, path, data=body, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "body",
    [
        b"{bad",
        b'{"email":"a@b.test"',
        b'{"email": "\xff@b.test"}',
        b'{"email": "\\ud800"}',
        b"[" * 5000,
        b"NaN",
        b'{"a":1e400}',
        b"\xef\xbb\xbf{}",
        b"{'a':1}",
    ],
)
def test_broken_json_is_400_with_its_code(mia: Crm, body: bytes) -> None:
    answer = send(mia, body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "rest_invalid_json"
    assert list(answer.json()["data"]) == ["status", "json_error_code", "json_error_message"]
    assert send(mia, body, method="GET").status_code == 400


@pytest.mark.parametrize("body", [b"null", b"1", b'"text"', b"[]", b"[1,2]", b"true"])
def test_json_that_is_no_object_has_no_fields(mia: Crm, body: bytes) -> None:
    answer = send(mia, body)
    assert (answer.status_code, set(answer.json())) == (422, {"email", "status"})


def test_an_empty_body_with_a_json_content_type_is_no_body(mia: Crm) -> None:
    assert mia.call("GET", "/subscribers", headers=JSON).status_code == 200
    assert mia.call("POST", "/subscribers", headers=JSON).status_code == 422


def test_the_last_of_equal_keys_counts(mia: Crm) -> None:
    made = send(mia, b'{"email":"ann@people.test","status":"pending","city":"A","city":"B"}').json()
    assert made["contact"]["city"] == "B"
    form = send(mia, b"email=bob@people.test&status=pending&city=A&city=B", "application/x-www-form-urlencoded")
    assert form.json()["contact"]["city"] == "B"


def test_body_beats_query_and_a_form_is_read_for_put_and_delete_too(mia: Crm) -> None:
    made = mia.post(
        "/subscribers?city=Query&state=Query", {"email": "ann@people.test", "status": "pending", "city": "Body"}
    )
    contact = made.json()["contact"]
    assert (contact["city"], contact["state"]) == ("Body", "Query")
    put = mia.call("PUT", f"/subscribers/{contact['id']}", data={"city": "Form"})
    assert put.json()["contact"]["city"] == "Form"
    assert mia.call("DELETE", "/subscribers", data={"subscribers[]": [contact["id"]]}).status_code == 200
    assert mia.emails() == []


def test_the_admin_screens_own_way_works(mia: Crm) -> None:
    id = mia.add("ann@people.test")
    headers = {"X-HTTP-Method-Override": "PUT", "X-WP-Nonce": "abc"}
    answer = mia.call(
        "POST", f"/subscribers/{id}?query_timestamp=1", data={"subscriber[city]": "Bonn"}, headers=headers
    )
    assert answer.json()["contact"]["city"] == "Bonn"


def test_an_unknown_content_type_has_no_fields(mia: Crm) -> None:
    answer = send(mia, b'{"email":"ann@people.test","status":"pending"}', "text/plain")
    assert (answer.status_code, set(answer.json())) == (422, {"email", "status"})


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        10**30,
        1.5,
        1e300,
        "",
        " ",
        "\0",
        "\u202e",
        [],
        [[]],
        {},
        {"a": {"b": []}},
        "x" * 70000,
        ["x"] * 3,
    ],
    ids=lambda value: repr(value)[:20],
)
def test_no_value_of_any_type_in_any_field_is_a_500(mia: Crm, value: object) -> None:
    id = mia.add("ann@people.test")
    names = (
        "email", "status", "first_name", "tags", "lists", "detach_tags", "custom_values", "contact_owner",
        "total_points", "life_time_value", "date_of_birth", "created_at", "last_activity", "contact_type", "full_name",
        "__force_update", "unknown_field", "attach_lists", "subscriber",
    )  # fmt: skip
    for name in names:
        body = {"email": "ann@people.test", "status": "pending", "__force_update": "yes", name: value}
        assert mia.post("/subscribers", body).status_code in {200, 422}, name
        assert mia.put(f"/subscribers/{id}", {name: value}).status_code in {200, 422}, name
    for path, name in (
        ("/subscribers/subscribers-property", "value"),
        ("/subscribers/subscribers-property", "subscribers"),
        ("/custom-fields/contacts", "fields"),
        ("/campaign-pro-settings/managers/1", "manager"),
    ):
        body = {"property": "status", "value": "pending", "subscribers": [id], name: value}
        assert mia.put(path, body).status_code in {200, 422}, (path, name)
    for path, name in (
        ("/subscribers/sync-segments", "attach"),
        ("/subscribers/sync-segments", "subscribers"),
        ("/subscribers/bulk-add-update", "contacts"),
        ("/tags", "title"),
        ("/tags", "slug"),
        ("/lists", "title"),
        ("/tags/bulk", "tags"),
        ("/lists/bulk", "items"),
        ("/tags/do-bulk-action", "tagIds"),
        ("/setting/rest-keys", "api_user_id"),
        ("/dynamic-segments", "segment"),
        ("/dynamic-segments/estimated-contacts", "filters"),
    ):
        body = {"type": "tags", "subscribers": [id], "title": "T", "api_name": "x", name: value}
        assert mia.post(path, body).status_code in {200, 422}, (path, name)
    for name in ("title", "filters", "conditions", "condition_match", "email_activities", "description"):
        body = {"segment": {"title": "T", "conditions": [], name: value}}
        assert mia.post("/dynamic-segments", body).status_code in {200, 422}, name
    item = {"source": ["subscriber", "city"], "operator": "=", "value": "Bonn", "extra_value": None}
    for name in item:
        for source in (["subscriber", "city"], ["subscriber", "id"], ["segment", "tags"], ["activities", "email_sent"]):
            for operator in ("=", "in", "days_before"):
                groups = [[{**item, "source": source, "operator": operator, name: value}]]
                body = {"filter_type": "advanced", "advanced_filters": groups}
                assert mia.call("GET", "/subscribers", json=body).status_code in {200, 422}, groups
    rows = {"contacts": [{"email": "row@people.test", "tags": value, "first_name": value, "custom_values": value}]}
    assert mia.post("/subscribers/bulk-add-update", rows).status_code in {200, 422}
    assert Contact.objects.filter(company_id=mia.key.key.company_id, email__iexact="ann@people.test").count() <= 1


@pytest.mark.parametrize(
    "query",
    [
        "search=%00", "search=%ff%fe", "search=%ED%A0%80", "search=" + "x" * 5000, "search[]=a", "tags=1", "tags[][]=1",
        "tags[a]=1", "tags[]=%00abc", "tags[]=" + "9" * 30, "tags[]=99999999999999999", "lists[]=-1",
        "statuses[a][b]=c", "sort_by[]=id", "sort_by=%27", "page[]=1", "per_page[]=1", "custom_fields[]=true",
        "filter_type[]=advanced", "filter_type=advanced&advanced_filters[][]=x",
        "filter_type=advanced&advanced_filters[0][0][source][]=subscriber&advanced_filters[0][0][operator]==",
        "current_id[]=1&filter_type=simple", "filter_type=simple&current_id=" + "9" * 30,
        "with=stats", "with[][]=x", "get_by_email=%00", "get_by_email[]=x", "id[]=1", "id=%00", "_fields[]=a",
        "fields[][]=a", "[]=1", "=", "&&&", "a[b=c", "_method[]=PUT", "rest_route[]=x",
        "&".join(f"a{n}=1" for n in range(2000)),
    ],
)  # fmt: skip
def test_no_query_is_a_500(mia: Crm, query: str) -> None:
    mia.add("ann@people.test")
    for path in (
        "/subscribers",
        "/subscribers/0",
        "/subscribers/prev-next-ids",
        "/dynamic-segments",
        "/tags",
        "/lists",
        "/reports/options",
        "/custom-fields/contacts",
    ):
        assert mia.get(f"{path}?{query}").status_code < 500, path
    assert mia.server.get(f"/?rest_route=/fluent-crm/v2/subscribers&{query}", auth=mia.auth).status_code < 500


def test_too_many_variables_are_400(mia: Crm) -> None:
    body = "&".join(f"a{number}=1" for number in range(30_000)).encode()
    answer = send(mia, body, "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["code"]) == (400, "rest_invalid_param")


def test_a_body_over_ten_megabytes_is_413_announced_or_not(mia: Crm) -> None:
    huge = json.dumps({"email": "ann@people.test", "status": "pending", "city": "x" * 11_000_000}).encode()
    answer = send(mia, huge)
    assert (answer.status_code, answer.json()["code"]) == (413, "rest_body_too_large")
    line = http.client.HTTPConnection("127.0.0.1", mia.server.port, timeout=60)
    pair = f"{mia.key.username}:{mia.key.password}"
    line.request(
        "POST",
        f"{BASE}/subscribers",
        body=iter([huge[:6_000_000], huge[6_000_000:]]),
        headers={"Authorization": f"Basic {pair}", **JSON},
        encode_chunked=True,
    )
    assert line.getresponse().status == 413
    assert mia.emails() == []


def test_only_who_may_call_is_read_at_all(mia: Crm) -> None:
    assert mia.call("POST", "/subscribers", auth=None, data=b"{bad", headers=JSON).status_code == 401
