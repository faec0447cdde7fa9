from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Said, command

if TYPE_CHECKING:
    from portico.outbox.models import Mail


def add_to(main: click.Group) -> None:
    command(main, "outbox")(outbox)


@click.option("--to", metavar="EMAIL", help="Only mail to this address.")
@click.option("--last", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
def outbox(to: str | None, last: int) -> Said:
    """Show the newest mails with the passcodes and links in them. Without PORTICO_EMAIL_URL none leaves.

    \b
    portico outbox --to rep@demo.test --last 1
    """
    from portico.outbox.queries import list_mail

    rows = [_as_row(mail) for mail in list_mail(to=to, last=last)]
    return Said(rows, "\n\n".join(map(_as_text, rows)) or "No mail yet.")


def _as_row(mail: "Mail") -> dict[str, Any]:
    from portico.outbox.actions import text_of

    try:
        text = text_of(mail)
    except ValueError as no:
        text = f"({no})"
    return {
        "id": mail.pk,
        "to": mail.to,
        "subject": mail.subject,
        "text": text,
        "state": mail.state,
        "created_at": mail.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _as_text(row: dict[str, Any]) -> str:
    return f"{row['created_at']}  to {row['to']}  ({row['state']})\n{row['subject']}\n\n{row['text'].strip()}"
