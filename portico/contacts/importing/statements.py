"""The SQL of one batch, for the fields that a source fills."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import LiteralString

from django.db import connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from portico.contacts.importing.history import told, told_changes
from portico.contacts.models import Contact

# Who said no, or cannot be reached, is not written to again because of a file (FluentCRM's "strict" statuses).
STRICT = ("unsubscribed", "bounced", "complained", "spammed")
_REQUIRED: dict[str, LiteralString] = {
    "stage": "'lead'",
    "total_points": "0",
    "life_time_value": "0",
    "created_at": "now()",
    "custom_values": "'{}'",
}
_ONLY_NEW = {"email", "created_at"}
_ORGANIZATION_IDS: LiteralString = (
    "organization_ids bigint[] GENERATED ALWAYS AS"
    " (CASE WHEN organization_id IS NOT NULL THEN ARRAY[organization_id] END) STORED"
)

# For the whole import: which addresses came already, and in which line.
MAKE_SEEN = """
DROP TABLE IF EXISTS contact_seen;
CREATE TEMP TABLE contact_seen (key text PRIMARY KEY, line bigint NOT NULL)
"""
DROP_SEEN = "DROP TABLE IF EXISTS contact_seen"
NOTE_SEEN = """
INSERT INTO contact_seen SELECT DISTINCT ON (key) key, line FROM contact_staged ORDER BY key, line
ON CONFLICT DO NOTHING
"""
TAKE_OUT_DUPLICATES = """
DELETE FROM contact_staged s USING contact_seen e WHERE e.key = s.key AND e.line <> s.line RETURNING s.line, e.line
"""
# The planner knows nothing of a fresh table, and would rather read every contact than look up 10,000. Only
# around statements without triggers: theirs join tables that have no index.
LOOK_UP = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
LOOK_UP_NO_MORE = "SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT"
_MATCH = """
WITH found AS (
    SELECT c.id, s.line FROM contact_staged s JOIN contact c ON c.company_id = %s AND lower(c.email) = s.key
    WHERE s.contact_id IS DISTINCT FROM c.id {lock}
)
UPDATE contact_staged s SET contact_id = found.id, is_new = false FROM found WHERE found.line = s.line
"""
# Locked in order of their ids, as everybody does who locks several (actions/locking.py).
MATCH = _MATCH.replace("{lock}", "ORDER BY c.id FOR NO KEY UPDATE OF c")
MATCH_UNLOCKED = _MATCH.replace("{lock}", "")
# Before contacts are locked (actions/locking.py). One that has been deleted since it was found by its name is left out.
KEEP_ORGANIZATIONS = """
WITH kept AS (
    SELECT id FROM organization
    WHERE company_id = %s AND id = ANY (ARRAY(SELECT DISTINCT organization_id FROM contact_staged))
    ORDER BY id FOR KEY SHARE
)
UPDATE contact_staged SET organization_id = NULL WHERE organization_id NOT IN (SELECT id FROM kept)
"""
LEAVE_EXISTING = "DELETE FROM contact_staged WHERE NOT is_new RETURNING line"
NUMBER_NEW = """
UPDATE contact_staged SET is_new = true,
    contact_id = nextval((SELECT pg_get_serial_sequence('contact', 'id')::regclass))
