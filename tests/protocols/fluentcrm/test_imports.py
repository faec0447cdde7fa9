"""CSV files sent and loaded page by page (wire notes 17)."""

import http.client
from typing import Any

import pytest
import requests

from portico.access import Permission, operator
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.importing.undoing import undo_import
from portico.contacts.models import Contact, CustomField, ImportBatch
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import BASE, Crm
from tests.server import Server

PEOPLE = 'Email,First Name,Tags\nann@people.test,Ann,"Gold,VIP"\nbad,Bob,\ncid@people.test,Cid,\n'
MAP = [
    {"csv": "Email", "table": "email"},
    {"csv": "First Name", "table": "first_name"},
    {"csv": "Tags", "table": "tags"},
]
KEYS = [
    "total", "completed", "total_page", "skipped", "invalid_contacts", "skipped_contacts", "invalid_email_counts",
    "inserted", "updated", "has_more", "last_page", "tags", "lists", "offset", "result",
]  # fmt: skip


def sent(mia: Crm, content: str | bytes, **form: str) -> requests.Response:
    return mia.call("POST", "/import/csv-upload", files={"file": ("people.csv", content)}, data=form)


def name_of(mia: Crm, content: str | bytes, **form: str) -> str:
    answer = sent(mia, content, **form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["file"])


def load(mia: Crm, stored: str, **more: Any) -> requests.Response:
    return mia.post("/import/csv-import", {"file": stored, "map": MAP, "new_status": "subscribed", **more})


def loaded(mia: Crm, file: str, **more: Any) -> dict[str, Any]:
    answer = load(mia, file, **more)
    assert answer.status_code == 200, answer.text
    whole: dict[str, Any] = answer.json()
    return whole


def numbers(page: dict[str, Any]) -> tuple[int, int, int]:
    return page["inserted"], page["updated"], page["skipped"]


def test_a_file_is_sent_and_every_row_of_it_answered_for(mia: Crm, company: Company) -> None:
    tag, on_list = mia.add_tag("Everybody"), mia.add_list("News")
    page = loaded(mia, name_of(mia, PEOPLE), tags=[tag], lists=[on_list])
    assert list(page) == KEYS
    assert (page["total"], page["completed"], page["total_page"], page["has_more"]) == (3, 3, 1, False)
    assert numbers(page) == (2, 0, 1)
    assert (page["invalid_email_counts"], page["last_page"], page["offset"]) == (1, 1, 0)
    (refused,) = page["invalid_contacts"]
    assert (refused["email"], refused["first_name"]) == ("bad", "Bob")
    assert [row["email"] for row in page["result"]["inserted"]] == ["ann@people.test", "cid@people.test"]
    assert (page["tags"], page["lists"], page["result"]["updated"]) == ([tag], [on_list], [])
    ann = mia.get("/subscribers/0?get_by_email=ann@people.test").json()["subscriber"]
    assert [one["title"] for one in ann["tags"]] == ["Everybody", "Gold", "VIP"]
    assert [one["title"] for one in ann["lists"]] == ["News"]
    batch = ImportBatch.objects.get(company=company)
    assert (batch.state, batch.created, batch.rejected) == (ImportBatch.State.DONE, 2, 1)


def test_a_file_longer_than_a_page_is_loaded_page_by_page_and_undone_as_one(mia: Crm, company: Company) -> None:
    file = name_of(mia, "Email,First Name,Tags\n" + "".join(f"p{n}@people.test,P,\n" for n in range(1_205)))
    first = loaded(mia, file)
    assert (first["total"], first["completed"], first["total_page"], first["has_more"]) == (1205, 500, 3, True)
    second, third = loaded(mia, file, importing_page=2), loaded(mia, file, importing_page="3")
    assert (second["offset"], second["completed"], second["has_more"]) == (500, 1000, True)
    assert (third["completed"], third["inserted"], third["has_more"]) == (1205, 205, False)
    beyond = loaded(mia, file, importing_page=4)
    assert (numbers(beyond), beyond["has_more"], beyond["completed"]) == ((0, 0, 0), False, 1205)
    batch = ImportBatch.objects.get(company=company)
    assert (batch.state, batch.created, batch.total) == (ImportBatch.State.DONE, 1205, 1205)
    assert undo_import(operator(company.pk), batch.pk).deleted == 1205
    assert mia.emails() == []
    assert load(mia, file).status_code == 422


