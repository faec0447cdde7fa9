"""Tables of sign-in for other software. Of secrets, codes and tokens only keyed hashes are kept."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portico.companies.models import Company
from portico.contacts.models import Contact
from portico.identity.models import Membership, SealedKey, Session
from portico.lib.tenancy import SameCompany


def _company() -> "models.ForeignKey[Company, Company]":
    return models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")


class Client(models.Model):
    """Another software whose people sign in here. Without `secret_digest` it is public: it can keep no secret.

    Of contacts it lets in who has every one of `required_tags` (ids). After a rotation the secret before it is good
    until `old_until`.
    """

    company = _company()
    name = models.TextField()
    client_id = models.TextField(unique=True)
    secret_digest = models.BinaryField(null=True)
    old_digest = models.BinaryField(null=True)
    old_until = models.DateTimeField(null=True)
    redirect_uris = ArrayField(models.TextField())
    post_logout_uris = ArrayField(models.TextField(), default=list)
    origins = ArrayField(models.TextField(), default=list)  # of the redirect addresses: who may call from a browser
    scopes = ArrayField(models.TextField())
    is_for_users = models.BooleanField(default=False)
    is_for_contacts = models.BooleanField(default=False)
    required_tags = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "openid_client"
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="openid_client_company_id")]
        indexes = [GinIndex(fields=["origins"], name="openid_client_origins")]

    def __str__(self) -> str:
        return self.name


class MemberSession(models.Model):
    """One sign-in of a contact in a browser. It ends with the password that it began with."""

    company = _company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    digest = models.BinaryField(unique=True)
    password_digest = models.BinaryField()
    agent = models.TextField(default="")
    address = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "openid_member_session"
        indexes = [models.Index(fields=["company", "contact"], name="openid_member_session_contact")]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="openid_member_session_company"),
            SameCompany(field="contact", name="openid_member_session_same"),
        ]

    def __str__(self) -> str:
        return f"member session {self.pk}"


_ONE_PERSON = Q(membership=None, contact__isnull=False) | Q(membership__isnull=False, contact=None)


class Consent(models.Model):
    """What a person once let a client have. Each new decision is a row of its own."""

    company = _company()
    client = models.ForeignKey(Client, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    scopes = ArrayField(models.TextField())
    given_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "openid_consent"
        indexes = [
            models.Index(fields=["company", "client"], name="openid_consent_client"),
            models.Index(fields=["company", "membership", "client"], name="openid_consent_membership"),
            models.Index(fields=["company", "contact", "client"], name="openid_consent_contact"),
        ]
        constraints = [
            SameCompany(field="client", name="openid_consent_same_client"),
            SameCompany(field="membership", name="openid_consent_same_membership"),
            SameCompany(field="contact", name="openid_consent_same_contact"),
            models.CheckConstraint(condition=_ONE_PERSON, name="openid_consent_person"),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class Grant(models.Model):
    """One sign-in of a person to a client: its code, and the family of all tokens that came of it.

    It lives with the session that it came from; without one ("offline_access") it lives by itself. In either case it
    ends with the password that its person had.
    """

    company = _company()
    client = models.ForeignKey(Client, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    session = models.ForeignKey(
        Session, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    member_session = models.ForeignKey(
        MemberSession, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    scopes = ArrayField(models.TextField())
    methods = ArrayField(models.TextField(), default=list)
    signed_in_at = models.DateTimeField()
    password_digest = models.BinaryField()
    nonce = models.TextField(null=True)
    redirect_uri = models.TextField()
    code_digest = models.BinaryField(unique=True)
    code_challenge = models.TextField()
    code_expires_at = models.DateTimeField()
    code_used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="")

    class Meta:
        db_table = "openid_grant"
        indexes = [
            models.Index(fields=["company", "client"], name="openid_grant_client"),
            models.Index(fields=["company", "membership"], name="openid_grant_membership"),
            models.Index(fields=["company", "contact"], name="openid_grant_contact"),
            models.Index(fields=["company", "session"], name="openid_grant_session"),
            models.Index(fields=["company", "member_session"], name="openid_grant_member_session"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="openid_grant_company_id"),
            SameCompany(field="client", name="openid_grant_same_client"),
            SameCompany(field="membership", name="openid_grant_same_membership"),
            SameCompany(field="contact", name="openid_grant_same_contact"),
            SameCompany(field="session", name="openid_grant_same_session"),
            SameCompany(field="member_session", name="openid_grant_same_member"),
            models.CheckConstraint(condition=_ONE_PERSON, name="openid_grant_person"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class RefreshToken(models.Model):
    """One of a grant's refresh tokens. The first use gives it its successor, which follows from the token itself."""

    company = _company()
    grant = models.ForeignKey(Grant, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "openid_refresh_token"
        indexes = [models.Index(fields=["company", "grant"], name="openid_refresh_token_grant")]
        constraints = [SameCompany(field="grant", name="openid_refresh_token_same")]

    def __str__(self) -> str:
        return f"refresh token {self.pk}"


class TokenKey(SealedKey):
    """A pair of keys of which everybody may have the public half: it signs what other software checks."""

    class Meta:
        db_table = "openid_key"
