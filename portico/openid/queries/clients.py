import hmac

from django.db.models import Q, QuerySet
from django.utils import timezone

from portico.access import Actor, Permission
from portico.errors import NotFound
from portico.lib.secrets import digest, is_well_formed
from portico.openid.errors import UnknownClient
from portico.openid.models import Client

SECRET_PREFIX = "pcs_"  # noqa: S105 -- the beginning of every secret, no secret
SECRET_PURPOSE = "client secret"  # noqa: S105 -- names what is hashed
LONGEST_ID = 100


def get_client(client_id: str) -> Client:
    """The client of this name, with its company, if both are active. Raises NotFound."""
    client = _live().filter(client_id=client_id).first() if _may_be_id(client_id) else None
    if client is None:
        raise NotFound("client")
    return client


def get_proven_client(client_id: str, secret: str | None) -> Client:
    """The client that says it is this one: with its secret, or without one where it is public. Raises UnknownClient."""
    client = _live().filter(client_id=client_id).first() if _may_be_id(client_id) else None
    if client is None or not _is_proven(client, secret):
        raise UnknownClient
    return client


def _live() -> "QuerySet[Client]":
    rows = Client.objects.filter(revoked_at=None, company__is_active=True)  # any company: the client names its own
    return rows.select_related("company")


def _may_be_id(client_id: str) -> bool:
    return len(client_id) <= LONGEST_ID and "\0" not in client_id


def _is_proven(client: Client, secret: str | None) -> bool:
    if client.secret_digest is None:
        return secret is None
    if secret is None or not is_well_formed(secret, SECRET_PREFIX):
        return False
    given = digest(secret, SECRET_PURPOSE)
    if hmac.compare_digest(given, bytes(client.secret_digest)):
        return True
    is_in_grace = client.old_until is not None and client.old_until > timezone.now()
    return is_in_grace and hmac.compare_digest(given, bytes(client.old_digest or b""))


def list_clients(actor: Actor) -> "QuerySet[Client]":
    """The company's clients that are not revoked, oldest first."""
    actor.require(Permission.ADMINISTRATION)
    return Client.objects.filter(company_id=actor.company_id, revoked_at=None).order_by("id")


def get_own_client(actor: Actor, client_id: str) -> Client:
    """One of them, by its client id. Raises NotFound."""
    client = list_clients(actor).filter(client_id=client_id).first() if _may_be_id(client_id) else None
    if client is None:
        raise NotFound("client")
    return client


def company_id_of_client(client_id: str) -> int:
    """Which company a client belongs to: for the operator, who names it by its id alone. Raises NotFound."""
    return get_client(client_id).company_id


def is_clients_origin(origin: str) -> bool:
    """Whether a client is led back to this web origin, or its company lets it call us from browsers."""
    if "\0" in origin:
        return False
    return _live().filter(Q(origins__contains=[origin]) | Q(company__allowed_origins__contains=[origin])).exists()
