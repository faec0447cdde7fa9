from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# What an update of many contacts changes of the counts, without a join of the rows before and after: PostgreSQL keeps
# the plan of a trigger's statements for as long as the connection lives, and one that was made for a single row
# compares each of ten thousand rows with each.
COUNTS = """
CREATE OR REPLACE FUNCTION count_contacts_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (
        SELECT id, consent, stage, owner_id, archived_at IS NULL FROM new_rows
        EXCEPT SELECT id, consent, stage, owner_id, archived_at IS NULL FROM old_rows
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
        SELECT company_id, id, min(consent) FILTER (WHERE d < 0) AS before, min(consent) FILTER (WHERE d > 0) AS after
        FROM (
            SELECT company_id, id, consent, 1 AS d FROM new_rows UNION ALL SELECT company_id, id, consent, -1 FROM old_rows
        ) AS side GROUP BY company_id, id HAVING min(consent) <> max(consent)
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

CREATE OR REPLACE FUNCTION count_contact_days_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO contact_count_delta
    SELECT company_id, 'day', contact_day(created_at), consent, sum(d) FROM (
        SELECT company_id, created_at, consent, 1 AS d FROM new_rows
        UNION ALL
        SELECT company_id, created_at, consent, -1 FROM old_rows
    ) AS side GROUP BY company_id, contact_day(created_at), consent HAVING sum(d) <> 0;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0010_member_limits"), ("reports", "0001_contacts_by_day")]

    # Backwards they stay: they count the same.
    operations = [
        migrations.AddField(
            model_name="importreplaced",
            name="organization_ids",
            field=ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
    ]
