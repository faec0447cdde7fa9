"""Media, libraries, shares, sites, and how often they were seen."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import portico.lib.tenancy

# How often what was seen: what a statement adds is appended as deltas, which a job folds into the base by hour, day,
# month and in all (contacts, migration 0002, says why). Whole months, days and hours are read from the base; what is
# left at the edges of a span, from the rows themselves. Hours are kept only for all media together, or the base would
# have as many rows as there are views. Member 0 is the whole company, medium 0 all media and the site.
# The number of an hour, a day or a month is counted from the beginning of 1970 on, in UTC.
FORWARDS = """
CREATE TABLE shown_count_base (
    company_id bigint NOT NULL, member_id bigint NOT NULL, unit smallint NOT NULL, medium_id bigint NOT NULL,
    number integer NOT NULL, views bigint NOT NULL, visitors bigint NOT NULL, leads bigint NOT NULL,
    shares bigint NOT NULL, site_views bigint NOT NULL, site_leads bigint NOT NULL,
    PRIMARY KEY (company_id, member_id, unit, medium_id, number)
);
CREATE INDEX shown_count_base_media ON shown_count_base (company_id, member_id, unit, number) WHERE medium_id <> 0;
CREATE TABLE shown_count_delta (
    company_id bigint NOT NULL, member_id bigint NOT NULL, medium_id bigint NOT NULL, hour integer NOT NULL,
    views bigint NOT NULL, visitors bigint NOT NULL, leads bigint NOT NULL, shares bigint NOT NULL,
    site_views bigint NOT NULL, site_leads bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX shown_count_delta_what ON shown_count_delta (company_id, member_id, medium_id, hour);
CREATE VIEW shown_total AS
    SELECT company_id, member_id, medium_id, views, visitors, leads, shares, site_views, site_leads
    FROM shown_count_base WHERE unit = 4
    UNION ALL
    SELECT company_id, member_id, medium_id, views, visitors, leads, shares, site_views, site_leads
    FROM shown_count_delta;

-- Whom a visitor is told from, on one day; its rows are gone a day later.
CREATE TABLE visitor_day (
    company_id bigint NOT NULL, member_id bigint NOT NULL, day date NOT NULL, visitor bytea NOT NULL,
    PRIMARY KEY (company_id, member_id, day, visitor)
);

CREATE FUNCTION shown_hour(at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT floor(extract(epoch FROM at) / 3600)::integer $$;

CREATE FUNCTION shown_month(hour integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (extract(year FROM day) * 12 + extract(month FROM day) - 1970 * 12 - 1)::integer
    FROM (SELECT date '1970-01-01' + floor(hour / 24.0)::integer AS day) AS one
$$;

CREATE FUNCTION count_page_views() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO shown_count_delta
    SELECT v.company_id, who.id, what.id, shown_hour(v.at), count(*), count(*) FILTER (WHERE v.is_first), 0, 0,
        count(*) FILTER (WHERE v.share_id IS NULL), 0
    FROM new_rows v
    CROSS JOIN LATERAL (VALUES (v.member_id), (0)) AS who (id)
    CROSS JOIN LATERAL (VALUES (0), (v.medium_id)) AS what (id)
    WHERE what.id IS NOT NULL GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE TRIGGER page_view_added AFTER INSERT ON page_view
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_page_views();
"""
# %(sign)s is empty or -.
LEADS_AND_SHARES = """
CREATE FUNCTION count_leads_%(event)s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO shown_count_delta
    SELECT l.company_id, who.id, what.id, shown_hour(l.at), 0, 0, %(sign)scount(*), 0, 0,
        %(sign)scount(*) FILTER (WHERE l.share_id IS NULL)
    FROM %(rows)s l
    CROSS JOIN LATERAL (VALUES (l.member_id), (0)) AS who (id)
    CROSS JOIN LATERAL (VALUES (0), (l.medium_id)) AS what (id)
    WHERE what.id IS NOT NULL GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE TRIGGER lead_%(event)s AFTER %(what)s ON lead
    REFERENCING %(table)s TABLE AS %(rows)s FOR EACH STATEMENT EXECUTE FUNCTION count_leads_%(event)s();

CREATE FUNCTION count_shares_%(event)s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO shown_count_delta
    SELECT s.company_id, who.id, what.id, shown_hour(s.created_at), 0, 0, 0, %(sign)scount(*), 0, 0
    FROM %(rows)s s
    CROSS JOIN LATERAL (VALUES (s.sharer_id), (0)) AS who (id)
    CROSS JOIN LATERAL (VALUES (0), (s.medium_id)) AS what (id)
    WHERE what.id IS NOT NULL GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE TRIGGER share_%(event)s AFTER %(what)s ON share
    REFERENCING %(table)s TABLE AS %(rows)s FOR EACH STATEMENT EXECUTE FUNCTION count_shares_%(event)s();
"""
ADDED = {"event": "added", "what": "INSERT", "table": "NEW", "rows": "new_rows", "sign": ""}
REMOVED = {"event": "removed", "what": "DELETE", "table": "OLD", "rows": "old_rows", "sign": "-"}
FORWARDS += LEADS_AND_SHARES % ADDED + LEADS_AND_SHARES % REMOVED
BACKWARDS = """
DROP FUNCTION count_page_views, count_leads_added, count_leads_removed, count_shares_added, count_shares_removed CASCADE;
DROP FUNCTION shown_hour, shown_month;
DROP VIEW shown_total;
DROP TABLE visitor_day, shown_count_base, shown_count_delta;
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0013_activities"), ("identity", "0007_profile")]

    operations = [
        migrations.CreateModel(
            name="ShownTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "member_id",
                        "medium_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("company_id", models.BigIntegerField()),
                ("member_id", models.BigIntegerField()),
                ("medium_id", models.BigIntegerField()),
                ("views", models.BigIntegerField()),
                ("visitors", models.BigIntegerField()),
                ("leads", models.BigIntegerField()),
                ("shares", models.BigIntegerField()),
                ("site_views", models.BigIntegerField()),
                ("site_leads", models.BigIntegerField()),
            ],
            options={
                "db_table": "shown_total",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Library",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.TextField()),
                ("description", models.TextField(default="")),
                ("slug", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("discarded_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "library",
            },
        ),
        migrations.CreateModel(
            name="Medium",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.TextField()),
                ("description", models.TextField(default="")),
                ("category", models.TextField(default="")),
                (
                    "kind",
                    models.TextField(
                        choices=[("image", "Image"), ("video", "Video"), ("audio", "Audio"), ("pdf", "Pdf")]
                    ),
                ),
                ("duration", models.IntegerField(null=True)),
                ("is_private", models.BooleanField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("discarded_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "medium",
            },
        ),
        migrations.CreateModel(
            name="LibraryItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.IntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "library",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.library",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.medium",
                    ),
                ),
            ],
            options={
                "db_table": "library_item",
            },
        ),
        migrations.CreateModel(
            name="MediumComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.medium",
                    ),
                ),
            ],
            options={
                "db_table": "medium_comment",
            },
        ),
        migrations.CreateModel(
            name="MediumReaction",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "medium_id",
                        "member_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("like", "Like"),
                            ("love", "Love"),
                            ("celebrate", "Celebrate"),
                            ("insightful", "Insightful"),
                        ]
                    ),
                ),
                ("reacted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.medium",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "medium_reaction",
            },
        ),
        migrations.CreateModel(
            name="MediumWatch",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "medium_id",
                        "watcher_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seconds", models.IntegerField()),
                ("is_complete", models.BooleanField()),
                ("watched_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.medium",
                    ),
                ),
                (
                    "watcher",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "medium_watch",
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField(choices=[("link", "Link"), ("email", "Email"), ("sms", "Sms")])),
                ("email", models.TextField(null=True)),
                ("code", models.TextField(unique=True)),
                ("views", models.BigIntegerField(db_default=0)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "library",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.library",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.medium",
                    ),
                ),
                (
                    "sharer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "share",
            },
        ),
        migrations.CreateModel(
            name="PageView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visitor", models.BinaryField()),
                ("is_first", models.BooleanField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.medium",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.share",
                    ),
                ),
            ],
            options={
                "db_table": "page_view",
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.medium",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.share",
                    ),
                ),
            ],
            options={
                "db_table": "lead",
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.TextField()),
                ("title", models.TextField(default="")),
                (
                    "theme",
                    models.TextField(choices=[("auto", "Auto"), ("light", "Light"), ("dark", "Dark")], default="auto"),
                ),
                ("has_form", models.BooleanField(default=True)),
                ("is_published", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "site",
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("content_type", models.TextField()),
                ("size", models.BigIntegerField()),
                ("width", models.IntegerField(null=True)),
                ("height", models.IntegerField(null=True)),
                ("is_private", models.BooleanField()),
                (
                    "state",
                    models.TextField(
                        choices=[("arriving", "Arriving"), ("kept", "Kept"), ("dropped", "Dropped"), ("gone", "Gone")]
                    ),
                ),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
            ],
            options={
                "db_table": "stored_file",
            },
        ),
        migrations.AddField(
            model_name="medium",
            name="file",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="content.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="medium",
            name="thumbnail",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="content.storedfile",
            ),
        ),
        migrations.AddIndex(
            model_name="library",
            index=models.Index(
                condition=models.Q(("discarded_at", None)), fields=["company", "owner", "-id"], name="library_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="library",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="library_company_id"),
        ),
        migrations.AddConstraint(
            model_name="library",
            constraint=models.UniqueConstraint(fields=("company", "slug"), name="library_slug"),
        ),
        migrations.AddIndex(
            model_name="libraryitem",
            index=models.Index(fields=["company", "medium"], name="library_item_medium"),
        ),
        migrations.AddConstraint(
            model_name="libraryitem",
            constraint=models.UniqueConstraint(fields=("company", "library", "medium"), name="library_item_once"),
        ),
        migrations.AddIndex(
            model_name="mediumcomment",
            index=models.Index(fields=["company", "medium", "-id"], name="medium_comment_medium"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["company", "sharer", "created_at", "id"], name="share_sharer"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["company", "created_at", "id"], name="share_company"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["company", "contact"], name="share_contact"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["company", "medium"], name="share_medium"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["company", "library"], name="share_library"),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="share_company_id"),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("library__isnull", False), ("medium", None)),
                    models.Q(("library", None), ("medium__isnull", False)),
                    _connector="OR",
                ),
                name="share_of_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="pageview",
            index=models.Index(fields=["company", "member", "at", "id"], name="page_view_member"),
        ),
        migrations.AddIndex(
            model_name="pageview",
            index=models.Index(fields=["company", "at", "id"], name="page_view_company"),
        ),
        migrations.AddIndex(
            model_name="pageview",
            index=models.Index(
                condition=models.Q(("medium__isnull", False)),
                fields=["company", "medium", "at", "id"],
                name="page_view_medium",
            ),
        ),
        migrations.AddIndex(
            model_name="pageview",
            index=models.Index(
                condition=models.Q(("share__isnull", False)), fields=["company", "share"], name="page_view_share"
            ),
        ),
        migrations.AddIndex(
            model_name="pageview",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)), fields=["company", "contact"], name="page_view_contact"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["company", "member", "at", "id"], name="lead_member"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["company", "at", "id"], name="lead_company"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["company", "contact"], name="lead_contact"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["company", "medium", "at"], name="lead_medium"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["company", "share"], name="lead_share"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(
                fields=("company", "member", "contact", "share"), name="lead_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(fields=("company", "member"), name="site_member"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                models.F("company"), django.db.models.functions.text.Lower("slug"), name="site_slug"
            ),
        ),
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(
                condition=models.Q(("state__in", ["arriving", "dropped"])),
                fields=["changed_at"],
                name="stored_file_unsettled",
            ),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="stored_file_company_id"),
        ),
        migrations.AddIndex(
            model_name="medium",
            index=models.Index(
                condition=models.Q(("discarded_at", None)), fields=["company", "owner", "-id"], name="medium_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="medium",
            index=models.Index(fields=["company", "file"], name="medium_file"),
        ),
        migrations.AddIndex(
            model_name="medium",
            index=models.Index(fields=["company", "thumbnail"], name="medium_thumbnail"),
        ),
        migrations.AddConstraint(
            model_name="medium",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="medium_company_id"),
        ),
        # After what they lead to is unique; taken away before it, on the way back.
        migrations.AddConstraint(
            model_name="library",
            constraint=portico.lib.tenancy.SameCompany(
                field="owner", name="library_owner_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="libraryitem",
            constraint=portico.lib.tenancy.SameCompany(
                field="library", name="library_item_library_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="libraryitem",
            constraint=portico.lib.tenancy.SameCompany(
                field="medium", name="library_item_medium_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="mediumcomment",
            constraint=portico.lib.tenancy.SameCompany(
                field="medium", name="medium_comment_medium_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="mediumcomment",
            constraint=portico.lib.tenancy.SameCompany(
                field="author", name="medium_comment_author_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="mediumreaction",
            constraint=portico.lib.tenancy.SameCompany(
                field="medium", name="medium_reaction_medium_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="mediumreaction",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="medium_reaction_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="mediumwatch",
            constraint=portico.lib.tenancy.SameCompany(
                field="medium", name="medium_watch_medium_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="mediumwatch",
            constraint=portico.lib.tenancy.SameCompany(
                field="watcher", name="medium_watch_watcher_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=portico.lib.tenancy.SameCompany(
                field="sharer", name="share_sharer_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="share_contact_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=portico.lib.tenancy.SameCompany(
                field="medium", name="share_medium_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=portico.lib.tenancy.SameCompany(
                field="library", name="share_library_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="pageview",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="page_view_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="pageview",
            constraint=portico.lib.tenancy.SameCompany(
                field="share", name="page_view_share_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="pageview",
            constraint=portico.lib.tenancy.SameCompany(
                field="medium", name="page_view_medium_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="pageview",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="page_view_contact_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="lead_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="lead_contact_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=portico.lib.tenancy.SameCompany(
                field="share", name="lead_share_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=portico.lib.tenancy.SameCompany(
                field="medium", name="lead_medium_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="site_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="medium",
            constraint=portico.lib.tenancy.SameCompany(
                field="owner", name="medium_owner_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="medium",
            constraint=portico.lib.tenancy.SameCompany(
                field="file", name="medium_file_same_company", on_delete="RESTRICT"
            ),
        ),
        migrations.AddConstraint(
            model_name="medium",
            constraint=portico.lib.tenancy.SameCompany(
                field="thumbnail", name="medium_thumbnail_same_company", on_delete="RESTRICT"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
