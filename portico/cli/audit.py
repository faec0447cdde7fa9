import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Failure, Said, as_document, command

if TYPE_CHECKING:
    from portico.audit.verifying import Verdict


_company_option = click.option("--company", "slug", metavar="SLUG", help="Otherwise what happened in no company.")


def add_to(main: click.Group) -> None:
    main.add_command(audit)


@click.group()
def audit() -> None:
    """What happened, when, by whom: proof that nothing of it was changed, and its export."""


@command(audit, "verify")
@_company_option
@click.option("--head", default="", metavar="NUMBER:HASH", help="A head noted earlier: it must still be in the chain.")
def verify(slug: str | None, head: str) -> Said:
    """Follow the chain of a company's audit from its start, and name its first broken link if there is one.

    \b
    portico audit verify --company acme
    """
    from portico.audit.verifying import verify_audit

    verdict = verify_audit(_company_id(slug), head=head)
    if verdict.broken:
        raise Failure(f"The audit is broken: {verdict.broken}")
    return Said(_as_row(verdict), _as_text(verdict))


def _company_id(slug: str | None) -> int:
    from portico.companies.queries import get_company

    return get_company(slug).pk if slug else 0


def _as_row(verdict: "Verdict") -> dict[str, Any]:
    return {
        "seals": verdict.seals,
        "entries": verdict.entries,
        "unsealed": verdict.unsealed,
        "erased": verdict.erased,
        "removed_seals": verdict.removed,
        "head": verdict.head,
    }


def _as_text(verdict: "Verdict") -> str:
    text = f"Whole: {verdict.entries} entries in {verdict.seals} seals; {verdict.unsealed} wait for the next one."
    if verdict.removed:
        text += f"\nThe entries of {verdict.removed} seals were removed as old; their hashes are still in the chain."
    if verdict.erased:
        text += f"\n{verdict.erased} entries lost their details when a person was erased."
    if verdict.head:
        text += f"\nNote this elsewhere, and give it back as --head, to know that nothing is cut off: {verdict.head}"
    return text


@command(audit, "export")
@_company_option
@click.option("--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
def export(slug: str | None, target: Path) -> Said:
    """Write a company's audit to a file as JSON Lines, oldest entry first.

    \b
    portico audit export --company acme --to audit.jsonl
    """
    from portico.audit.verifying import export_audit

    company_id, written = _company_id(slug), 0
    try:
        file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as no:
        raise Failure(f"Cannot write {target}: {no.strerror}.") from None
    with os.fdopen(file, "w") as lines:
        for entry in export_audit(company_id):
            lines.write(as_document(entry) + "\n")
            written += 1
    return Said({"file": str(target), "entries": written}, f"{written} entries are in {target}.")