def test_a_page_again_makes_nobody_twice_and_counts_once(mia: Crm, company: Company) -> None:
    file = name_of(mia, PEOPLE)
    assert numbers(loaded(mia, file)) == (2, 0, 1)
    assert numbers(loaded(mia, file)) == (0, 0, 3)
    assert numbers(loaded(mia, file, update="yes")) == (0, 2, 1)
    assert len(mia.emails()) == 2
    batch = ImportBatch.objects.get(company=company)
    assert (batch.created, batch.updated, batch.rejected) == (2, 0, 1)


def test_one_page_asked_for_by_many_at_once_makes_everybody_once(mia: Crm, company: Company) -> None:
    from concurrent.futures import ThreadPoolExecutor

    file = name_of(mia, "Email,First Name,Tags\n" + "".join(f"p{n}@people.test,P,T{n % 3}\n" for n in range(400)))
    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(lambda _: loaded(mia, file, update=True), range(6)))
    assert sorted(page["inserted"] for page in pages) == [0, 0, 0, 0, 0, 400]
    assert Contact.objects.filter(company=company).count() == 400
    assert ImportBatch.objects.get(company=company).created == 400


@pytest.mark.parametrize(
    ("update", "name"), [(True, "Ann"), ("true", "Ann"), ("yes", "Ann"), ("no", "Old"), (1, "Old")]
)
def test_existing_contacts_are_left_alone_unless_update_says_so(mia: Crm, update: object, name: str) -> None:
    id = mia.add("ann@people.test", first_name="Old")
    page = loaded(mia, name_of(mia, PEOPLE), update=update)
    shown = mia.get(f"/subscribers/{id}").json()["subscriber"]
    assert shown["first_name"] == name
    assert bool(shown["tags"]) == (name == "Ann")
    assert [row["email"] for row in page["skipped_contacts"]] == ([] if name == "Ann" else ["ann@people.test"])


@pytest.mark.parametrize(
    ("new", "force", "is_taken"), [("pending", "no", False), ("unsubscribed", "no", True), ("pending", "yes", True)]
)
def test_existing_contacts_keep_their_status_unless_forced_or_the_new_one_is_strict(
    mia: Crm, new: str, force: str, is_taken: object
) -> None:
    id = mia.add("ann@people.test")
    loaded(mia, name_of(mia, PEOPLE), update="true", new_status=new, force_update_status=force)
    assert mia.get(f"/subscribers/{id}").json()["subscriber"]["status"] == (new if is_taken else "subscribed")
    assert mia.get("/subscribers/0?get_by_email=cid@people.test").json()["subscriber"]["status"] == new


def test_only_mapped_columns_are_taken_also_into_custom_fields(mia: Crm, company: Company) -> None:
    CustomField.objects.create(company=company, slug="shoe", label="Shoe", kind="number", position=1)
    file = name_of(mia, "Email,Phone,Größe,Zone\nann@people.test,123,42,Europe/Berlin\n")
    columns = [
        {"csv": "Email", "table": "email"},
        {"csv": "Größe", "table": "shoe"},
        {"csv": "Zone", "table": "timezone"},
    ]
    loaded(mia, file, map=columns)
    ann = Contact.objects.get(company=company)
    assert (ann.phone, ann.custom_values, ann.time_zone) == (None, {"shoe": "42"}, "Europe/Berlin")


