from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower, Now

# Three protocols, and two parts of the contact base that not everybody needs.
MODULES = ("fluentcrm", "fluid", "remote-authentication", "organizations", "event-tracking")
# What whoever may change settings may switch; a protocol is a door, and for administrators to open and close.
MODULES_OF_SETTINGS = ("organizations", "event-tracking")
# What a new company has; the others are switched on by hand, as their manuals have it.
MODULES_AT_FIRST = ("fluentcrm", "fluid")


def _modules_at_first() -> list[str]:
    return list(MODULES_AT_FIRST)


class Company(models.Model):
    """The tenant. `allowed_origins` are the web origins that may call us from a browser and be redirected to."""

    slug = models.TextField(unique=True)
    name = models.TextField()
    color = models.TextField(default="#2f5d8a")
    secondary_color = models.TextField(null=True)
    logo_url = models.TextField(null=True)
    icon_url = models.TextField(null=True)
    domain = models.TextField(null=True)
    redirect_path = models.TextField(default="/")
    allowed_origins = ArrayField(models.TextField(), default=list)
    # Of mails to people who have chosen none of their own; "" as long as the company has chosen none either.
    language = models.TextField(default="", db_default="")
    modules = ArrayField(models.TextField(), default=_modules_at_first)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "company"
        constraints = [models.UniqueConstraint(Lower("domain"), name="company_domain")]
        indexes = [GinIndex(fields=["allowed_origins"], name="company_allowed_origins")]

    def __str__(self) -> str:
        return self.slug

    def speaks(self, module: str) -> bool:
        return module in self.modules


class KeptAnswer(models.Model):
    """What a write that named itself was answered, so that the same write again is answered the same and not done."""

    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    key = models.BinaryField()  # the keyed hash of who asked and of the name that was given
    fingerprint = models.BinaryField()
    answer = models.BinaryField()  # sealed: it holds people's data
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "kept_answer"
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="kept_answer_key")]
        indexes = [models.Index(fields=["kept_at"], name="kept_answer_kept_at")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class CompanySetting(models.Model):
    """One thing that a company has set, under a name of companies.preferences; what has no row has its default."""

    pk = models.CompositePrimaryKey("company_id", "name")
    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    name = models.TextField()
    value = models.JSONField()

    class Meta:
        db_table = "company_setting"

    def __str__(self) -> str:
        return f"{self.company_id} {self.name}"


class SampleThing(models.Model):
    """One made-up thing: "contact", "tag", "list", "organization" or "field", and its id.

    `state` is a digest of what was made up. A thing that differs from it has become somebody's own.
    """

    pk = models.CompositePrimaryKey("company_id", "kind", "thing_id")
    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    kind = models.TextField()
    thing_id = models.BigIntegerField()
    state = models.TextField()

    class Meta:
        db_table = "sample_thing"

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}"
