import click

from portico.cli.base import Said, command, company_option


def add_to(main: click.Group) -> None:
    command(main, "sample")(sample)


@company_option
@click.option("--contacts", required=True, type=click.IntRange(1, 10_000_000), help="How many people there are to be.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**32), help="Another one, other people.")
def sample(slug: str, contacts: int, seed: int) -> Said:
    """Make up people, for trying and measuring; the same seed makes the same ones.

    \b
    portico sample --company acme --contacts 100000

    All statuses, 20 tags, 5 lists, custom fields, some archived, some owned where the company has reps. Run again, it
    adds only those that are missing. Half a million or so into an empty database is one transaction: a running server
    waits with its contacts until then.
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.contacts.sample import make_sample

    actor = operator(get_company(slug).pk)
    made = make_sample(actor, contacts=contacts, seed=seed, say=lambda text: click.echo(text, err=True))
    value = {"company": slug, "contacts": contacts, "seed": seed, "created": made.created, "existing": made.existing}
    text = f"{made.created:,} sample contacts are new in {slug}."
    return Said(value, text + (f" {made.existing:,} were there already." if made.existing else ""))
