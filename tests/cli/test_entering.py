import re

import pytest

from tests.cli.command import Command

EMAIL = "anna@ways.test"


@pytest.fixture(scope="module")
def anna(portico: Command) -> str:
    """An administrator of a company of the test's own."""
    portico("company", "add", "ways", "--name", "Ways Ltd")
    said = portico("user", "add", EMAIL, "--company", "ways", "--role", "admin")
    assert f"portico user link {EMAIL}" in said.out
    return EMAIL


def test_a_link_is_printed_for_the_first_one_in(portico: Command, anna: str) -> None:
    link = portico("user", "link", anna, "--json").value["link"]
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in/pul_\w+", link)
    unknown = portico("user", "link", "nobody@ways.test")
    assert (unknown.code, unknown.err) == (1, "portico: There is no such user.")


def test_a_password_comes_from_standard_input_and_is_judged(portico: Command, anna: str) -> None:
    short = portico("user", "password", anna, "--password-stdin", text="short\n")
    assert short.code == 1
    assert "at least 15 characters" in short.err
    assert portico("user", "password", anna, "--password-stdin", "--json", text="brittle copper vases\n").value == {
        "email": anna,
        "has_password": True,
    }
    assert portico("user", "factors", anna, "--json").value["password"] is True


def test_factors_are_shown_and_taken_away(portico: Command, anna: str) -> None:
    assert "authenticator app: no" in portico("user", "factors", anna).out
    assert portico("user", "factors", anna, "--reset", "--json").value["taken_away"] == 0


def test_a_company_demands_a_second_factor_and_no_longer(portico: Command, anna: str) -> None:
    assert anna
    assert portico("company", "require-factor", "ways", "--json").value["requires_factor"] is True
    assert portico("company", "require-factor", "ways").out.strip() == "ways demands a second factor."
    assert portico("company", "require-factor", "ways", "--off", "--json").value["requires_factor"] is False
    assert portico("company", "require-factor", "nowhere").code == 1
