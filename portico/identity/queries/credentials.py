"""From a credential to an Actor: one indexed look-up that brings actor, company, permissions and rules together."""

from dataclasses import dataclass
from functools import cache

from django.db.models import BinaryField, F, Q
from django.db.models.functions import Now

from portico.access import Actor, Permission, Role, permissions_of
from portico.errors import Denied, NotSignedIn
from portico.identity.models import ApiKey, SecurityCode
from portico.identity.rules import Rules
from portico.identity.throttle import Limit
from portico.identity.usage import note_use
from portico.lib.briefly import Briefly
from portico.lib.secrets import digest, is_well_formed
from portico.lib.statements import Later, Statement, compiled

KEY_PREFIX = "ptk_"
CODE_PREFIX = "psc_"
# A key that was good a moment ago need not be looked up again (docs/decisions/0004). What is wrong is never remembered.
SECONDS_REMEMBERED = 0.5
# Codes that sites bring along can be as short as six characters.
WRONG_CODES_FROM_ADDRESS = Limit("wrong security codes from an address", tries=1000, seconds=600)


@dataclass(frozen=True, slots=True)
class _Found:
    actor: Actor
    rules: Rules

    def seen(self, *, request_id: str, address: str) -> Actor:
        """The actor in one request, which the rules let in. Raises NotSignedIn, TooMany."""
        budget = self.rules.admit(self.actor, address)
        note_use(self.actor, address)
        return self.actor.on(request_id=request_id, address=address, budget=budget)


_recent: Briefly[_Found] = Briefly(seconds=SECONDS_REMEMBERED)
# Apart from those, or a call with an empty user name would find what a bearer alone has left.
_recent_bearers: Briefly[_Found] = Briefly(seconds=SECONDS_REMEMBERED)


def actor_for_key(username: str, password: str, *, request_id: str, address: str) -> Actor:
    """The manager whose API key this is; `username` is its API username or e-mail address.

    Raises NotSignedIn for whatever is wrong, also an address that the key does not allow; TooMany beyond the key's own
    limit; Denied when the holder has become an administrator, who cannot hold a key (manual: "Do NOT use an
    Administrator user role for API access").
    """
    password = "".join(password.split())  # WordPress shows application passwords in groups; both spellings work
    hashed = digest(password, "api key")
    remembered = hashed + username.encode("utf-8", "replace")
    found = _recent.find(remembered)
    if found is None:
        if not is_well_formed(password, KEY_PREFIX):
            raise NotSignedIn
        found = _key(hashed, "fluentcrm", username)
        _recent.keep(remembered, found)
    return found.seen(request_id=request_id, address=address)


def actor_for_bearer(password: str, *, request_id: str, address: str) -> Actor:
    """The manager whose API key has this password, which alone is enough to find it: for our own API.

    Raises like actor_for_key.
    """
    hashed = digest(password, "api key")
    found = _recent_bearers.find(hashed)
    if found is None:
        if not is_well_formed(password, KEY_PREFIX):
            raise NotSignedIn
        found = _key(hashed, "native")
        _recent_bearers.keep(hashed, found)
    return found.seen(request_id=request_id, address=address)


def _key(hashed: bytes, wire: str, username: str | None = None) -> _Found:
    row = _key_statement().fetch_one({"digest": hashed})
    if row is None:
        raise NotSignedIn
    key_id, name, chosen, networks, limit, api_username, email, company_id, modules, membership_id, *holder = row
    user_id, role, granted = holder
    if username is not None and username.lower() not in {api_username, email.lower()}:
        raise NotSignedIn
    if role == Role.ADMIN:
        raise Denied
    held = permissions_of(Role(role), granted)
    actor = Actor(
        company_id=company_id,
        name=f"key {name}",
        wire=wire,
        # Never more than the holder has now.
        permissions=held if chosen is None else held & permissions_of(Role.MANAGER, chosen),
        membership_id=membership_id,
        user_id=user_id,
        role=Role(role),
        modules=tuple(modules),
        credential=("key", key_id),
    )
    return _Found(actor, Rules.of(networks, limit))


_KEY_COLUMNS = (
    "id", "name", "permissions", "allowed_networks", "requests_per_minute", "membership__api_username",
    "membership__user__email", "company_id", "company__modules", "membership_id", "membership__user_id",
    "membership__role", "membership__permissions",
)  # fmt: skip


@cache
def _key_statement() -> Statement:
    member = Q(membership__is_active=True, membership__user__is_active=True, company__is_active=True)
    given = Later("digest", BinaryField())
    secret = Q(digest=given) | Q(old_digest=given, old_until__gt=Now())
    rows = ApiKey.objects.filter(member & secret & _is_alive())  # any company: the key decides
    return compiled(rows.values_list(*_KEY_COLUMNS))


def _is_alive() -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=Now()))


def actor_for_code(code: str, *, request_id: str, address: str) -> Actor:
    """The site that holds this security code; it may verify members and nothing else.

    Raises NotSignedIn; TooMany beyond the code's own limit, or where too many wrong ones came from the address, unless
    this is a code made by us, which nobody guesses: a site must not suffer from its neighbour on the same machine.
    """
    could_be_guessed = not is_well_formed(code, CODE_PREFIX)
    if could_be_guessed:
        WRONG_CODES_FROM_ADDRESS.check(address)
    row = _code_statement().fetch_one({"digest": digest(code, "security code")})
    if row is None:
        if could_be_guessed:
            WRONG_CODES_FROM_ADDRESS.count(address)
        raise NotSignedIn
    code_id, name, networks, limit, company_id, modules = row
    actor = Actor(
        company_id=company_id,
        name=f"code {name}",
        wire="activemember",
        permissions=frozenset({Permission.MEMBERS_VERIFY}),
        modules=tuple(modules),
        credential=("code", code_id),
    )
    return _Found(actor, Rules.of(networks, limit)).seen(request_id=request_id, address=address)


@cache
def _code_statement() -> Statement:
    rows = SecurityCode.objects.filter(
        _is_alive(), digest=Later("digest", BinaryField()), company__is_active=True
    ).annotate(modules=F("company__modules"))
    return compiled(rows.values_list("id", "name", "allowed_networks", "requests_per_minute", "company_id", "modules"))
