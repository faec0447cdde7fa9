"""Whose sale an order is, and how many each member made on which day: one more sum that PostgreSQL keeps.

The seller is the contact's owner, or the member who bought, at the moment when the order comes or is said to be somebody
else's; a contact that changes hands or is deleted takes no sale from anybody. Days are those in UTC, counted from
1970-01-01 on; what was cancelled is no sale. Every statement appends what it changed, a job folds the deltas into the
base (contacts, migration 0002). Reading a year of a rep costs 365 rows, however many orders there are.
"""

import django.db.models.deletion
from django.db import migrations, models

import portico.lib.tenancy

FORWARDS = """
CREATE TABLE sale_count_base (
    company_id bigint NOT NULL, member_id bigint NOT NULL, day integer NOT NULL, n bigint NOT NULL,
    PRIMARY KEY (company_id, member_id, day)
);
CREATE TABLE sale_count_delta (
    company_id bigint NOT NULL, member_id bigint NOT NULL, day integer NOT NULL, n bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX sale_count_delta_what ON sale_count_delta (company_id, member_id, day);
CREATE VIEW sale_count AS SELECT * FROM sale_count_base UNION ALL SELECT * FROM sale_count_delta;

CREATE FUNCTION sale_day(at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (at AT TIME ZONE 'UTC')::date - date '1970-01-01' $$;

CREATE FUNCTION find_seller() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    -- Nobody is named any more where the contact was deleted: the sale stays its seller's.
    IF NEW.contact_id IS NOT NULL OR NEW.member_id IS NOT NULL THEN
        NEW.seller_id = coalesce(
            (SELECT owner_id FROM contact WHERE company_id = NEW.company_id AND id = NEW.contact_id), NEW.member_id
        );
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION count_sales_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO sale_count_delta
    SELECT company_id, seller_id, sale_day(placed_at), count(*)
    FROM new_rows WHERE seller_id IS NOT NULL AND status <> 'cancelled' GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE FUNCTION count_sales_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO sale_count_delta
    SELECT company_id, seller_id, sale_day(placed_at), -count(*)
    FROM old_rows WHERE seller_id IS NOT NULL AND status <> 'cancelled' GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE FUNCTION count_sales_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO sale_count_delta
    SELECT company_id, seller_id, day, sum(d) FROM (
        SELECT company_id, seller_id, sale_day(placed_at) AS day, status, 1 AS d FROM new_rows
        UNION ALL
        SELECT company_id, seller_id, sale_day(placed_at), status, -1 FROM old_rows
    ) AS moved WHERE seller_id IS NOT NULL AND status <> 'cancelled'
    GROUP BY company_id, seller_id, day HAVING sum(d) <> 0;
    RETURN NULL;
END $$;

UPDATE sales_order SET seller_id = coalesce(
    (SELECT owner_id FROM contact WHERE contact.company_id = sales_order.company_id AND contact.id = contact_id),
    member_id
) WHERE contact_id IS NOT NULL OR member_id IS NOT NULL;

CREATE TRIGGER sales_order_seller BEFORE INSERT OR UPDATE OF contact_id, member_id ON sales_order
    FOR EACH ROW EXECUTE FUNCTION find_seller();
CREATE TRIGGER sales_order_added AFTER INSERT ON sales_order
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_sales_added();
CREATE TRIGGER sales_order_changed AFTER UPDATE ON sales_order
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_sales_changed();
CREATE TRIGGER sales_order_removed AFTER DELETE ON sales_order
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_sales_removed();

-- The triggers hold off whoever writes orders until this is committed: none is missed, none counted twice.
INSERT INTO sale_count_base
SELECT company_id, seller_id, sale_day(placed_at), count(*)
FROM sales_order WHERE seller_id IS NOT NULL AND status <> 'cancelled' GROUP BY 1, 2, 3;
"""
BACKWARDS = """
DROP FUNCTION find_seller, count_sales_added, count_sales_changed, count_sales_removed CASCADE;
DROP FUNCTION sale_day;
DROP VIEW sale_count;
DROP TABLE sale_count_base, sale_count_delta;
"""


class Migration(migrations.Migration):
    dependencies = [("selling", "0002_orders_and_events")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="seller",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="identity.membership",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=portico.lib.tenancy.SameCompany(
                field="seller", name="sales_order_seller_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", True)),
                fields=["company", "due_on", "id"],
                name="task_due",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
