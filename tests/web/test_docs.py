import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from portico.lib.yaml_in import read_yaml
from portico.web.openapi import read
from portico.web.prose import inline, paragraphs
from tests.server import Server

FLUID = Path(__file__).parents[2] / "portico" / "protocols" / "fluid" / "openapi.yaml"


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_first_page_leads_to_the_documents_and_they_to_their_pages(server: Server) -> None:
    assert 'href="/docs"' in server.get("/").text
    assert 'href="/docs/fluid"' in server.get("/docs").text
    assert server.get("/docs/fluid").status_code == 200


def test_a_page_shows_every_operation_with_fields_and_samples(server: Server) -> None:
    page = server.get("/docs/fluid").text
    document = read_yaml(FLUID.read_bytes())
    for path, item in document["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "multi_factor_authentication.verification_code" in page
    assert "per_page" in page
    assert "ct_8f3a2b1c9d7e" in page
    for tag in document["tags"]:
        assert f"<h2>{tag['name']}</h2>" in page


def test_a_page_needs_nothing_from_elsewhere_and_no_script(server: Server) -> None:
    for path in ("/", "/docs", "/docs/fluid", "/nothing-here"):
        answer = server.get(path)
        for tag, attributes in Tags(answer.text).seen:
            assert tag != "script"
            for name in ("src", "href", "action"):
                assert re.match(r"(/|#|$)", attributes.get(name) or ""), (path, tag, attributes)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert 'name="viewport"' in answer.text


def test_the_document_itself_comes_as_json_and_yaml(server: Server) -> None:
    as_json, as_yaml = server.get("/docs/fluid.json"), server.get("/docs/fluid.yaml")
    assert as_json.headers["Content-Type"].startswith("application/json")
    assert "yaml" in as_yaml.headers["Content-Type"]
    assert as_yaml.text == FLUID.read_text()
    assert list(as_json.json()["paths"]) == list(read_yaml(as_yaml.content)["paths"])


@pytest.mark.parametrize("name", ["nothing", "nothing.json", "nothing.yaml", "..%2Fsettings", "fluid.txt", "fluid/x"])
def test_a_document_that_is_not_there_is_not_found(server: Server, name: str) -> None:
    assert server.get(f"/docs/{name}").status_code == 404


def test_the_style_sheet_may_be_kept(server: Server) -> None:
    first = server.get("/assets/portico.css")
    assert first.headers["Content-Type"].startswith("text/css")
    assert "max-age" in first.headers["Cache-Control"]
    again = server.get("/assets/portico.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"paths": None, "info": 3, "tags": "x", "servers": [1]},
        {"paths": {"/a": {"get": None, "post": {"responses": {200: {"content": {"x/y": None}}}}}}},
        {"paths": {"/a": {"get": {"tags": [None], "parameters": [1, {"$ref": "#/no/where"}, {"$ref": 3}]}}}},
        {
            "paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/A"}}}}},
            "components": {"responses": {"A": {"$ref": "#/components/responses/A"}}},
        },
        {
            "paths": {
                "/a": {"get": {"requestBody": {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/T"}}}}}}
            },
            "components": {"schemas": {"T": {"properties": {"t": {"$ref": "#/components/schemas/T"}}, "items": []}}},
        },
    ],
)
def test_an_odd_document_leaves_gaps_and_no_error(odd: dict[str, object]) -> None:
    read(odd)


def test_prose_is_escaped_and_loses_the_line_breaks_of_its_file() -> None:
    text = "One `a<b>` and\ntwo <script>.\n\nSecond & last."
    assert paragraphs(text) == ("<p>One <code>a&lt;b&gt;</code> and two &lt;script&gt;.</p>\n<p>Second &amp; last.</p>")
    assert inline("a\n  `b`") == "a <code>b</code>"
