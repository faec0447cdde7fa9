"""Catalogues of translations: kept as texts (.po), compiled into what gettext loads (.mo) where the server runs."""

import os
import secrets
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

_PLACE = Path("LC_MESSAGES") / "django"


def compiled_folder(sources: Path, kept: Path) -> Path:
    """Where below `kept` the compiled catalogues belong. It is named for what is in them, so it is never outdated."""
    digest = sha256()
    for source in _sources(sources):
        digest.update(source.relative_to(sources).as_posix().encode() + source.read_bytes())
    return kept / digest.hexdigest()[:16]


def compile_catalogues(sources: Path, compiled: Path) -> None:
    """Compile what is not compiled yet. Several processes may do so at once: each catalogue is there whole or not."""
    for source in _sources(sources):
        target = compiled / source.relative_to(sources).with_suffix(".mo")
        if not target.exists():
            _compile(source, target)


def translations(sources: Path, language: str, *, context: str) -> list[tuple[str, str]]:
    """What of this context a catalogue translates, beside its translation."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- slow to load, and not every process needs it

    with (sources / language / _PLACE.with_suffix(".po")).open("rb") as text:
        found = [(str(one.id), str(one.string)) for one in read_po(text) if one.context == context]
    return [(text, translation) for text, translation in found if translation]


def _sources(sources: Path) -> Iterator[Path]:
    yield from sorted(sources.glob(f"*/{_PLACE}.po"))


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- slow to load, and needed once for each release
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- same

    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(f"{target.name}.{secrets.token_hex(8)}")
    try:
        with source.open("rb") as text, fresh.open("wb") as file:
            write_mo(file, read_po(text))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
