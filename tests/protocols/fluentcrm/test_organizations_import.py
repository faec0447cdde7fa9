"""Organizations from a CSV file (wire notes 17)."""

from typing import Any

from portico.access import Permission, operator
from portico.companies.models import Company
from portico.contacts.importing.uploads import keep_upload
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

MAP = [
    {"csv": "Firm", "table": "name"}, {"csv": "Kind", "table": "type"}, {"csv": "Size", "table": "_custom_size"},
    {"csv": "Boss", "table": "owner_email"}, {"csv": "Nothing", "table": None}, "nonsense",
]  # fmt: skip


def sent(company: Company, text: str) -> str:
    return keep_upload(operator(company.pk), [text.encode()], kind="organizations")


def load(mia: Crm, file: object, **more: Any) -> Any:
    return mia.post("/companies/csv-import", {"file": file, "map": MAP, **more})


def test_a_file_is_loaded_page_by_page_and_its_columns_by_the_map(company: Company, mia: Crm) -> None:
    mia.put("/companies/custom-fields", {"fields": [{"field_key": "text", "label": "Size"}]})
    rows = [f"Works {number:03};Vendor;big;boss@people.test" for number in range(101)]
    file = sent(company, "\n".join(["Firm;Kind;Size;Boss", *rows, ";Vendor;;"]))
    first = load(mia, file, delimiter="semicolon", create_owner="yes").json()
    assert first == {
        "total": 102, "completed": 100, "total_page": 2, "skipped": 0, "has_more": True, "last_page": 1, "offset": 0,
    }  # fmt: skip
    second = load(mia, file, delimiter="semicolon", create_owner="yes", importing_page=2).json()
    assert second == {
        "total": 102, "completed": 1, "total_page": 2, "skipped": 1, "has_more": False, "last_page": 2, "offset": 100,
    }  # fmt: skip
    page = mia.get("/companies?search=works+100").json()["companies"]
    (row,) = page["data"]
    assert (row["type"], row["meta"], row["owner"]["email"]) == (
        "Vendor",
        {"custom_values": {"size": "big"}},
        "boss@people.test",
    )
    assert load(mia, sent(company, "Firm,Kind\nworks 100,Partner\n")).json()["skipped"] == 1
    assert load(mia, sent(company, "Firm,Kind\nworks 100,Partner\n"), update="yes").json()["completed"] == 1
    assert mia.get("/companies?search=works+100").json()["companies"]["data"][0]["type"] == "Partner"


def test_what_cannot_be_loaded_is_said_and_nothing_is_kept(server: Server, company: Company, mia: Crm) -> None:
    theirs = sent(make_company("theirs"), "Firm\nAcme\n")
    people = keep_upload(operator(company.pk), [b"Firm\nAcme\n"])
    files: list[Any] = [
        theirs,
        people,
        "organizations-" + "0" * 32 + ".csv",
        "../../etc/passwd",
        "",
        None,
        [],
        10**30,
        "\0",
    ]
    for file in files:
        answer = load(mia, file)
        assert (answer.status_code, list(answer.json())) == (404, ["message"]), file
    own = sent(company, "Firm\nAcme\n")
    maps: list[Any] = [[], None, "x", {"a": {}}, [{"csv": "Firm", "table": "email"}], [{"csv": [], "table": {}}]]
    for map in maps:
        answer = load(mia, own, map=map)
        assert (answer.status_code, list(answer.json())) == (422, ["name"]), map
    pages: list[Any] = [-1, 0, "x", [], 10**30]
    for page in pages:
        assert load(mia, own, importing_page=page).status_code == 200
    writer = Crm(server, make_key(company, {Permission.TAGS_WRITE}))
    assert load(writer, own, create_owner="yes").status_code == 403
    assert mia.get("/companies").json()["companies"]["total"] == 1
