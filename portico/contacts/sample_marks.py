"""What of a company's contact base is made up, so that it can be taken away again and nothing else with it.

Each thing is marked in the transaction that makes it, with a digest of what was made up (companies.SampleThing). Who
changes it makes it its own: the digest no longer fits, and the thing stays.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from portico.access import Actor
from portico.contacts.importing.loading import Loaded
from portico.contacts.sample import FIELDS, LISTS, TAGS, Made, make_sample, make_sample_words
from portico.contacts.sample_organizations import ORGANIZATIONS


@dataclass(frozen=True, slots=True)
class Kind:
    """Things of one table, by the name that their marks have; a change of these columns makes one somebody's own."""

    name: str
    table: str
    columns: str

    @property
    def state(self) -> str:
        """SQL for the digest of a row called x. Columns by name, so that a new one in the table changes none."""
        return f"md5(jsonb_build_array({', '.join(f'x.{name}' for name in self.columns.split())})::text)"


# Not among them: what working with the whole contact base does to everybody (labels, the first organization).
CONTACT = Kind(
    "contact",
    "contact",
    "email prefix first_name last_name phone address_line_1 address_line_2 postal_code city state country time_zone"
    " date_of_birth source avatar consent stage owner_id custom_values password_hash total_points life_time_value"
    " lead_type archived_at discarded_at",
)
TAG = Kind("tag", "tag", "title slug description")
LIST = Kind("list", "list", "title slug description is_public")
ORGANIZATION = Kind(
    "organization",
    "organization",
    "name industry kind email phone address_line_1 postal_code city state country employees_number description"
    " website owner_id custom_values",
)
FIELD = Kind("field", "custom_field", 'slug label kind options "group"')
# By which column and which names they are known before they are made.
_WORDS = {
    TAG: ("title", TAGS),
    LIST: ("title", LISTS),
    ORGANIZATION: ("name", [name for name, *_ in ORGANIZATIONS]),
    FIELD: ("slug", [slug for slug, *_ in FIELDS]),
}
_FIND = "SELECT id FROM {table} WHERE company_id = %(company)s AND {column} = ANY(%(names)s)"
_MARK = """
INSERT INTO sample_thing (company_id, kind, thing_id, state)
SELECT x.company_id, %(kind)s, x.id, {state} FROM {table} AS x JOIN {made} AS made (id) USING (id)
WHERE x.company_id = %(company)s ON CONFLICT DO NOTHING
"""
# What the loader has staged is there, with an index, until its transaction ends.
_LOADED = "(SELECT contact_id FROM contact_staged WHERE is_new)"


def add_sample(actor: Actor, *, contacts: int, seed: int = 1, say: Callable[[str], None] = lambda _: None) -> Made:
    """Make up so many people and what they refer to, each thing marked; what is there already is left alone.

    Killed in the middle, it is simply called again. Raises Denied.
    """
    with transaction.atomic():
        known = {kind: _ids(actor, kind) for kind in _WORDS}
        make_sample_words(actor)
        for kind, before in known.items():
            _mark(actor, kind, "unnest(%(ids)s::bigint[])", ids=sorted(_ids(actor, kind) - before))
    return make_sample(actor, contacts=contacts, seed=seed, say=say, then=lambda loaded: _mark_people(actor, loaded))


def _ids(actor: Actor, kind: Kind) -> set[int]:
    """Of those that have the names of made-up ones."""
    column, names = _WORDS[kind]
    with connection.cursor() as cursor:
        statement = _FIND.format(table=kind.table, column=column)
        cursor.execute(statement, {"company": actor.company_id, "names": list(names)})
        return {id for (id,) in cursor.fetchall()}


def _mark_people(actor: Actor, loaded: Loaded) -> None:
    if loaded.created:
        _mark(actor, CONTACT, _LOADED)


def _mark(actor: Actor, kind: Kind, made: str, **values: list[int]) -> None:
    """Those whose ids are the rows of the SQL `made`."""
    statement = _MARK.format(table=kind.table, state=kind.state, made=made)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": actor.company_id, "kind": kind.name, **values})
