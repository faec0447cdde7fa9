import re
import time

from portico.access import Role
from portico.companies.models import Company
from portico.contacts.models import Contact, ImportBatch
from tests.make import make_company, make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter

MESSY = (
    "Vorname;Name;E-Mail;Tags;Egal\r\n"
    "Änne;Köhler;aenne@acme.test;Gold|Blau;x\r\n"
    "Bob;;kein at;;\r\n"
    '"Eve; die Zweite";Ö;eve@acme.test;;\r\n'
    "Anna;Neu;anna@acme.test;;\r\n"
).encode("cp1252")


def sent(owner: Browser, content: bytes, name: str = "people.csv") -> str:
    """The address of the next step."""
    answer = owner.call(
        "POST",
        "/imports/add",
        data={"csrfmiddlewaretoken": owner.token("/imports/add")},
        files={"file": (name, content, "text/csv")},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def form_of(page: str) -> dict[str, str]:
    """What the form of the second step would send as it stands."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    for name, choices in re.findall(r'<select id="[^"]*" name="([\w-]+)"[^>]*>(.*?)</select>', page, flags=re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', choices)
        fields[name] = chosen[1] if chosen else ""
    return {**fields, "skip": "no"}


def ended(owner: Browser, path: str) -> str:
    """The import's page once the worker is through."""
    for _ in range(300):
        page = owner.get(path).text
        if 'http-equiv="refresh"' not in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)


def test_a_messy_file_is_matched_tried_loaded_and_undone(acme: Company, owner: Browser) -> None:
    make_contact(acme, email="anna@acme.test", first_name="Anna", last_name="Alt")
    step = sent(owner, MESSY)
    page = owner.get(step).text
    form = form_of(page)
    assert {form["column-0"], form["column-1"], form["column-2"]} != {""}
    form |= {"column-0": "first_name", "column-1": "last_name", "column-2": "email", "column-3": "tags", "column-4": ""}

    tried = owner.call("POST", "/imports/match", data={**form, "press": "try"})
    assert tried.status_code == 200
    assert "2 created, 1 updated" in tried.text
    assert "1 rejected" in tried.text
    assert Contact.objects.filter(company_id=acme.pk).count() == 1

    loading = owner.call("POST", "/imports/match", data={**form, "press": "load"})
    assert loading.status_code == 303, loading.text
    place = loading.headers["Location"]
    page = ended(owner, place)
    assert "done" in page
    assert Contact.objects.get(company_id=acme.pk, email="aenne@acme.test").last_name == "Köhler"
    assert Contact.objects.get(company_id=acme.pk, email="anna@acme.test").last_name == "Neu"
    rejected = owner.get(f"{place}/rejected")
    assert "kein at" in rejected.text
    assert rejected.headers["Content-Disposition"].startswith("attachment")

    assert owner.send(place, press="undo").status_code == 303
    assert "undone" in ended(owner, place)
    assert [one.last_name for one in Contact.objects.filter(company_id=acme.pk)] == ["Alt"]


def test_what_is_no_such_file_is_said_beside_the_field(owner: Browser) -> None:
    def answered(content: bytes) -> str:
        token = owner.token("/imports/add")
        answer = owner.call(
            "POST", "/imports/add", data={"csrfmiddlewaretoken": token}, files={"file": ("x.csv", content, "text/csv")}
        )
        assert answer.status_code == 422
        return answer.text

    assert 'id="error-file"' in answered(b"")
    assert 'id="error-file"' in answered(b"Email,Email\na@b.test,c@d.test\n")
    step = sent(owner, b"Colour\nblue\n")
    form = form_of(owner.get(step).text)
    refused = owner.call("POST", "/imports/match", data={**form, "press": "load"})
    assert refused.status_code == 422
    assert "e-mail" in refused.text.lower()
    assert not ImportBatch.objects.filter(state=ImportBatch.State.RUNNING, file="x.csv").exists()


def test_uploads_and_imports_are_the_companys_own(acme: Company, owner: Browser, enter: Enter) -> None:
    step = sent(owner, b"Email\na@acme.test\n")
    other = enter(make_member(make_company("other"), "Otto", Role.ADMIN))
    assert other.get(step).status_code == 404
    form = {**form_of(owner.get(step).text), "csrfmiddlewaretoken": other.token("/imports/add")}
    assert other.call("POST", "/imports/match", data={**form, "press": "load"}).status_code == 404
    assert owner.get("/imports/match?upload=../../secret.key").status_code == 404
    assert not ImportBatch.objects.filter(company_id=acme.pk).exists()


def test_nobody_sends_a_file_without_signing_in(browser: Browser) -> None:
    answer = browser.call("POST", "/imports/add", files={"file": ("x.csv", b"Email\n" * 10_000, "text/csv")})
    assert answer.status_code in {403, 413, 422}