@pytest.mark.parametrize(
    ("wrong", "keys"),
    [
        ({"map": [{"csv": "First Name", "table": "first_name"}]}, ["email"]),
        ({"map": []}, ["email"]),
        ({"map": "x"}, ["email"]),
        ({"map": [*MAP, {"csv": "Tags", "table": "no_such_field"}]}, ["column"]),
        ({"map": [*MAP, {"csv": "No such header", "table": "city"}]}, ["column"]),
        ({"map": [*MAP[:2], {"csv": "Tags", "table": "email"}]}, ["header"]),
        ({"new_status": ""}, ["new_status"]),
        ({"new_status": "friend"}, ["new_status"]),
        ({"new_status": ["subscribed"]}, ["new_status"]),
    ],
)
def test_what_cannot_be_taken_is_422_and_nobody_is_made(mia: Crm, wrong: dict[str, Any], keys: list[str]) -> None:
    answer = load(mia, name_of(mia, PEOPLE), **wrong)
    assert (answer.status_code, list(answer.json())) == (422, keys)
    assert mia.emails() == []


def test_passwords_and_owners_cannot_be_mapped(mia: Crm, company: Company) -> None:
    file = name_of(mia, "Email,Pass\nann@people.test,Kestrel-Heron-1\n")
    for table in ("password", "password_hash", "owner_id", "consent", "id", "organization_id"):
        columns = [{"csv": "Email", "table": "email"}, {"csv": "Pass", "table": table}]
        assert load(mia, file, map=columns).status_code == 422
    assert not Contact.objects.filter(company=company).exists()


def test_another_companys_file_is_not_there(mia: Crm, server: Server) -> None:
    file = name_of(mia, PEOPLE)
    eve = Crm(server, make_key(make_company()))
    for name in (file, "contacts-00000000000000000000000000000000.csv", "../1/x", "/etc/passwd", "", "\0", file + "/"):
        answer = load(eve, name)
        assert (answer.status_code, answer.json()) == (404, {"message": "There is no such upload."})
    assert eve.emails() == []
    assert mia.call("POST", "/import/csv-import", auth=None).status_code == 401


def test_tags_of_another_company_are_left_out(mia: Crm, server: Server) -> None:
    foreign = Crm(server, make_key(make_company())).add_tag("Foreign")
    loaded(mia, name_of(mia, "Email,First Name,Tags\nann@people.test,Ann,\n"), tags=[foreign, 10**17])
    assert mia.get("/subscribers/0?get_by_email=ann@people.test").json()["subscriber"]["tags"] == []


def test_making_tags_takes_the_permission_to(server: Server, company: Company) -> None:
    writer = Crm(server, make_key(company, {Permission.CONTACTS_WRITE}))
    assert load(writer, name_of(writer, PEOPLE)).status_code == 403
    assert loaded(writer, name_of(writer, PEOPLE), map=MAP[:2])["inserted"] == 2


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        ("Email;First Name\nann@people.test;Ann\n", ["Email", "First Name"]),
        ("Email\tName\n".encode("utf-16"), ["Email", "Name"]),
        (b"Email,Gr\xf6\xdfe\na@b.test,1\n", ["Email", "Größe"]),
        ("E-mail,E-mail \nx", None),
        ("Email,Email\na,b\n", None),
    ],
)
def test_encoding_and_delimiter_are_found_out_and_one_header_twice_is_refused(
    mia: Crm, content: str | bytes, headers: list[str] | None
) -> None:
    answer = sent(mia, content)
    if headers is None:
        assert (answer.status_code, list(answer.json())) == (422, ["message"])
    else:
        assert answer.json()["headers"] == headers


def test_the_map_goes_by_names_and_by_what_the_cells_hold(mia: Crm, company: Company) -> None:
    CustomField.objects.create(company=company, slug="shoe", label="Shoe size", kind="number", position=1)
    answer = sent(mia, "Wer,Surname,Shoe size,Tags,Whatever\nann@people.test,Lee,42,x,y\n")
    assert [row["table"] for row in answer.json()["map"]] == ["email", "last_name", "shoe", None, None]
    assert sent(mia, "a;b\n1;2\n", delimiter="comma").json()["headers"] == ["a;b"]


