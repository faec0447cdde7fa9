from urllib.parse import quote, quote_plus

import pytest

from tests.make import make_contact
from tests.protocols.activemember.site import PASSWORD, Site

FAILED = b"b:0;"


def test_get_and_post_are_answered_alike(site: Site) -> None:
    ann = site.member()
    call = {"mbr_auth": site.code, "user": ann.email, "pass": PASSWORD, "retfields": "email"}
    answers = [
        site.server.get("/", params=call),
        site.server.post("/", data=call),
        site.server.post("/", files={name: (None, value) for name, value in call.items()}),
        site.server.post("/", params={"mbr_auth": site.code}, data=call),
        site.server.call("PUT", "/", params=call),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].content.startswith(b"a:1:{")


def test_the_body_wins_over_the_address(site: Site) -> None:
    ann, bob = site.member("ann"), site.member("bob", password="bobs own")
    in_address = {"mbr_auth": "wrong", "user": bob.email, "pass": "wrong", "json": "1", "retfields": "id"}
    answer = site.server.post("/", params=in_address, data={"mbr_auth": site.code, "user": ann.email, "pass": PASSWORD})
    assert answer.json() == {"id": str(ann.pk)}
    swapped = site.server.post(
        "/", params={"mbr_auth": site.code, "user": ann.email, "pass": PASSWORD}, data={"pass": "wrong"}
    )
    assert swapped.content == FAILED


def test_cookies_and_json_bodies_are_no_parameters(site: Site) -> None:
    ann = site.member()
    call = {"mbr_auth": site.code, "user": ann.email or "", "pass": PASSWORD}
    assert "html" in site.server.post("/", json=call).headers["Content-Type"]
    assert "html" in site.server.get("/", cookies=call).headers["Content-Type"]
    assert site.server.post("/", params={"mbr_auth": site.code}, json=call).content == FAILED


def test_a_plus_is_a_space_as_php_decodes_it(site: Site) -> None:
    ann = site.member("ann+x", password="a+b c")
    start = f"/?mbr_auth={site.code}&retfields=email&user="
    unencoded = site.server.get(f"{start}{ann.email}&pass={quote_plus('a+b c')}")
    encoded = site.server.get(f"{start}{quote_plus(ann.email or '')}&pass={quote_plus('a+b c')}")
    other_space = site.server.get(f"{start}{quote_plus(ann.email or '')}&pass={quote('a+b c')}")
    assert unencoded.content == FAILED
    assert encoded.content == other_space.content
    assert encoded.content.startswith(b"a:1:")


def test_the_last_of_two_counts_and_arrays_are_no_texts(site: Site) -> None:
    ann = site.member()
    start = f"/?mbr_auth={site.code}&user={ann.email}&json&retfields=id"
    right = {"id": str(ann.pk)}
    assert site.server.get(f"{start}&pass=wrong&pass={PASSWORD}").json() == right
    assert site.server.get(f"{start}&pass={PASSWORD}&pass=wrong").json() is False
    assert site.server.get(f"{start}&pass[]={PASSWORD}").json() is False
    assert site.server.get(f"{start}&pass={PASSWORD}&user[]={ann.email}").json() is False
    assert site.server.get(f"{start}&pass={PASSWORD}&retfields[]=id").json() is False
    assert site.server.get(f"{start}&pass={PASSWORD}&required_tags[]=1").json() is False


def test_parameter_names_are_matched_as_they_are(site: Site) -> None:
    ann = site.member()
    assert site.server.get(f"/?mbr_auth={site.code}&User={ann.email}&pass={PASSWORD}").content == FAILED
    assert site.server.get(f"/?mbr.auth={site.code}&user={ann.email}&pass={PASSWORD}").content.startswith(b"a:")


def test_without_a_code_the_address_shows_its_page(site: Site) -> None:
    page = site.server.get("/")
    assert "html" in page.headers["Content-Type"]
    assert site.server.get(f"/?user={site.member().email}&pass={PASSWORD}").content == page.content
    assert site.server.get("/?mbr_auth=").content == FAILED
    assert site.server.get("/?mbr_auth[]=1").content == FAILED
    assert site.server.get("/?mbr_auth").content == FAILED


