"""portico/locale: every text for people, and what it is in other languages.

`python -m tests.catalogue` prints what has no translation yet or one that does not fit, and exits with 1 then; with
--write it takes new texts into the catalogues before, and throws out those that are said no more. A text is what is
marked with gettext in Python or in a template, and each sentence of the core (see core_texts.py), which marks none.
"""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tests import core_sentences

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "portico"
LOCALE = PACKAGE / "locale"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def said() -> Catalog:
    """All that is said, in English."""
    catalog = Catalog()
    for path in sorted(PACKAGE.rglob("*.py")):
        add(catalog, path.read_text())
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        add(catalog, as_python(path))
    for sentence in core_sentences.find(PACKAGE):
        catalog.add(sentence, context=core_sentences.CONTEXT)
    return catalog


def add(catalog: Catalog, source: str) -> None:
    for _, message, comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS, ("Translators:",)):
        catalog.add(message, context=context, auto_comments=comments)


def as_python(template: Path) -> str:
    """What a template says, as calls of gettext."""
    from django.utils.translation.template import templatize

    return str(templatize(template.read_text(), origin=str(template)))


def catalogues() -> dict[str, Path]:
    return {path.parts[-3]: path for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def renewed(path: Path, language: str) -> Catalog:
    """The catalogue with all that is said, and nothing else; translations are kept."""
    known, fresh = read(path), Catalog(locale=language, fuzzy=False)
    for message in said():
        if message.id:
            before = known.get(message.id, message.context)
            string = before.string if before else ""
            fresh.add(message.id, string, context=message.context, auto_comments=message.auto_comments)
    return fresh


def as_text(catalog: Catalog) -> bytes:
    """One line for each text, in order: two branches that add different ones merge."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    plural = catalog.plural_forms
    head = ['msgid ""', 'msgstr ""', f'"Language: {catalog.locale}\\n"', r'"MIME-Version: 1.0\n"']
    head += [r'"Content-Type: text/plain; charset=utf-8\n"', rf'"Plural-Forms: {plural}\n"']
    return "\n".join(head).encode() + b"\n\n" + buffer.getvalue().strip() + b"\n"


def wrong(catalog: Catalog) -> Iterator[str]:
    """What is not translated, or in which a value is missing or invented."""
    for message in catalog:
        if message.id and (why := why_wrong(message)):
            yield f"{why}: {message.id if isinstance(message.id, str) else message.id[0]}"


def why_wrong(message: Message) -> str:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if not all(strings):
        return "no translation"
    values = {name for id in ids for name in PLACE.findall(id)}
    if any(set(PLACE.findall(text)) - values for text in strings) or set(PLACE.findall(strings[-1])) != values:
        return "other values"
    if "%(" in re.sub(PLACE, "", strings[-1]):
        return "a value that is written wrong"
    return "" if ids[0].isspace() == strings[0].isspace() else "no translation"


def main(arguments: list[str]) -> int:
    broken = 0
    for language, path in catalogues().items():
        fresh = renewed(path, language)
        if "--write" in arguments:
            path.write_bytes(as_text(fresh))
        elif as_text(fresh) != path.read_bytes():
            broken = 1
            sys.stdout.write(f"{language}: out of date: python -m tests.catalogue --write\n")
        for line in wrong(fresh):
            broken = 1
            sys.stdout.write(f"{language}: {line}\n")
    return broken


if __name__ == "__main__":
    import django

    with tempfile.TemporaryDirectory() as data:
        os.environ.update({"PORTICO_DATA": data, "DJANGO_SETTINGS_MODULE": "portico.settings"})
        django.setup()
        sys.exit(main(sys.argv[1:]))
