"""HTML that strangers wrote, made safe to show."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.lib.safe_html import safe_html

HARMLESS = {"b", "i", "em", "strong", "p", "br", "a", "ul", "li", "img", "div", "table", "tr", "td", "h2", "span"}
ATTRIBUTES = {"href", "title", "src", "alt", "width", "height", "colspan", "rowspan"}


class Seen(HTMLParser):
    """What a parser finds in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def assert_harmless(text: str) -> None:
    seen = Seen(text)
    assert seen.open == []
    for tag, attributes in seen.tags:
        assert tag in HARMLESS, text
        assert set(attributes) <= ATTRIBUTES, text
        for name in ("href", "src"):
            address = attributes.get(name) or "https://"
            assert address.lower().startswith(("https://", "http://", "mailto:", "tel:")), text


@pytest.mark.parametrize(
    "text",
    [
        "plain text",
        "two\nlines  and blanks",
        "<b>hi</b>",
        '<p>See <a href="https://people.test/?a=1&amp;b=2" title="The &quot;page&quot;">this</a>.<br>Bye</p>',
        '<a href="mailto:ann@people.test">Ann</a> <a href="tel:+49301">call</a>',
        '<img src="https://people.test/a.png" alt="A" width="10" height="20">',
        '<table><tr><td colspan="2">1</td></tr></table><ul><li>a</li></ul><h2>b</h2><hr>',
        "1 &lt; 2 &amp; 3",
    ],
)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert safe_html(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<script>alert(1)</script>ok", "ok"),
        ("<SCRIPT\n>alert(1)</ScRiPt >ok", "ok"),
        ("<scr<script>ipt>alert(1)</script>ok", "&lt;scrok"),
        ("<script>never closed <b>", ""),
        ("<style>*{}</style><title>t</title><textarea><b></textarea>ok", "ok"),
        ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<img>"&gt;'),
        ("<iframe src=https://evil.test></iframe><object data=x></object><embed src=x>ok", "ok"),
        ("<svg><script>alert(1)</script><a href=javascript:alert(1)>x", "<a>x</a>"),
        ("<math><mi xlink:href='javascript:alert(1)'>x</mi></math>", "x"),
        ("<svg onload=alert(1)>x", "x"),
        ("<img src=x onerror=alert(1)>", "<img>"),
        ("<img/src='https://a.test/b.png'/onerror=alert(1)>", '<img src="https://a.test/b.png">'),
        ("<b onclick=alert(1) style='x' class=y id=z>x</b>", "<b>x</b>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href=" java\tscript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="&#106;avascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="&#x6A&#x61vascript&colon;alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,<script>alert(1)</script>">x</a>', '&lt;a href="data:text/html,"&gt;x'),
        ('<a href="vbscript:x">x</a><a href="//evil.test">y</a><a href="/local">z</a>', "<a>x</a><a>y</a><a>z</a>"),
        ("<a href='https://a.test/\" onclick=\"alert(1)'>x</a>", "<a>x</a>"),
        ("<a href='https://a.test/\"onclick=\"x'>x</a>", '<a href="https://a.test/&quot;onclick=&quot;x">x</a>'),
        ('<a data-href="https://a.test" xhref="b" href="https://b.test">x</a>', '<a href="https://b.test">x</a>'),
        ('<a href="https://a.test" HREF="https://b.test">x</a>', '<a href="https://a.test">x</a>'),
        ('<img src="data:image/svg+xml;base64,AAAA">', "<img>"),
        ("<!-- <b> --><!DOCTYPE html><?php echo 1 ?>x<![CDATA[y]]>", "x"),
        ("<!--><script>alert(1)</script>-->x", "x"),
        ("a<!-- never closed <b>x", "a"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("1 < 2 > 0 & 3", "1 &lt; 2 &gt; 0 &amp; 3"),
        ("<b>not closed <i>at all", "<b>not closed <i>at all</i></b>"),
        ("</div></b>ends of nothing", "ends of nothing"),
        ("<b><i>crossed</b></i>", "<b><i>crossed</i></b>"),
        ("<form action=x><input name=y><button>z</button></form>", "z"),
        ("<link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=x'><base href=x>y", "y"),
        ("<p/>x<br/>", "<p>x<br></p>"),
        ("<b\0>x</b> <b-x>y</b-x> <script-x>z", "x y z"),
        ("<", "&lt;"),
        ("<b", "&lt;b"),
    ],
)
def test_what_is_not_goes_and_the_rest_stays(text: str, safe: str) -> None:
    assert safe_html(text) == safe
    assert_harmless(safe)


PIECES = st.sampled_from([
    "<b>", "</b>", "<p>", "</p>", "<a href=", "'", '"', ">", "<", "/", "javascript:alert(1)", "https://a.test", " ",
    "<script>", "</script>", "<!--", "-->", "<svg>", "<style>", "</style>", "<img src=", " onerror=alert(1)", "&lt;",
    "&#60;", "&", "<![CDATA[", "]]>", "<?", "<!", "\n", "x", "<title>", "</title>", "<textarea>", "<noscript>", "=",
])  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=50))
def test_whatever_comes_only_the_listed_is_left_and_twice_is_once(text: str) -> None:
    safe = safe_html(text)
    assert_harmless(safe)
    assert safe_html(safe) == safe


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<a/", "<a b='", "<", "</", "<script>", "<b>", "<a a=", "a=", "<a aa"]
)
def test_no_input_keeps_it_busy(piece: str) -> None:
    """Each of these is a matter of minutes where the work grows with the square of the length."""
    safe_html(piece * (2_000_000 // len(piece)))


def test_a_mountain_of_elements_is_flattened() -> None:
    assert safe_html("<b>" * 5000).count("<b>") == 100