def test_a_company_file_has_the_companies_fields_where_the_module_is_on(mia: Crm, server: Server) -> None:
    from portico.companies.actions import switch_module

    answer = sent(mia, "Name,Website,Colour\nAcme,acme.test,red\n", type="company").json()
    assert [row["table"] for row in answer["map"]] == ["name", "website", None]
    assert load(mia, answer["file"]).status_code == 404  # it is no file of contacts
    without = make_company()
    switch_module(operator(without.pk), module="organizations", on=False)
    assert sent(Crm(server, make_key(without)), "Name\nAcme\n", type="company").status_code == 403


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 50, b"PK\x03\x04\x14\0\0\0\x08\0zip", bytes(range(256)) * 40],
    ids=["", "NUL", "zip", "all"],
)
def test_what_is_no_csv_file_is_refused_on_file_and_not_kept(mia: Crm, company: Company, content: bytes) -> None:
    answer = sent(mia, content)
    assert (answer.status_code, list(answer.json())) == (422, ["file"])
    assert files_of(company) == []


def files_of(company: Company) -> list[str]:
    from django.conf import settings

    return sorted(path.name for path in (settings.DATA_FOLDER / "uploads" / str(company.pk)).glob("*"))


def test_a_file_over_the_bound_of_json_is_taken_and_over_its_own_refused(mia: Crm, company: Company) -> None:
    row = "ann@people.test," + "x" * 1000 + "\n"
    name = name_of(mia, "Email,First Name\n" + row * 12_000)
    page = loaded(mia, name, map=MAP[:2])
    assert (page["total"], page["inserted"]) == (12_000, 1)
    assert files_of(company) == [name]
    try:
        answer = sent(mia, b"Email,First Name\n" + b"x" * (101 * 2**20))
        assert (answer.status_code, list(answer.json())) == (422, ["file"])
    except requests.ConnectionError:
        pass  # refused before it was all sent
    assert files_of(company) == [name]


def test_a_file_is_only_its_owners_to_read(mia: Crm, company: Company) -> None:
    from django.conf import settings

    name = name_of(mia, PEOPLE)
    folder = settings.DATA_FOLDER / "uploads"
    modes = [
        path.stat().st_mode & 0o777 for path in (folder, folder / str(company.pk), folder / str(company.pk) / name)
    ]
    assert modes == [0o700, 0o700, 0o600]


