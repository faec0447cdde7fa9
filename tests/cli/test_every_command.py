"""What holds for every command there is, found by walking them."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from portico.cli import main
from tests.cli.command import Command

SERVING = {"up", "web", "worker"}


def commands(group: click.Group = main, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, one in sorted(group.commands.items()):
        if isinstance(one, click.Group):
            yield from commands(one, (*before, name))
        else:
            yield (*before, name)


EVERY = list(commands())


def names(words: tuple[str, ...]) -> str:
    return " ".join(words)


@pytest.mark.parametrize("words", EVERY, ids=names)
def test_its_help_explains_it_with_an_example(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*words, "--help"])
    assert shown.exit_code == 0
    assert f"portico {names(words)} " in shown.output.replace("\n", " \n")
    assert "--data" in shown.output
    assert ("--json" in shown.output) == (words[0] not in SERVING)


@pytest.mark.parametrize("words", EVERY, ids=names)
def test_an_option_that_it_does_not_have_is_wrong_usage(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, [*words, "--no-such-option"]).exit_code == 2


def test_the_commands_are_those_of_the_documentation() -> None:
    assert {words[0] for words in EVERY} >= {
        "up", "web", "worker", "migrate", "check", "company", "user", "key", "code", "module", "contact", "sample",
        "outbox",
    }  # fmt: skip


def test_a_company_that_is_not_there_is_said_in_one_sentence(portico: Command) -> None:
    for words in (
        ["contact", "add", "ann@people.test"],
        ["contact", "password", "ann@people.test", "--password-stdin"],
        ["sample", "--contacts", "1"],
        ["user", "add", "ann@people.test", "--role", "rep"],
        ["key", "add", "ann@people.test", "--name", "x"],
        ["code", "add", "--name", "x"],
        ["module", "on", "fluid"],
    ):
        done = portico(*words, "--company", "nobody", text="x\n")
        assert (done.code, done.out) == (1, ""), words
        assert done.err == "portico: There is no such company.", words


def test_an_argument_that_is_no_text_is_wrong_usage(portico: Command) -> None:
    done = portico("contact", "add", "ann\udcff@people.test", "--company", "acme")
    assert done.code == 2
    assert "no text" in done.err


@pytest.mark.parametrize(
    "setting", [{"PORTICO_WEB_PROCESSES": "many"}, {"PORTICO_ALLOW_HTTP": "perhaps"}, {"PORTICO_UNHEARD_OF": "1"}]
)
def test_a_wrong_or_unknown_setting_stops_it_with_one_sentence(portico: Command, setting: dict[str, str]) -> None:
    done = portico("company", "list", **setting)
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1
    assert next(iter(setting)) in done.err