WHERE contact_id IS NULL
"""
# Whichever side the planner begins with, it is not to read the whole other side for each row: what it knows of a
# company's size may be wrong by all the rows of this very batch.
INDEX_KEYS = "CREATE INDEX ON contact_staged (key)"
INDEX_IDS = "CREATE INDEX ON contact_staged (contact_id)"
# A tag that is being deleted is waited for and then left out; the foreign key would refuse it (see tagging.py).
_LABEL = """
WITH known AS (
    SELECT id FROM {label} WHERE company_id = %(company)s
        AND id = ANY (ARRAY(SELECT DISTINCT unnest({ids}) FROM contact_staged))
    ORDER BY id FOR KEY SHARE
), given AS (
    INSERT INTO {join} (company_id, contact_id, {column})
    SELECT %(company)s, s.contact_id, known.id
    FROM (SELECT contact_id, unnest({ids}) AS id FROM contact_staged) s JOIN known USING (id)
    ORDER BY 2, 3 ON CONFLICT DO NOTHING RETURNING company_id, contact_id, {column}
), got AS (
    SELECT contact_id, array_agg(given.{column} ORDER BY given.{column}) AS ids
    FROM given JOIN contact_staged s USING (contact_id) WHERE NOT s.is_new GROUP BY contact_id
), kept AS (
    INSERT INTO import_replaced AS r (
        company_id, batch_id, contact_id, before, after, custom_before, custom_after, {ids}, {others}
    )
    SELECT %(company)s, %(batch)s, contact_id, '{{}}', '{{}}', '{{}}', '{{}}', ids, '{{}}', '{{}}' FROM got
    ON CONFLICT (company_id, contact_id, batch_id) DO UPDATE SET {ids} = r.{ids} || excluded.{ids}
), told AS ({told})
SELECT contact_id FROM got
"""
# What undoing this batch has to delete.
_NOTE_CREATED = """
WITH told AS ({told})
INSERT INTO import_chunk AS c (company_id, batch_id, number, created)
SELECT %(company)s, %(batch)s, %(number)s, ARRAY(SELECT contact_id FROM contact_staged WHERE is_new ORDER BY contact_id)
ON CONFLICT (company_id, batch_id, number) DO UPDATE SET created = c.created || excluded.created
RETURNING xmax = 0
"""
# And what it has to put back: the fields that are about to change. Of several changes by one batch (a page that was
# asked for twice) the first says what was there before, the last what is there now.
_REMEMBER = """
WITH changed AS (
    SELECT c.id AS contact_id, own.before, own.after, custom.before AS custom_before, custom.after AS custom_after
    FROM contact_staged s JOIN contact c ON c.id = s.contact_id
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(name, old), '{{}}') AS before,
            coalesce(jsonb_object_agg(name, new), '{{}}') AS after
        FROM (VALUES {fields}) AS field (name, old, new) WHERE old IS DISTINCT FROM new
    ) own
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(key, value), '{{}}') AS after, coalesce(
            jsonb_object_agg(key, c.custom_values -> key) FILTER (WHERE c.custom_values ? key), '{{}}'
        ) AS before
        FROM jsonb_each(s.custom_values) WHERE c.custom_values -> key IS DISTINCT FROM value
    ) custom
    WHERE c.company_id = %(company)s AND NOT s.is_new
        AND c.id = ANY (ARRAY(SELECT contact_id FROM contact_staged WHERE NOT is_new))
        AND {different}
), {told}
INSERT INTO import_replaced AS r (
    company_id, batch_id, contact_id, before, after, custom_before, custom_after, tag_ids, list_ids, organization_ids
)
SELECT %(company)s, %(batch)s, contact_id, before, after, custom_before, custom_after, '{{}}', '{{}}', '{{}}'
FROM changed
ON CONFLICT (company_id, contact_id, batch_id) DO UPDATE SET
    before = excluded.before || r.before, after = r.after || excluded.after,
    custom_before = excluded.custom_before - ARRAY(SELECT jsonb_object_keys(r.custom_after)) || r.custom_before,
    custom_after = r.custom_after || excluded.custom_after
"""
# Who may be asked for consent, of all that were loaded.
PENDING = """
SELECT c.id FROM contact_staged s JOIN contact c ON c.company_id = %s AND c.id = s.contact_id
WHERE c.consent = 'pending' AND c.id = ANY (ARRAY(SELECT contact_id FROM contact_staged)) ORDER BY c.id
"""
# How many would be new, and how many would become different.
_COUNT = """
SELECT count(*) FILTER (WHERE c.id IS NULL), count(*) FILTER (WHERE c.id IS NOT NULL AND ({different} OR EXISTS (
        SELECT FROM unnest(s.tag_ids) AS given (id) WHERE NOT EXISTS (SELECT FROM contact_tag j
            WHERE j.company_id = c.company_id AND j.contact_id = c.id AND j.tag_id = given.id)
    ) OR EXISTS (
        SELECT FROM unnest(s.list_ids) AS given (id) WHERE NOT EXISTS (SELECT FROM contact_list j
            WHERE j.company_id = c.company_id AND j.contact_id = c.id AND j.list_id = given.id)
    )))