MULTIPART = "multipart/form-data; boundary=b"
A_FIELD = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n'
A_FILE = (
    b'--b\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        (MULTIPART, b""),
        (MULTIPART, b"nothing of the kind"),
        (MULTIPART, b"--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nEmail\r\na@b.test"),
        (MULTIPART, b"--b\r\nContent-Disposition: \xff\xfe\r\n\r\nx\r\n--b--"),
        (MULTIPART, A_FILE + b"=!!\r\n--b--"),
        (MULTIPART, b"".join(21_000 * [A_FIELD + b"1\r\n"]) + b"--b--"),
        (MULTIPART, A_FIELD + b"y" * 11_000_000 + b"\r\n--b--"),
        ("application/json", b'{"file": "x"}'),
        ("text/csv", b"Email\na@b.test\n"),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_no_body_is_a_500_and_none_leaves_a_file(mia: Crm, company: Company, kind: str, body: bytes) -> None:
    answer = mia.call("POST", "/import/csv-upload", data=body, headers={"Content-Type": kind})
    assert answer.status_code in {200, 400, 413, 422}, answer.text
    assert answer.json().get("file") is None or answer.status_code == 422
    assert files_of(company) == []


def test_a_file_that_comes_in_pieces_is_taken(mia: Crm) -> None:
    line = http.client.HTTPConnection("127.0.0.1", mia.server.port, timeout=60)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nEmail,First Name\r\n'
    line.request(
        "POST", f"{BASE}/import/csv-upload",
        body=iter([head, b"ann@people.test,", b"Ann\r\n", b"\r\n--b--\r\n"]),
        headers={"Authorization": f"Basic {mia.key.username}:{mia.key.password}",
                 "Content-Type": "multipart/form-data; boundary=b"},
        encode_chunked=True,
    )  # fmt: skip
    answer = line.getresponse()
    assert (answer.status, b'"headers":["Email","First Name"]' in answer.read()) == (200, True)


def test_no_value_of_any_type_is_a_500_and_none_makes_half_a_page(mia: Crm) -> None:
    values: list[Any] = [None, True, 0, -1, 10**30, 1e300, "", "\0", [], [[]], {}, {"a": {"b": []}}, "x" * 70_000]
    for value in values:
        file = name_of(mia, PEOPLE)
        for name in ("file", "map", "tags", "lists", "update", "new_status", "importing_page", "delimiter"):
            assert load(mia, file, **{name: value}).status_code in {200, 404, 422}, (name, value)
        for item in ("csv", "table"):
            columns = [*MAP, {"csv": "Tags", "table": "city", item: value}]
            assert load(mia, file, map=columns).status_code in {200, 422}, (item, value)
    assert sorted(mia.emails()) in ([], ["ann@people.test", "cid@people.test"])


def test_cells_that_cannot_be_said_in_json_are_answered_readably(mia: Crm) -> None:
    page = loaded(mia, name_of(mia, b"Email,First Name,Tags\nann@people.test,\xc3\xa9,\nbob@people.test,B\xffb\0,\n"))
    assert numbers(page) == (1, 0, 1)
    assert page["invalid_contacts"][0]["email"] == "bob@people.test"


def test_one_address_twice_on_a_page_counts_once(mia: Crm) -> None:
    make_contact(Company.objects.get(pk=mia.key.key.company_id), email="old@people.test")
    page = loaded(mia, name_of(mia, "Email,First Name,Tags\na@people.test,A,\nA@people.test,B,\nold@people.test,C,\n"))
    assert numbers(page) == (1, 0, 2)
    assert page["result"]["inserted"][0]["first_name"] == "A"


def test_a_file_that_nobody_asked_for_is_left_unread_and_the_line_stays_good(mia: Crm) -> None:
    with requests.Session() as line:
        for _ in range(2):
            sent = line.post(
                f"{mia.server.url}{BASE}/tags", auth=mia.auth, files={"title": ("a.csv", b"x" * 3_000_000)}, timeout=60
            )
            assert (sent.status_code, list(sent.json())) == (422, ["title"])
            assert line.get(f"{mia.server.url}{BASE}/tags", auth=mia.auth, timeout=60).status_code == 200


def test_the_primary_company_of_a_row_is_found_by_its_name_or_made(mia: Crm, company: Company) -> None:
    header = sent(mia, "Email,Company\nann@people.test,Acme\n").json()
    assert header["map"] == [{"csv": "Email", "table": "email"}, {"csv": "Company", "table": "company_id"}]
    page = loaded(mia, header["file"], map=header["map"])
    ann = mia.get(f"/subscribers/{page['result']['inserted'][0]['id']}?with[]=subscriber.companies").json()[
        "subscriber"
    ]
    assert mia.get(f"/companies/{ann['company_id']}").json()["company"]["name"] == "Acme"
    switch_module(operator(company.pk), module="organizations", on=False)
    assert sent(mia, "Email,Company\nann@people.test,Acme\n").json()["map"][1]["table"] is None
    answer = load(mia, name_of(mia, "Email,Company\nbob@people.test,New\n"), map=header["map"])
    assert (answer.status_code, list(answer.json())) == (422, ["column"])
    assert mia.emails() == ["ann@people.test"]