def test_the_code_decides_the_company_whatever_the_host(site: Site) -> None:
    ann = site.member()
    call = {"mbr_auth": site.code, "user": ann.email, "pass": PASSWORD}
    for host in (
        "localhost",
        f"{site.company.slug}.example.com",
        "someone-else.example.com",
        "[::1]:80",
        "no such host",
    ):
        assert site.server.post("/", data=call, headers={"Host": host}).content.startswith(b"a:"), host


def test_blanks_around_the_address_are_forgiven(site: Site) -> None:
    ann = site.member()
    assert site.fields(f" {ann.email}\n")["id"] == str(ann.pk)


@pytest.mark.parametrize(
    "more",
    [
        "user=%00&pass=%00",
        "user=a%00b@x.test&pass=p%00q",
        "user=%ff%fe&pass=%ff",
        "user=%ed%a0%80@x.test&pass=%ed%a0%80",
        "user=&pass=",
        "user=a@x.test",
        "pass=x",
        "user[a][b]=1&pass[]=2&json[]=1&base64[]=1",
        "user=a@x.test&pass=x&required_tags=-1,0,1e3,99999999999999999999,%00,²,٣",
        "user=a@x.test&pass=x&required_tags=" + "9" * 5000,
        "user=a@x.test&pass=x&required_tags=" + "1," * 5000,
        "user=a@x.test&pass=x&retfields=" + "a," * 5000,
        "user=a@x.test&pass=x&retfields=%00,%ff,[],0,-0,1.5",
        "user" + "[a]" * 200 + "=x&pass=y",
        "&&==&=&[]&%&%%&%zz=%zz&pass=1",
        "user=" + "a" * 50_000 + "&pass=" + "b" * 50_000,
        "&".join(f"x{number}=1" for number in range(25_000)),
    ],
)
def test_nothing_in_a_call_breaks_anything(site: Site, more: str) -> None:
    site.member("a")
    by_post = site.server.post(
        f"/?mbr_auth={site.code}", data=more, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert by_post.status_code == 200
    assert by_post.content in {b"b:0;", b"ZmFsc2U="}
    if len(more) < 6000:
        by_get = site.server.get(f"/?mbr_auth={site.code}&{more}")
        assert (by_get.status_code, by_get.content) == (200, by_post.content)


def test_odd_fields_of_a_right_call_break_nothing(site: Site) -> None:
    ann = site.member()
    call = f"mbr_auth={site.code}&user={ann.email}&pass={PASSWORD}&json=1"
    odd = site.server.get(f"/?{call}&retfields=%00,%ff,[],0,-0,%F0%9F%98%80,%25")
    assert odd.status_code == 200
    assert list(odd.json()) == ["\0", "�", "[]", "0", "-0", "😀", "%"]
    assert set(odd.json().values()) == {""}
    assert site.server.get(f"/?{call}&retfields=0").json() == [""]  # PHP's array with the key 0 is a list
    assert (
        site.server.get(f"/?{call.replace('json=1', '')}&retfields=7,07").content
        == b'a:2:{i:7;s:0:"";s:2:"07";s:0:"";}'
    )


@pytest.mark.parametrize(
    "content_type",
    [f"multipart/form-data{more}" for more in ("", "; boundary=", "; boundary=x", "; boundary*=no'en'x")],
)
def test_broken_multipart_has_no_parameters(site: Site, content_type: str) -> None:
    answer = site.server.post(f"/?mbr_auth={site.code}", data=b"--y\r\nbroken", headers={"Content-Type": content_type})
    assert (answer.status_code, answer.content) == (200, FAILED)


def test_files_of_a_form_are_no_parameters(site: Site) -> None:
    ann = site.member()
    call = {"mbr_auth": site.code, "user": ann.email, "retfields": "id"}
    as_file = site.server.post("/", data=call, files={"pass": ("pass.txt", PASSWORD.encode())})
    beside = site.server.post("/", data={**call, "pass": PASSWORD}, files={"photo": ("me.png", b"\x89PNG\0\xff")})
    assert as_file.content == FAILED
    assert beside.content.startswith(b"a:1:")


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_form_of_more_than_ten_megabytes_is_refused(site: Site, is_announced: bool) -> None:  # noqa: FBT001 -- pytest gives it
    ann = make_contact(site.company)
    body = f"mbr_auth={site.code}&user={ann.email}&pass=".encode() + b"x" * (11 * 1024 * 1024)
    answer = site.server.post(
        "/",
        data=body if is_announced else iter([body]),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.content) == (413, FAILED)
