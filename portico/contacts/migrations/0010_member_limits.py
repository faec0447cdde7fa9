from django.db import migrations
from django.db.migrations.operations.base import Operation

# The audit holds the sign-ins of members, far more of them than of anything else: each contact's are found by this.
MAKE = """
CREATE INDEX audit_entry_sign_ins ON audit_entry (company_id, subject_id, id)
WHERE subject = 'contact' AND action IN ('contact.signed_in', 'contact.sign_in_limited')
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0009_sign_ins"), ("audit", "0003_seals")]

    operations: list[Operation] = [migrations.RunSQL(MAKE, "DROP INDEX audit_entry_sign_ins")]
