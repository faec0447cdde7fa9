from collections.abc import Collection

from django.db.models import QuerySet
from django.db.models.functions import Lower

from portico.access import Actor, Permission, Role
from portico.errors import NotFound
from portico.identity.models import ApiKey, Membership, SecurityCode, User


def find_user_by_email(email: str) -> User | None:
    return User.objects.annotate(lower=Lower("email")).filter(lower=email.lower()).first()


def get_user(email: str) -> User:
    """Like find_user_by_email; raises NotFound. For the operator, who names people by their address."""
    user = find_user_by_email(email)
    if user is None:
        raise NotFound("user")
    return user


def find_membership(company_id: int, email: str) -> Membership | None:
    """The membership in this company of the user with this address."""
    rows = Membership.objects.filter(company_id=company_id).select_related("user", "company")
    return rows.annotate(lower=Lower("user__email")).filter(lower=email.lower()).first()


def get_membership(company_id: int, email: str) -> Membership:
    """Like find_membership; raises NotFound."""
    membership = find_membership(company_id, email)
    if membership is None:
        raise NotFound("user in this company")
    return membership


def member_ids(actor: Actor) -> dict[str, int]:
    """The company's memberships by their users' addresses in lower case."""
    rows = Membership.objects.filter(company_id=actor.company_id)
    return dict(rows.annotate(email=Lower("user__email")).values_list("email", "pk"))


def list_rep_ids(actor: Actor) -> list[int]:
    """The memberships of the company's reps who are active, oldest first."""
    rows = Membership.objects.filter(company_id=actor.company_id, role=Role.REP, is_active=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def list_users_by_role(actor: Actor, roles: Collection[Role]) -> "QuerySet[User]":
    """The company's active people with one of these roles, who came first before the others."""
    here = Membership.objects.filter(company_id=actor.company_id, role__in=roles, is_active=True)
    return User.objects.filter(pk__in=here.values("user_id"), is_active=True).order_by("pk")


def list_keys(actor: Actor) -> "QuerySet[ApiKey]":
    """The company's API keys that are not revoked, oldest first, each with its holder."""
    actor.require(Permission.SETTINGS_WRITE)
    return (
        ApiKey.objects.filter(company_id=actor.company_id, revoked_at=None)
        .select_related("membership__user")
        .order_by("id")
    )


def list_codes(actor: Actor) -> "QuerySet[SecurityCode]":
    """The company's security codes that are not revoked, oldest first."""
    actor.require(Permission.ADMINISTRATION)
    return SecurityCode.objects.filter(company_id=actor.company_id, revoked_at=None).order_by("id")


def company_id_of_key(key_id: int) -> int:
    """Which company a key belongs to: for the operator, who names a key by its id alone. Raises NotFound."""
    return _company_id(ApiKey.objects.filter(pk=key_id).values_list("company_id", flat=True).first(), "key")


def company_id_of_code(code_id: int) -> int:
    """Like company_id_of_key, for a security code."""
    return _company_id(SecurityCode.objects.filter(pk=code_id).values_list("company_id", flat=True).first(), "code")


def _company_id(found: int | None, thing: str) -> int:
    if found is None:
        raise NotFound(thing)
    return found
