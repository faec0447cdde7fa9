"""Who is asking, in which company, with which permissions. Every query and action takes an Actor."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from portico.errors import Denied


class Role(StrEnum):
    """What a membership makes of a user in a company."""

    ADMIN = "admin"
    MANAGER = "manager"
    REP = "rep"


class Permission(StrEnum):
    """What may be done. Wires map their own names to these."""

    CONTACTS_READ = "contacts.read"
    CONTACTS_WRITE = "contacts.write"
    CONTACTS_DELETE = "contacts.delete"
    CONTACTS_EXPORT = "contacts.export"
    TAGS_READ = "tags.read"
    TAGS_WRITE = "tags.write"
    TAGS_DELETE = "tags.delete"
    REPORTS_READ = "reports.read"
    MAILS_READ = "mails.read"
    MAILS_WRITE = "mails.write"
    MAILS_DELETE = "mails.delete"
    TEMPLATES_WRITE = "templates.write"
    FORMS_WRITE = "forms.write"
    AUTOMATIONS_READ = "automations.read"
    AUTOMATIONS_WRITE = "automations.write"
    AUTOMATIONS_DELETE = "automations.delete"
    SETTINGS_WRITE = "settings.write"
    ORDERS_WRITE = "orders.write"
    EVENTS_WRITE = "events.write"
    TRAININGS_WRITE = "trainings.write"
    MEDIA_WRITE = "media.write"
    RANKS_WRITE = "ranks.write"
    WEBHOOKS_WRITE = "webhooks.write"
    MEMBERS_VERIFY = "members.verify"
    ADMINISTRATION = "administration"


P = Permission
# "all" on the command line: everything a manager can be given. Members are verified by security codes, never by people.
GRANTABLE = frozenset(P) - {P.ADMINISTRATION, P.MEMBERS_VERIFY}
# What the company's own software may do beside all that.
COMPANY_SIDE = frozenset(
    {P.ORDERS_WRITE, P.EVENTS_WRITE, P.TRAININGS_WRITE, P.MEDIA_WRITE, P.RANKS_WRITE, P.WEBHOOKS_WRITE}
)
# The four bundles of the manual page "Authentication" (Permission Requirements); tags here are tags and lists.
VIEW_CONTACTS = frozenset({P.CONTACTS_READ, P.TAGS_READ})
PRESETS: dict[str, frozenset[Permission]] = {
    "view-contacts": VIEW_CONTACTS,
    "manage-contacts": VIEW_CONTACTS | {P.CONTACTS_WRITE, P.CONTACTS_DELETE, P.TAGS_WRITE, P.TAGS_DELETE},
    "view-reports": frozenset({P.REPORTS_READ}),
    "manage-campaigns": frozenset({P.MAILS_READ, P.MAILS_WRITE, P.MAILS_DELETE, P.TEMPLATES_WRITE}),
}
REP_PERMISSIONS = frozenset({P.CONTACTS_READ, P.CONTACTS_WRITE})


@dataclass(frozen=True, slots=True)
class Budget:
    """What a credential with a limit may still ask: `remaining` of `limit` requests, afresh in `reset` seconds."""

    limit: int
    remaining: int
    reset: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking. `name` is for the audit ("key Zapier", "anna@acme.test"); `wire` says through which door.

    `credential` is what software came in with: ("key" or "code", its id). `device` is the token that a browser keeps
    from an earlier sign-in: a secret.
    """

    company_id: int
    name: str
    wire: str
    permissions: frozenset[Permission]
    membership_id: int | None = None
    user_id: int | None = None
    role: Role | None = None
    session_id: int | None = None
    modules: tuple[str, ...] = ()
    request_id: str = ""
    address: str = ""
    agent: str = ""
    device: str = field(default="", repr=False)
    credential: tuple[str, int] | None = None
    budget: Budget | None = None

    @property
    def owns_only(self) -> bool:
        """A rep sees and changes only the contacts that are its own."""
        return self.role is Role.REP

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises Denied."""
        if permission not in self.permissions:
            raise Denied

    def on(self, *, request_id: str, address: str, budget: Budget | None = None) -> "Actor":
        """The same actor, seen in one request."""
        return replace(self, request_id=request_id, address=address, budget=budget)


def operator(company_id: int, *, wire: str = "cli") -> Actor:
    """The person at the server's own command line, who may do everything in this company."""
    return Actor(company_id, "operator", wire, frozenset(Permission))


def operator_for(user_id: int, *, session_id: int | None = None) -> Actor:
    """The same person, doing for a user what that user may do for itself, in this of its sessions."""
    return Actor(0, "operator", "cli", frozenset(), user_id=user_id, session_id=session_id)


def stranger(*, wire: str, request_id: str = "", address: str = "", agent: str = "", device: str = "") -> Actor:
    """Somebody who has not signed in, in no company: who asks for a passcode, or brings one.

    `agent` is what its software calls itself, for a list of sessions; it proves nothing.
    """
    return Actor(0, "somebody", wire, frozenset(), request_id=request_id, address=address, agent=agent, device=device)


@lru_cache(maxsize=1024)
def _as_permissions(names: tuple[str, ...]) -> frozenset[Permission]:
    known = {permission.value for permission in Permission}
    return frozenset(Permission(name) for name in names if name in known)


def permissions_of(role: Role, granted: Iterable[str]) -> frozenset[Permission]:
    """What a membership may do: an admin everything, a rep its own contacts, a manager what was granted."""
    if role is Role.ADMIN:
        return frozenset(Permission) - {P.MEMBERS_VERIFY}
    if role is Role.REP:
        return REP_PERMISSIONS
    return _as_permissions(tuple(granted)) & GRANTABLE
