from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from portico.access import Role
from portico.companies.models import Company
from portico.identity import factor_models  # noqa: F401 -- Django looks for a subject's tables here
from portico.lib.tenancy import SameCompany


def _company() -> "models.ForeignKey[Company, Company]":
    return models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")


NO_LANGUAGE = "en"  # what is told where there has to be one


class User(AbstractBaseUser):
    """A person who operates Portico, in one or several companies."""

    email = models.TextField()
    first_name = models.TextField(default="")
    last_name = models.TextField(default="")
    phone = models.TextField(null=True)
    bio = models.TextField(null=True)
    image_url = models.TextField(null=True)
    language = models.TextField(default="")  # ISO 639-1; "" as long as none was chosen
    time_zone = models.TextField(default="UTC")
    is_operator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"

    class Meta:
        db_table = "portico_user"
        constraints = [models.UniqueConstraint(Lower("email"), name="portico_user_email")]

    def __str__(self) -> str:
        return self.email

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Membership(models.Model):
    """One user in one company. A manager does what `permissions` say; an admin everything; a rep what is its own."""

    company = _company()
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.TextField(choices=[(role.value, role.name) for role in Role])
    permissions = ArrayField(models.TextField(), default=list)
    api_username = models.TextField(null=True, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    # What a rep shows of itself, and how it wants to be told of things (identity.notifications).
    username = models.TextField(null=True)
    socials = models.JSONField(db_default=models.Value({}, models.JSONField()))
    email_signature = models.TextField(db_default="")
    push_notifications = models.BooleanField(db_default=True)
    email_notifications = models.BooleanField(db_default=True)
    sms_notifications = models.BooleanField(db_default=False)
    notification_choices = models.JSONField(db_default=models.Value({}, models.JSONField()))
    activities_read_at = models.DateTimeField(null=True)
    # What the company says of it.
    external_id = models.TextField(null=True)
    rank = models.ForeignKey("identity.Rank", models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    sponsor = models.ForeignKey("self", models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    total_points = models.BigIntegerField(db_default=0)
    fantasy_points = models.BigIntegerField(db_default=0)
    leads_remaining = models.IntegerField(db_default=0)
    leads_recurring = models.IntegerField(db_default=0)

    class Meta:
        db_table = "membership"
        indexes = [
            models.Index(
                fields=["company", "sponsor", "id"],
                name="membership_sponsor",
                condition=models.Q(sponsor__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="membership_company_id"),
            models.UniqueConstraint(fields=["company", "user"], name="membership_company_user"),
            models.UniqueConstraint(models.F("company"), Lower("username"), name="membership_username"),
            models.UniqueConstraint(fields=["company", "external_id"], name="membership_external_id"),
            models.CheckConstraint(condition=models.Q(role__in=list(Role)), name="membership_role"),
            SameCompany(field="rank", name="membership_rank_same_company", on_delete="SET NULL"),
            SameCompany(field="sponsor", name="membership_sponsor_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Rank(models.Model):
    """How far a rep has come, in the company's own words; `external_id` is what its other systems call it."""

    company = _company()
    external_id = models.TextField()
    name = models.TextField()

    class Meta:
        db_table = "rank"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="rank_company_id"),
            models.UniqueConstraint(fields=["company", "external_id"], name="rank_external_id"),
        ]

    def __str__(self) -> str:
        return self.name


class ProfileLink(models.Model):
    """What a rep shows on its page, in its own order: a link to somewhere, or a favourite product with a picture.

    `product` is the company's own number of a favourite: Portico keeps no products.
    """

    class Kind(models.TextChoices):
        LINK = "link"
        FAVORITE = "favorite"

    company = _company()
    membership = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False)
    kind = models.TextField(choices=Kind.choices)
    title = models.TextField()
    url = models.TextField()
    image_url = models.TextField(null=True)
    product = models.TextField(null=True)
    position = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "profile_link"
        indexes = [models.Index(fields=["company", "membership", "kind", "position", "id"], name="profile_link_shown")]
        constraints = [SameCompany(field="membership", name="profile_link_same_company")]

    def __str__(self) -> str:
        return self.title


class PushDevice(models.Model):
    """A telephone with the rep's app, and where it can be reached: sealed, because whoever has it can write there."""

    company = _company()
    membership = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False)
    device_uid = models.TextField()
    kind = models.TextField()
    sealed_token = models.BinaryField()
    project = models.TextField(default="")
    bundle = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "push_device"
        constraints = [
            models.UniqueConstraint(fields=["company", "membership", "device_uid"], name="push_device_uid"),
            SameCompany(field="membership", name="push_device_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Credential(models.Model):
    """What software comes in with. Only its keyed hash is kept, and what holds for its use.

    `allowed_networks` are CIDR texts; none allows every address. Without `requests_per_minute` there is no limit.
    """

    company = _company()
    name = models.TextField()
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    expiry_told_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    allowed_networks = ArrayField(models.TextField(), default=list)
    requests_per_minute = models.IntegerField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.TextField(default="")
    last_used_wire = models.TextField(default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class ApiKey(Credential):
    """An application password of one manager, with all permissions of its holder or only some of them.

    After a rotation the password before it is good until `old_until`.
    """

    membership = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False)
    uuid = models.UUIDField(unique=True)
    permissions = ArrayField(models.TextField(), null=True)
    old_digest = models.BinaryField(null=True, unique=True)
    old_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_key"
        indexes = [models.Index(fields=["company", "membership"], name="api_key_membership")]
        constraints = [SameCompany(field="membership", name="api_key_same_company")]


class SecurityCode(Credential):
    """A code with which another site verifies members, and nothing else.

    It lets in who has every one of `required_tags` and none of `banning_tags` (ids): whatever the site itself asks for.
    """

    required_tags = ArrayField(models.BigIntegerField(), default=list)
    banning_tags = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        db_table = "security_code"
        indexes = [models.Index(fields=["company", "id"], name="security_code_company")]


class CredentialUse(models.Model):
    """How often a credential came on a day (UTC), by what became of it. Written behind, in sums."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered"
        REFUSED = "refused"
        WRONG = "wrong"
        FAILED = "failed"

    pk = models.CompositePrimaryKey("company_id", "kind", "credential_id", "day", "outcome")
    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    kind = models.TextField()
    credential_id = models.BigIntegerField()
    day = models.DateField()
    outcome = models.TextField(choices=Outcome.choices)
    times = models.BigIntegerField()

    class Meta:
        db_table = "credential_use"

    def __str__(self) -> str:
        return f"{self.kind} {self.credential_id} {self.day} {self.outcome}: {self.times}"


class CredentialNetwork(models.Model):
    """A range of addresses (/24 or /48) from which a credential came, and since when."""

    pk = models.CompositePrimaryKey("company_id", "kind", "credential_id", "network")
    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    kind = models.TextField()
    credential_id = models.BigIntegerField()
    network = models.TextField()
    first_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "credential_network"

    def __str__(self) -> str:
        return f"{self.kind} {self.credential_id} {self.network}"


class CredentialAlert(models.Model):
    """What was unusual about a credential's use on a day (UTC), and has been told: each thing once."""

    pk = models.CompositePrimaryKey("company_id", "kind", "credential_id", "day", "reason")
    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    kind = models.TextField()
    credential_id = models.BigIntegerField()
    day = models.DateField()
    reason = models.TextField()

    class Meta:
        db_table = "credential_alert"

    def __str__(self) -> str:
        return f"{self.kind} {self.credential_id} {self.day}: {self.reason}"


class KnownDevice(models.Model):
    """From where a user has signed in: tries at its secrets that come from there have a count of their own.

    `digest` is of the token that a browser keeps, or of the place (range of addresses and software) of what keeps none.
    """

    user = models.ForeignKey(User, models.CASCADE, db_index=False, related_name="+")
    digest = models.BinaryField()
    label = models.TextField(default="")
    wire = models.TextField(default="")
    address = models.TextField(default="")
    first_seen_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "known_device"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_device_digest")]

    def __str__(self) -> str:
        return self.label


class Challenge(models.Model):
    """One sign-in mail: its code and its link are one credential, and either ends both.

    There is a row for every asked address, known or not, so that nobody can tell the two apart. `device` is the known
    one that asked, if one did.
    """

    public_id = models.TextField(unique=True)
    email = models.TextField()
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey(Company, models.CASCADE, null=True, db_index=False, related_name="+")
    device = models.ForeignKey(KnownDevice, models.SET_NULL, null=True, related_name="+")
    code_digest = models.BinaryField()
    link_digest = models.BinaryField(unique=True)
    tries = models.IntegerField(db_default=0)
    redirect_url = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    exchange_digest = models.BinaryField(null=True, unique=True)
    exchange_expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_challenge"
        indexes = [models.Index(Lower("email"), models.F("created_at"), name="sign_in_challenge_email")]

    def __str__(self) -> str:
        return self.public_id


class Session(models.Model):
    """One sign-in of a membership. Its tokens are good only while it has not ended.

    `methods` are how its person proved who it is: "passcode", "link", "password", "totp", "passkey", "recovery". It did
    so last at `proved_at`.
    """

    company = _company()
    membership = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False)
    name = models.TextField(default="")
    wire = models.TextField(default="")
    methods = ArrayField(models.TextField(), default=list)
    agent = models.TextField(default="")
    address = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    proved_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "session"
        indexes = [models.Index(fields=["company", "membership"], name="session_membership")]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="session_company_id"),
            SameCompany(field="membership", name="session_same_company"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"


class SessionToken(models.Model):
    """A long-lived opaque token of a session: Fluid's user-company token, or what a browser keeps as its cookie."""

    company = _company()
    session = models.ForeignKey(Session, models.DO_NOTHING, db_constraint=False, db_index=False)
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "session_token"
        indexes = [models.Index(fields=["company", "session"], name="session_token_session")]
        constraints = [SameCompany(field="session", name="session_token_same_company")]

    def __str__(self) -> str:
        return f"token {self.pk}"


class SealedKey(models.Model):
    """A key that signs, sealed. It signs until `retires_at` and checks until `expires_at`."""

    kid = models.TextField(unique=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    retires_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.kid


class SigningKey(SealedKey):
    """A key that signs the JWTs of sessions."""

    class Meta:
        db_table = "signing_key"


class Throttle(models.Model):
    """How often something was tried in its current window. `subject` is a digest, so no address is kept."""

    subject = models.BinaryField(primary_key=True)
    since = models.DateTimeField()
    tries = models.IntegerField()

    class Meta:
        db_table = "throttle"

    def __str__(self) -> str:
        return f"{self.tries} since {self.since}"
