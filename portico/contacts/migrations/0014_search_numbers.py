from django.db import migrations
from django.db.migrations.operations.base import Operation

# A number for each piece instead of its text: eight bytes are compared and kept for less, and a quarter of what an
# insert of a contact cost went there. The company is the seed, so no search reads another company's. Two pieces with
# one number only make a candidate more: the text itself is always compared too.
NUMBERS = """
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
TEXTS = """
CREATE FUNCTION contact_trigrams(company bigint, searched text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT COST 2000 AS $$
DECLARE
    pieces text[];
    mark text := company || ':';
BEGIN
    FOR i IN 1 .. length(searched) - 2 LOOP
        pieces[i] := mark || substr(searched, i, 3);
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
    dependencies = [("contacts", "0013_activities")]

    operations: list[Operation] = [
        migrations.RunSQL([WITHOUT, NUMBERS, INDEXES], [WITHOUT, TEXTS, INDEXES]),
    ]