FROM contact_staged s LEFT JOIN contact c ON c.company_id = %s AND c.id = s.contact_id
"""


# What an import adds contacts to: the table, the action in the history and, in the staging table, the ids.
ADDED_TO: Mapping[str, LiteralString] = {
    "tag": "contact.tag_added",
    "list": "contact.list_added",
    "organization": "contact.organization_added",
}


def label(kind: str) -> str:
    """Give the staged contacts their tags or lists, or have them work at their organization.

    Answers the contacts that were there before and got a new one.
    """
    names = {
        "join": Identifier(f"contact_{kind}"),
        "column": Identifier(f"{kind}_id"),
        "ids": Identifier(f"{kind}_ids"),
        "others": _joined(*(Identifier(f"{other}_ids") for other in ADDED_TO if other != kind)),
        "label": Identifier(kind),
        "told": told(ADDED_TO[kind], "(SELECT contact_id, jsonb_build_object('labels', ids) AS own FROM got)"),
    }
    return _text(SQL(_LABEL).format(**names))


def note_created() -> str:
    """Keep which contacts are new, and say so in their history. Value: number; false where the batch had these rows."""
    new = "(SELECT contact_id FROM contact_staged WHERE is_new)"
    return _text(SQL(_NOTE_CREATED).format(told=told("contact.added", new, has_own=False)))


class Statements:
    """For a source that fills these columns of the contact table (custom_values always among them).

    `consent` is what existing contacts take, whatever they have; None leaves that to their rows.
    """

    def __init__(self, columns: Sequence[str], *, consent: str | None = None) -> None:
        self.columns = columns
        self._consent = consent

    @property
    def has_organizations(self) -> bool:
        return "organization_id" in self.columns

    @cached_property
    def stage(self) -> str:
        fields = [SQL("{} {}").format(Identifier(name), SQL(_type(name))) for name in self.columns]
        if self.has_organizations:
            fields.append(SQL(_ORGANIZATION_IDS).format())
        return _text(
            SQL(
                # Where several batches are in one transaction, it is still there.
                "DROP TABLE IF EXISTS contact_staged; CREATE TEMP TABLE contact_staged ("
                "line bigint PRIMARY KEY, {}, tag_ids bigint[], list_ids bigint[],"
                " key text GENERATED ALWAYS AS (lower(email)) STORED, contact_id bigint, is_new boolean)"
                " ON COMMIT DROP"
            ).format(_joined(*fields))
        )

    @cached_property
    def copy(self) -> str:
        names = map(Identifier, ("line", *self.columns, "tag_ids", "list_ids"))
        return _text(SQL("COPY contact_staged ({}) FROM STDIN").format(_joined(*names)))

    @cached_property
    def insert(self) -> str:
        """In the order of the addresses, so that two who insert the same ones do not block each other."""
        return _text(
            SQL(
                "INSERT INTO contact (company_id, id, {}) SELECT %s, contact_id, {} FROM contact_staged WHERE is_new"
                ' ORDER BY key COLLATE "C" ON CONFLICT (company_id, lower(email)) DO NOTHING'
            ).format(_joined(*map(Identifier, self._inserted)), _joined(*map(self._new_value, self._inserted)))
        )

    @cached_property
    def _inserted(self) -> list[str]:
        return list(dict.fromkeys([*self.columns, "consent"]))

    def _new_value(self, name: str) -> Composable:
        column = Identifier(name)
        if name == "consent":
            return SQL("coalesce({}, %s)").format(column) if name in self.columns else SQL("%s")
        default = _REQUIRED.get(name)
        return SQL("coalesce({}, {})").format(column, SQL(default)) if default else column

    @cached_property
    def _changes(self) -> dict[str, Composable]:
        """What each field of an existing contact becomes. An empty cell says nothing."""
        names = [name for name in self.columns if name not in _ONLY_NEW]
        changes = {name: self._merged(name) for name in names}
        if self._consent or "consent" in names:
            changes["consent"] = consent = self._merged("consent")
            changes["consent_changed_at"] = SQL(
                "CASE WHEN c.consent <> {} THEN now() ELSE c.consent_changed_at END"
            ).format(consent)
        return changes

    def _merged(self, name: str) -> Composable:
        column = Identifier(name)
        if name == "custom_values":
            return SQL("c.custom_values || coalesce(s.custom_values, '{{}}')").format()
        if name == "consent" and self._consent:
            return SQL("{}::text").format(Literal(self._consent))
        if name == "consent":
            strict = SQL(", ").join(map(Literal, STRICT))
            return SQL("CASE WHEN c.consent IN ({}) THEN c.consent ELSE coalesce(s.consent, c.consent) END").format(
                strict
            )
        return SQL("coalesce(s.{}, c.{})").format(column, column)

    @cached_property
    def _different(self) -> Composed:
        return SQL("ROW({}) IS DISTINCT FROM ROW({})").format(
            _joined(*(SQL("c.{}").format(Identifier(name)) for name in self._changes)), _joined(*self._changes.values())
        )

    @cached_property
    def remember(self) -> str:
        """Keep what the update is about to replace, and tell it."""
        fields = [
            SQL("({}, to_jsonb(c.{}), to_jsonb({}))").format(Literal(name), Identifier(name), change)
            for name, change in self._changes.items()
            if name != "custom_values"
        ]
        # A list of VALUES cannot be empty.
        return _text(
            SQL(_REMEMBER).format(
                different=self._different,
                fields=_joined(*fields or [SQL("('', '{{}}'::jsonb, '{{}}'::jsonb)").format()]),
                told=told_changes("changed"),
            )
        )

    @cached_property
    def update(self) -> str:
        """Only contacts that become different are written."""
        changes = (SQL("{} = {}").format(Identifier(name), change) for name, change in self._changes.items())
        return _text(
            SQL(
                "UPDATE contact c SET updated_at = now(), {} FROM contact_staged s"
                " WHERE c.company_id = %s AND c.id = s.contact_id AND NOT s.is_new"
                # One look-up for all of them; the planner cannot know how few rows the staging table matches.
                " AND c.id = ANY (ARRAY(SELECT contact_id FROM contact_staged WHERE NOT is_new))"
                " AND {} RETURNING c.id"
            ).format(_joined(*changes), self._different)
        )

    @cached_property
    def count(self) -> str:
        """What loading would do, without doing it. Value: company."""
        return _text(SQL(_COUNT).format(different=self._different))


def _type(column: str) -> str:
    field = next(field for field in Contact._meta.fields if field.column == column)
    return field.rel_db_type(connection) if field.is_relation else str(field.db_type(connection))  # type: ignore[return-value, no-any-return, unused-ignore]


def _joined(*parts: Composable) -> Composed:
    return SQL(", ").join(parts)


def _text(query: Composable) -> str:
    return query.as_string(None)
