"""What is held about a person, table by table and field by field, and what becomes of it when the person is erased.

Every table there is stands in one of the three lists, and every field of those in TABLES: a test holds them against the
models. A new table with rows of contacts: add a line to TABLES. Any other: to ELSEWHERE or NOTHING, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, JSONField, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now

from portico.contacts.functions import RandomToken

PSEUDONYM = "erased-"  # and the contact's id


@dataclass(frozen=True, slots=True)
class Stays:
    """The rows stay, for the statistics: with what these fields hold, and the others emptied to these values."""

    with_fields: frozenset[str]
    emptied: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Goes:
    """The rows are deleted."""


def _stays(fields: str, **emptied: Any) -> Stays:
    return Stays(frozenset(fields.split()), emptied)


TABLES: Mapping[str, Stays | Goes] = {
    "contacts.Contact": _stays(
        "id company owner organization consent consent_changed_at stage source lead_type total_points life_time_value"
        " created_at last_activity_at last_sign_in_at discarded_at",
        token=RandomToken(),
        email=None,
        prefix=None,
        first_name=Concat(Value(PSEUDONYM), Cast("id", TextField()), output_field=TextField()),
        last_name=None,
        phone=None,
        address_line_1=None,
        address_line_2=None,
        postal_code=None,
        city=None,
        state=None,
        country=None,
        time_zone=None,
        ip=None,
        latitude=None,
        longitude=None,
        date_of_birth=None,
        avatar=None,
        consent_reason=None,
        custom_values=Value({}, JSONField()),
        password_hash=None,
        updated_at=Now(),
        archived_at=Coalesce(F("archived_at"), Now()),
    ),
    "contacts.ContactTag": _stays("company contact tag created_at"),
    "contacts.ContactList": _stays("company contact list created_at"),
    "contacts.ContactOrganization": _stays("company contact organization created_at"),
    # A firm, of which the contact may be the owner.
    "contacts.Organization": _stays(
        "id company owner name industry kind email phone time_zone address_line_1 address_line_2 postal_code"
        " city state country employees_number description logo website linkedin_url facebook_url twitter_url"
        " started_on custom_values created_at updated_at"
    ),
    "contacts.ContactNote": Goes(),
    "contacts.ContactGroupMember": Goes(),
    "selling.Task": Goes(),
    "contacts.Activity": _stays("id company contact kind subject subject_id at", details=Value({}, JSONField())),
    "contacts.TrackedEvent": _stays(
        "id company contact key provider is_repeatable counter created_by created_at updated_at", title="", value=None
    ),
    "contacts.OptInRequest": _stays("company contact requested_by requested_at"),
    "contacts.ImportReplaced": Goes(),
    "contacts.PasswordLink": Goes(),
    "openid.Consent": Goes(),
    "openid.Grant": Goes(),
    "openid.MemberSession": Goes(),
    # What was bought stays, for the books.
    "selling.Order": _stays(
        "id company external_id number contact member seller status currency subtotal tax shipping total items"
        " items_count placed_at shipped_at delivered_at cancelled_at created_at updated_at",
        shipping_address=None,
        billing_address=None,
        tracking_number=None,
    ),
    "content.Share": _stays("id company sharer contact medium library kind code views created_at", email=None),
    "content.PageView": _stays("id company member share medium contact visitor is_first at"),
    "content.Lead": _stays("id company member contact share medium at"),
    # The row stays, because what the audit knows of the loser is this person's too.
    "contacts.ContactMerge": _stays("id company winner loser_id merged_at undone_at", kept=None),
}

ELSEWHERE: Mapping[str, str] = {
    "contacts.ImportRejected": "rows of files, found by the address: erased and handed out by importing.forgetting",
    "audit.AuditEntry": "erased and handed out by the audit itself",
    "outbox.Mail": "mails to the contact's address: erased and handed out by the outbox itself",
    "companies.KeptAnswer": "answers to writes, kept for a day: erased by companies.once, found by number and address",
}

NOTHING: Mapping[str, str] = {
    "audit.AuditSeal": "keyed hashes",
    "companies.Company": "the tenant",
    "companies.CompanySetting": "the company's own words",
    "companies.SampleThing": "ids of what was made up",
    "contacts.ContactCount": "numbers",
    "content.Announcement": "the company's words",
    "content.AnnouncementAudience": "of people who operate Portico",
    "content.AnnouncementRead": "of people who operate Portico",
    "content.CompletedModule": "of people who operate Portico",
    "content.Training": "the company's words",
    "content.TrainingModule": "the company's words",
    "content.TrainingProgress": "of people who operate Portico",
    "contacts.BulkChange": "numbers; who is to be changed is forgotten when it is done",
    "contacts.ContactGroup": "names that reps gave to their groups",
    "contacts.ContactView": "of people who operate Portico",
    "contacts.CustomField": "names of fields",
    "contacts.ImportBatch": "names of files and numbers",
    "contacts.ImportChunk": "ids of contacts that an import made",
    "contacts.IncomingWebhook": "an address that takes contacts in",
    "contacts.List": "the company's words",
    "contacts.OrganizationField": "names of fields",
    "contacts.OrganizationNote": "about firms",
    "contacts.Segment": "the company's filters",
    "contacts.Tag": "the company's words",
    "content.Library": "the company's words, or those of people who operate Portico",
    "content.LibraryItem": "the order of media",
    "content.Medium": "the company's, or of people who operate Portico",
    "content.MediumComment": "of people who operate Portico",
    "content.MediumReaction": "of people who operate Portico",
    "content.MediumWatch": "of people who operate Portico",
    "content.ShownTotal": "numbers",
    "content.Site": "of people who operate Portico",
    "content.StoredFile": "the company's files, or of people who operate Portico",
    "identity.ApiKey": "of people who operate Portico",
    "identity.CredentialAlert": "about keys and codes",
    "identity.CredentialNetwork": "of other software",
    "identity.CredentialUse": "numbers",
    "identity.AuthenticatorApp": "of people who operate Portico",
    "identity.Challenge": "of people who operate Portico; forgotten after a day",
    "identity.KnownDevice": "of people who operate Portico",
    "identity.HalfSignIn": "of people who operate Portico; forgotten after a day",
    "identity.Membership": "of people who operate Portico",
    "identity.Passkey": "of people who operate Portico",
    "identity.PasskeyAnswer": "keyed digests, forgotten after a day",
    "identity.PasswordReset": "of people who operate Portico; forgotten after a day",
    "identity.RecoveryCode": "of people who operate Portico",
    "identity.ProfileLink": "of people who operate Portico",
    "identity.PushDevice": "of people who operate Portico",
    "identity.Rank": "the company's words",
    "identity.SecurityCode": "of other sites",
    "identity.Session": "of people who operate Portico",
    "identity.SessionToken": "of people who operate Portico",
    "identity.SigningKey": "of this server",
    "identity.Throttle": "keyed digests, forgotten in time",
    "identity.User": "people who operate Portico",
    "messaging.Label": "the company's words",
    "openid.Client": "other software",
    "openid.RefreshToken": "a digest, which goes with its grant",
    "openid.TokenKey": "of this server",
    "outbox.WebhookAttempt": "numbers of receivers",
    "outbox.WebhookDelivery": "which entry of the audit is told to whom; what it says is read from there",
    "outbox.WebhookEndpoint": "addresses of other software",
    "outbox.WebhookSecret": "of other software",
    "selling.CalendarEvent": "the company's words",
    "selling.CalendarFeed": "of people who operate Portico",
    "selling.EventAnswer": "of people who operate Portico",
    "selling.EventAudience": "of people who operate Portico",
}

# Fields that nobody is handed: a hash is of no use to the person, and of much to whoever steals the archive.
SECRET = frozenset({"password_hash", "visitor"})
# Nor these, which stand for something that is no more the person's than ours.
DIGESTS = frozenset({"digest", "password_digest", "code_digest", "code_challenge", "nonce"})
# What an erased person's audit may go on saying in words; numbers and yes or no stay too. Anything else is replaced.
READABLE = frozenset(
    {
        "consent", "stage", "source", "lead_type", "life_time_value", "created_at", "archived_at", "last_activity_at",
        "consent_changed_at", "discarded_at", "format", "limit", "pseudonym",
    }
)  # fmt: skip


def pseudonym_of(contact_id: int) -> str:
    return f"{PSEUDONYM}{contact_id}"


def without_person(details: Any, pseudonym: str, *, readable: bool = False) -> Any:
    """Details of an audit entry with every text that could be the person's own replaced by the pseudonym."""
    if isinstance(details, dict):
        return {
            name: _all_replaced(value, pseudonym)
            if name == "custom_values"
            else without_person(value, pseudonym, readable=name in READABLE)
            for name, value in details.items()
        }
    if isinstance(details, list):
        return [without_person(one, pseudonym, readable=readable) for one in details]
    return pseudonym if isinstance(details, str) and details and not readable else details


def _all_replaced(value: Any, pseudonym: str) -> Any:
    """Custom values, of which a number can say as much as a text."""
    if isinstance(value, dict):
        return dict.fromkeys(value, pseudonym)
    return value and pseudonym
