from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Lower, Now
from django.db.models.lookups import Exact

from portico.contacts.functions import MailKey, NameKey, PhoneKey
from portico.lib.tenancy import SameCompany

FUNCTIONS = """
CREATE FUNCTION contact_mail_key(email text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    address text := lower(email);
    domain text := split_part(address, '@', -1);
    mailbox text := split_part(left(address, -length(domain) - 1), '+', 1);
BEGIN
    IF domain IN ('gmail.com', 'googlemail.com') THEN
        domain := 'gmail.com';
        mailbox := replace(mailbox, '.', '');
    END IF;
    RETURN CASE WHEN mailbox = '' THEN address ELSE mailbox || '@' || domain END;
END $$;

CREATE FUNCTION contact_phone_key(phone text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    digits text := regexp_replace(phone, '[^0-9]', '', 'g');
BEGIN
    RETURN CASE WHEN length(digits) >= 7 THEN right(digits, 9) END;
END $$;

CREATE FUNCTION contact_name_key(first_name text, last_name text, born date) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF btrim(first_name) = '' OR btrim(last_name) = '' THEN
        RETURN NULL;
    END IF;
    -- A date's own text depends on the session; a number of days does not.
    RETURN lower(btrim(first_name) || ' ' || btrim(last_name)) || ' ' || (born - DATE '2000-01-01');
END $$;
"""
BACKWARDS = """
DROP FUNCTION contact_mail_key(text);
DROP FUNCTION contact_phone_key(text);
DROP FUNCTION contact_name_key(text, text, date);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("contacts", "0007_hooks")]

    operations: ClassVar = [
        migrations.RunSQL(FUNCTIONS, BACKWARDS),
        migrations.AddIndex(
            "Contact",
            models.Index(
                models.F("company"),
                MailKey("email"),
                models.F("id"),
                condition=~models.Q(Exact(MailKey("email"), Lower("email"))),
                name="contact_mail_key",
            ),
        ),
        migrations.AddIndex(
            "Contact",
            models.Index(
                models.F("company"),
                PhoneKey("phone"),
                models.F("id"),
                condition=models.Q(phone__gt=""),
                name="contact_phone_key",
            ),
        ),
        migrations.AddIndex(
            "Contact",
            models.Index(
                models.F("company"),
                NameKey("first_name", "last_name", "date_of_birth"),
                models.F("id"),
                condition=models.Q(date_of_birth__isnull=False),
                name="contact_name_key",
            ),
        ),
        migrations.CreateModel(
            name="ContactMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "winner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                ("loser_id", models.BigIntegerField()),
                ("kept", models.JSONField(null=True)),
                ("merged_at", models.DateTimeField(db_default=Now())),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "contact_merge",
                "indexes": [
                    models.Index(fields=["company", "winner", "id"], name="contact_merge_winner"),
                    models.Index(fields=["company", "loser_id"], name="contact_merge_loser"),
                    models.Index(
                        fields=["merged_at"], name="contact_merge_kept", condition=models.Q(kept__isnull=False)
                    ),
                ],
                "constraints": [SameCompany(field="winner", name="contact_merge_winner_same_company")],
            },
        ),
    ]
