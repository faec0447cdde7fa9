import pytest

from portico.lib.origins import origin_of, with_parameter


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://App.Example.com/a?b#c", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("http://localhost:3000/x", "http://localhost:3000"),
        ("http://[::1]:80/", "http://[::1]"),
        ("HTTPS://app.example.com", "https://app.example.com"),
        ("https://user@app.example.com/", None),
        ("https://app.example.com\\@evil.test/", None),
        ("https://app.example.com /", None),
        ("https:///path", None),
        ("https://app.example.com:0/", None),
        ("https://app.example.com:99999/", None),
        ("ftp://app.example.com/", None),
        ("javascript:alert(1)", None),
        ("//app.example.com", None),
        ("https://bücher.example/", None),
        ("", None),
    ],
)
def test_where_an_address_leads(address: str, origin: str | None) -> None:
    assert origin_of(address) == origin


def test_a_parameter_joins_the_query_before_the_fragment() -> None:
    assert with_parameter("https://a.test/x?y=1#z", "token", "a b&c") == "https://a.test/x?y=1&token=a%20b%26c#z"
    assert with_parameter("https://a.test", "token", "t") == "https://a.test?token=t"
