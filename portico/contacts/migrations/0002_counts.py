"""Counts that PostgreSQL keeps: every statement appends what it changed, a job folds the deltas into the base.

Counter rows would make writers of one tag wait for each other and deadlock; appended rows never do. Exact at every
moment for whoever reads the sum of both. Actions lock the contacts that they tag, so a consent cannot change under
the trigger that reads it.
"""

from django.db import migrations

TABLES = """
CREATE TABLE contact_count_base (
    company_id bigint NOT NULL, kind text NOT NULL, ref bigint NOT NULL, value text NOT NULL, n bigint NOT NULL,
    PRIMARY KEY (company_id, kind, ref, value)
);
CREATE TABLE contact_count_delta (
    company_id bigint NOT NULL, kind text NOT NULL, ref bigint NOT NULL, value text NOT NULL, n bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX contact_count_delta_what ON contact_count_delta (company_id, kind, ref, value);
CREATE VIEW contact_count AS SELECT * FROM contact_count_base UNION ALL SELECT * FROM contact_count_delta;
"""

CONTACTS = """
CREATE FUNCTION contact_stage_or_archived(stage text, archived_at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE WHEN archived_at IS NULL THEN stage ELSE 'archived' END $$;

CREATE FUNCTION count_contacts_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO contact_count_delta
    SELECT company_id, 'all', 0, consent, count(*) FROM new_rows GROUP BY company_id, consent
    UNION ALL
    SELECT company_id, 'owner', owner_id, contact_stage_or_archived(stage, archived_at), count(*)
    FROM new_rows WHERE owner_id IS NOT NULL GROUP BY 1, 3, 4;
    RETURN NULL;
END $$;

CREATE FUNCTION count_contacts_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO contact_count_delta
    SELECT company_id, 'all', 0, consent, -count(*) FROM old_rows GROUP BY company_id, consent
    UNION ALL
    SELECT company_id, 'owner', owner_id, contact_stage_or_archived(stage, archived_at), -count(*)
    FROM old_rows WHERE owner_id IS NOT NULL GROUP BY 1, 3, 4;
    RETURN NULL;
END $$;

CREATE FUNCTION count_contacts_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM new_rows n JOIN old_rows o USING (id)
        WHERE (n.consent, n.stage, n.owner_id, n.archived_at IS NULL)
            IS DISTINCT FROM (o.consent, o.stage, o.owner_id, o.archived_at IS NULL)
    ) THEN RETURN NULL; END IF;
    INSERT INTO contact_count_delta
    SELECT company_id, 'all', 0, consent, sum(d) FROM (
        SELECT company_id, consent, 1 AS d FROM new_rows UNION ALL SELECT company_id, consent, -1 FROM old_rows
    ) AS moved GROUP BY company_id, consent HAVING sum(d) <> 0;
    INSERT INTO contact_count_delta
    SELECT company_id, 'owner', owner_id, value, sum(d) FROM (
        SELECT company_id, owner_id, contact_stage_or_archived(stage, archived_at) AS value, 1 AS d FROM new_rows
        UNION ALL
        SELECT company_id, owner_id, contact_stage_or_archived(stage, archived_at), -1 FROM old_rows
    ) AS moved WHERE owner_id IS NOT NULL GROUP BY company_id, owner_id, value HAVING sum(d) <> 0;
    WITH changed AS (
        SELECT n.company_id, n.id, o.consent AS before, n.consent AS after
        FROM new_rows n JOIN old_rows o USING (id) WHERE n.consent <> o.consent
    ), joined AS (
        SELECT 'tag' AS kind, t.tag_id AS ref, c.company_id, c.before, c.after
        FROM changed c JOIN contact_tag t ON t.company_id = c.company_id AND t.contact_id = c.id
        UNION ALL
        SELECT 'list', l.list_id, c.company_id, c.before, c.after
        FROM changed c JOIN contact_list l ON l.company_id = c.company_id AND l.contact_id = c.id
    )
    INSERT INTO contact_count_delta
    SELECT company_id, kind, ref, moved.value, sum(moved.d)
    FROM joined CROSS JOIN LATERAL (VALUES (before, -1), (after, 1)) AS moved (value, d)
    GROUP BY company_id, kind, ref, moved.value HAVING sum(moved.d) <> 0;
    RETURN NULL;
END $$;

CREATE TRIGGER contact_added AFTER INSERT ON contact
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_contacts_added();
CREATE TRIGGER contact_changed AFTER UPDATE ON contact
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_contacts_changed();
CREATE TRIGGER contact_removed AFTER DELETE ON contact
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_contacts_removed();
"""

# %(kind)s is tag or list, %(sign)s is empty or -.
JOINED = """
CREATE FUNCTION count_%(kind)ss_%(event)s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO contact_count_delta
    SELECT j.company_id, '%(kind)s', j.%(kind)s_id, c.consent, %(sign)scount(*)
    FROM %(rows)s j JOIN contact c ON c.company_id = j.company_id AND c.id = j.contact_id
    GROUP BY j.company_id, j.%(kind)s_id, c.consent;
    RETURN NULL;
END $$;
CREATE TRIGGER contact_%(kind)s_%(event)s AFTER %(what)s ON contact_%(kind)s
    REFERENCING %(table)s TABLE AS %(rows)s FOR EACH STATEMENT EXECUTE FUNCTION count_%(kind)ss_%(event)s();
"""
ADDED = {"event": "added", "what": "INSERT", "table": "NEW", "rows": "new_rows", "sign": ""}
REMOVED = {"event": "removed", "what": "DELETE", "table": "OLD", "rows": "old_rows", "sign": "-"}

FORWARDS = (
    TABLES + CONTACTS + "".join(JOINED % {"kind": k, **event} for k in ("tag", "list") for event in (ADDED, REMOVED))
)
BACKWARDS = """
DROP FUNCTION count_contacts_added, count_contacts_removed, count_contacts_changed, count_tags_added, count_tags_removed,
    count_lists_added, count_lists_removed CASCADE;
DROP FUNCTION contact_stage_or_archived;
DROP VIEW contact_count;
DROP TABLE contact_count_base, contact_count_delta;
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
