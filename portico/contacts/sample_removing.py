"""Sample data taken away: what is still as it was made up, and what nobody has hung anything of its own on."""

from collections.abc import Iterable
from contextlib import suppress

from django.db import connection, transaction
from procrastinate.exceptions import AlreadyEnqueued

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.sample import count_sample, has_any_sample
from portico.contacts.actions.contacts import remove_contacts
from portico.contacts.actions.labels import delete_labels
from portico.contacts.actions.locking import lock_owned_organizations
from portico.contacts.actions.organizations import delete_organizations
from portico.contacts.actions.recording import record_of_contacts
from portico.contacts.models import Contact, CustomField, List, Tag
from portico.contacts.sample_marks import CONTACT, FIELD, LIST, ORGANIZATION, TAG, Kind

PORTION = 500
_NEXT = """
SELECT thing_id FROM sample_thing WHERE company_id = %s AND kind = %s ORDER BY thing_id LIMIT %s FOR UPDATE
"""
_FORGET = "DELETE FROM sample_thing WHERE company_id = %s AND kind = %s AND thing_id = ANY(%s)"
_UNTOUCHED = """
SELECT x.id FROM {table} AS x JOIN sample_thing AS mark
    ON mark.company_id = x.company_id AND mark.kind = %(kind)s AND mark.thing_id = x.id AND mark.state = {state}
WHERE x.company_id = %(company)s AND x.id = ANY(%(ids)s) AND NOT ({used}) ORDER BY x.id FOR UPDATE OF x
"""
# Where anything refers to a thing: columns of foreign keys, and those that keep ids in an array (but for what an
# import gave to others, which is there for its undoing).
_REFERRING = """
SELECT c.conrelid::regclass::text, quote_ident(a.attname) FROM pg_constraint AS c
JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) AND a.attname <> 'company_id'
WHERE c.contype = 'f' AND c.conparentid = 0 AND c.confrelid = %s::regclass ORDER BY 1, 2
"""
_HOLDING = """
SELECT quote_ident(x.table_name), quote_ident(x.column_name) FROM information_schema.columns AS x
JOIN information_schema.columns AS owner USING (table_schema, table_name)
WHERE x.table_schema = 'public' AND x.table_name !~ '^import_' AND owner.column_name = 'company_id'
    AND x.udt_name = '_int8' AND x.column_name ~ ('(^|_)' || %s || '(s|_ids)$') ORDER BY 1, 2
"""
_IN_SEGMENT = """EXISTS (
    SELECT FROM segment WHERE company_id = x.company_id AND jsonb_path_exists(filter, '$.** ? (@ == $id || @ == $text
        || @ == $slug || @ == $title)', jsonb_build_object('id', x.id, 'text', x.id::text, 'slug', x.slug,
        'title', x.title))
)"""
_HAS_VALUE = """EXISTS (
    SELECT FROM contact WHERE company_id = x.company_id AND jsonb_exists(custom_values, x.slug)
)"""
# What belongs to a made-up contact as it was made.
_MADE_WITH_IT = {"contact_tag", "contact_list", "contact_organization"}


@transaction.atomic
def remove_sample(actor: Actor) -> int:
    """Take away what is marked and still as it was made up; answers how many contacts have gone at once.

    What somebody has changed, or hung a note, a task, an order or anything else on, stays as the company's own. The
    first PORTION contacts go now; a job goes on with the rest, and with what they referred to. Raises Denied.
    """
    actor.require(Permission.ADMINISTRATION)
    actor.require(Permission.CONTACTS_DELETE)
    if not has_any_sample(actor):
        return 0
    removed = _remove_people(actor)
    record(actor, "sample.removed", "company", actor.company_id, removed=removed)
    _defer(actor)
    return removed


def _defer(actor: Actor) -> None:
    from portico.contacts.jobs import remove_sample_data  # noqa: PLC0415 -- jobs import actions

    job = remove_sample_data.configure(queueing_lock=f"remove sample {actor.company_id}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(company_id=actor.company_id, name=actor.name)


@transaction.atomic
def remove_some_sample(actor: Actor) -> bool:
    """A portion of contacts or, when none is left, all that they referred to. False when nothing is left."""
    if count_sample(actor, CONTACT.name):
        _remove_people(actor)
        return True
    _remove_words(actor)
    return False


def _remove_people(actor: Actor) -> int:
    ids = _next(actor, CONTACT)
    lock_owned_organizations(actor, ids)
    # Against new rows that refer to them too, or a note of this moment would go with its contact.
    rows = Contact.objects.filter(company_id=actor.company_id, pk__in=ids).order_by("pk").select_for_update()
    held = list(rows.values_list("pk", flat=True))
    own = [f"{table} WHERE {column} = x.id" for table, column in _referring(CONTACT) if table not in _MADE_WITH_IT]
    gone = _untouched(actor, CONTACT, held, own)
    remove_contacts(actor, gone)
    record_of_contacts(actor, "contact.deleted", {id: {} for id in gone}, sample=True)
    _forget(actor, CONTACT, ids)
    return len(gone)


def _remove_words(actor: Actor) -> None:
    """Fields, tags, lists and organizations that nothing uses any more."""
    for kind in (ORGANIZATION, TAG, LIST, FIELD):
        marked = _next(actor, kind)
        gone = _untouched(actor, kind, marked, _uses(kind))
        if gone:
            _delete(actor, kind, gone)
        _forget(actor, kind, marked)


def _delete(actor: Actor, kind: Kind, ids: list[int]) -> None:
    if kind is ORGANIZATION:
        delete_organizations(actor, ids)
    elif kind is FIELD:
        CustomField.objects.filter(company_id=actor.company_id, pk__in=ids).delete()
        record(actor, "custom_fields.deleted", "custom_field", fields=ids)
    else:
        delete_labels(actor, Tag if kind is TAG else List, ids)


def _uses(kind: Kind) -> list[str]:
    """Each as what follows FROM in a query for rows that use x."""
    if kind is FIELD:
        return []
    uses = [f"{table} WHERE {column} = x.id" for table, column in _referring(kind)]
    if kind in (TAG, LIST):
        holding = _rows(_HOLDING, [kind.name])
        uses += [f"{table} WHERE company_id = x.company_id AND x.id = ANY({column})" for table, column in holding]
    return uses


def _referring(kind: Kind) -> list[tuple[str, str]]:
    return _rows(_REFERRING, [kind.table])


def _rows(statement: str, values: list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [(table, column) for table, column in cursor.fetchall()]


def _next(actor: Actor, kind: Kind) -> list[int]:
    """The next marked ones. Whoever comes at the same time waits, and finds those that are left."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [actor.company_id, kind.name, PORTION])
        return [id for (id,) in cursor.fetchall()]


def _untouched(actor: Actor, kind: Kind, ids: Iterable[int], uses: Iterable[str]) -> list[int]:
    """Those that are as they were made up, and not in use; held until the transaction ends."""
    used = [f"EXISTS (SELECT FROM {use})" for use in uses]
    used += [_IN_SEGMENT] if kind in (TAG, LIST) else [_HAS_VALUE] if kind is FIELD else []
    statement = _UNTOUCHED.format(table=kind.table, state=kind.state, used=" OR ".join(used) or "false")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": actor.company_id, "kind": kind.name, "ids": list(ids)})
        return [id for (id,) in cursor.fetchall()]


def _forget(actor: Actor, kind: Kind, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [actor.company_id, kind.name, ids])
