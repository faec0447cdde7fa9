"""What the holders of credentials are told by mail before it is too late."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from portico.access import Role
from portico.companies.languages import writing_to
from portico.identity.actions import credential_letters as letters
from portico.identity.actions.credential_letters import Letter
from portico.identity.models import ApiKey, Membership, SecurityCode, User
from portico.identity.queries.ending import DAYS_BEFORE_EXPIRY
from portico.outbox.actions import send_mail

_EXPIRING = """
UPDATE {table} SET expiry_told_at = now() WHERE revoked_at IS NULL AND expiry_told_at IS NULL
AND expires_at BETWEEN now() AND now() + make_interval(days => {days}) RETURNING id
"""
# Each thing once a day. A range is new when the credential has been used from elsewhere for a day; ten times the usual
# rate needs three days to compare with; a burst of refusals is most of what came, and no handful.
_UNUSUAL = """
WITH recent AS (
    SELECT company_id, kind, credential_id,
        coalesce(sum(times) FILTER (WHERE day = today), 0) AS now,
        coalesce(sum(times) FILTER (WHERE day = today AND outcome = 'refused'), 0) AS refused,
        sum(times) FILTER (WHERE day < today) / nullif(count(DISTINCT day) FILTER (WHERE day < today), 0) AS usual,
        count(DISTINCT day) FILTER (WHERE day < today) AS days
    FROM credential_use, (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS clock
    WHERE day > today - 8 GROUP BY 1, 2, 3
), found (company_id, kind, credential_id, about, times, usual) AS (
    SELECT company_id, kind, credential_id, 'rate', now, round(usual)
    FROM recent WHERE days >= 3 AND now >= 1000 AND now >= 10 * usual
    UNION ALL
    SELECT company_id, kind, credential_id, 'refusals', refused, NULL
    FROM recent WHERE refused >= 100 AND refused * 2 >= now
    UNION ALL
    SELECT company_id, kind, credential_id, network, NULL, NULL
    FROM credential_network AS fresh WHERE first_at > now() - interval '1 day' AND EXISTS (
        SELECT FROM credential_network AS known WHERE known.company_id = fresh.company_id AND known.kind = fresh.kind
        AND known.credential_id = fresh.credential_id AND known.first_at < fresh.first_at - interval '1 day'
    )
), told AS (
    INSERT INTO credential_alert (company_id, kind, credential_id, day, reason)
    SELECT company_id, kind, credential_id, (now() AT TIME ZONE 'UTC')::date, about FROM found
    ON CONFLICT DO NOTHING RETURNING company_id, kind, credential_id, reason
)
SELECT told.kind, told.credential_id, found.about, found.times, found.usual FROM told
JOIN found USING (company_id, kind, credential_id) WHERE found.about = told.reason
"""


@transaction.atomic
def tell_of_expiry() -> int:
    """One mail for each key and code that ends within DAYS_BEFORE_EXPIRY days; answers how many were told of."""
    told = 0
    for model in (ApiKey, SecurityCode):
        with connection.cursor() as cursor:
            cursor.execute(_EXPIRING.format(table=model._meta.db_table, days=DAYS_BEFORE_EXPIRY))
            ids = [id for (id,) in cursor.fetchall()]
        for one in model._default_manager.filter(pk__in=ids).select_related("company"):  # any company: upkeep
            _tell(one, letters.ENDS, when=one.expires_at)
        told += len(ids)
    return told


@transaction.atomic
def tell_of_unusual_use() -> int:
    """One mail for each credential and each thing that is unusual about its use today; answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(_UNUSUAL)
        rows = cursor.fetchall()
    for kind, id, about, times, usual in rows:
        model = ApiKey if kind == "key" else SecurityCode
        one = model._default_manager.select_related("company").filter(pk=id).first()  # any company: upkeep
        if one is not None:
            _tell(one, letters.UNUSUAL.get(about, letters.ELSEWHERE), times=times, usual=usual, network=about)
    return len(rows)


def _tell(one: ApiKey | SecurityCode, letter: Letter, **values: Any) -> None:
    for user in _people_of(one):
        with writing_to(user.language, one.company):
            subject, text = letter.about(one, **values)
        send_mail(to=user.email, subject=subject, text=text, company_id=one.company_id)


def _people_of(one: ApiKey | SecurityCode) -> Iterable[User]:
    """The company's administrators, and a key's holder."""
    wanted = Q(role=Role.ADMIN)
    if isinstance(one, ApiKey):
        wanted |= Q(pk=one.membership_id)
    rows = Membership.objects.filter(wanted, company_id=one.company_id, is_active=True, user__is_active=True)
    return [member.user for member in rows.select_related("user").order_by("id")]
