from django.db import migrations
from django.db.migrations.operations.base import Operation

# Three bytes are a number already, under their company's number: nothing to hash, which was half of what the index cost
# a new contact. What lies beside each other in the index is of one company. The text itself is always compared too.
BYTES = """
CREATE FUNCTION contact_trigrams(company bigint, searched text) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT COST 2000 AS $$
DECLARE
    pieces bigint[];
    raw bytea := convert_to(searched, 'UTF8');
    base bigint := company << 24;
BEGIN
    FOR i IN 1 .. length(raw) - 2 LOOP
        pieces[i] := base | get_byte(raw, i - 1)::bigint << 16 | get_byte(raw, i) << 8 | get_byte(raw, i + 1);
    END LOOP;
    RETURN pieces;
END $$
"""
HASHES = """
CREATE FUNCTION contact_trigrams(company bigint, searched text) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT COST 2000 AS $$
DECLARE
    pieces bigint[];
BEGIN
    FOR i IN 1 .. length(searched) - 2 LOOP
        pieces[i] := hashtextextended(substr(searched, i, 3), company);
    END LOOP;
    RETURN pieces;
END $$
"""
WITHOUT = "DROP INDEX contact_search, organization_search; DROP FUNCTION contact_trigrams(bigint, text);"
INDEXES = """
CREATE INDEX contact_search ON contact USING gin (contact_trigrams(company_id, search))
    WITH (fastupdate = on, gin_pending_list_limit = 1024);
CREATE INDEX organization_search ON organization USING gin (contact_trigrams(company_id, search));
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0017_password_links")]

    operations: list[Operation] = [
        migrations.RunSQL([WITHOUT, BYTES, INDEXES], [WITHOUT, HASHES, INDEXES]),
    ]
