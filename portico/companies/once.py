"""A write that may come twice, because its sender never saw the answer, is done once."""

import json
import re
from collections.abc import Callable, Collection
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from portico.access import Actor
from portico.companies.models import KeptAnswer
from portico.errors import Refusal
from portico.lib.secrets import digest, seal, unseal

KEPT = timedelta(hours=24)
_PURPOSE = "kept answer"
_AT_ONCE = 1000


class StillRunning(Exception):  # noqa: N818 -- says what it is
    """The same write is being done at this moment."""


class AnotherWrite(Exception):  # noqa: N818 -- says what it is
    """A different write had this name before."""


class AnswerErased(Exception):  # noqa: N818 -- says what it is
    """The same write was done; its answer is not kept any more, as it told of somebody who was erased since."""


def once(
    actor: Actor,
    *,
    who: str,
    name: str,
    fingerprint: bytes,
    do: Callable[[], bytes],
    refused: Callable[[Refusal], bytes],
) -> tuple[bytes, bool]:
    """What `do` answers, and whether it was done now; the answer that was kept where it was done in the last 24 hours.

    `who` is the credential and `name` what the sender calls this write; `fingerprint` tells writes apart. A refusal is
    an answer too: `refused` says which, or raises it again. Raises StillRunning, AnotherWrite, AnswerErased, and what
    the two raise: then nothing is kept, and nothing of what was written.

    The write and the keeping of its answer are one transaction. Whenever a process is killed, both are there or
    neither, so there is no claim that anybody would have to take over: the lock goes with the connection. Not for what
    must leave a trace when it refuses, as a count of wrong passwords.
    """
    key = digest(f"{actor.company_id}\0{who}\0{name}", _PURPOSE)
    with transaction.atomic():
        _claim(key)
        kept = _find(actor, key)
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise AnotherWrite
            if not kept.answer:
                raise AnswerErased
            return unseal(bytes(kept.answer), _PURPOSE), False
        try:
            with transaction.atomic():  # a refusal undoes what was written before it, as it does without a name
                answer = do()
        except Refusal as no:
            answer = refused(no)
        _keep(actor, key, fingerprint, answer)
        return answer, True


def _claim(key: bytes) -> None:
    """Held until the transaction is over and what it kept can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(key[:8], "big", signed=True)])
        if cursor.fetchone() != (True,):
            raise StillRunning


def _find(actor: Actor, key: bytes) -> KeptAnswer | None:
    return KeptAnswer.objects.filter(company_id=actor.company_id, key=key, kept_at__gt=timezone.now() - KEPT).first()


def _keep(actor: Actor, key: bytes, fingerprint: bytes, answer: bytes) -> None:
    kept = KeptAnswer(company_id=actor.company_id, key=key, fingerprint=fingerprint, answer=seal(answer, _PURPOSE))
    # One that is too old to be given again may still be there.
    KeptAnswer.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["company", "key"],
        update_fields=["fingerprint", "answer", "kept_at"],
    )


def erase_from_kept_answers(company_id: int, *, ids: Collection[int], emails: Collection[str]) -> None:
    """No kept answer tells of a person any more, who is known by these, inside the caller's transaction.

    That the write was done stays known: done again, it would bring the person back.
    """
    tells = _telling_of(ids, emails)
    rows = KeptAnswer.objects.filter(company_id=company_id).exclude(answer=b"")
    found = [pk for pk, answer in rows.values_list("pk", "answer").iterator(_AT_ONCE) if tells(bytes(answer))]
    KeptAnswer.objects.filter(company_id=company_id, pk__in=found).update(answer=b"")


def _telling_of(ids: Collection[int], emails: Collection[str]) -> Callable[[bytes], bool]:
    """Whether a sealed answer has one of the addresses, or one of the numbers under a key that ends in "id"."""
    words = [re.escape(form) for email in emails for form in _written(email)]
    number = rb'id"\s*:\s*"?(?:%s)(?![0-9])' % b"|".join(b"%d" % id for id in ids)
    pattern = re.compile(b"|".join([number, *words]), re.IGNORECASE)

    def tells(sealed: bytes) -> bool:
        try:
            return pattern.search(unseal(sealed, _PURPOSE)) is not None
        except ValueError:  # sealed with another PORTICO_SECRET_KEY: nobody is answered with it any more
            return False

    return tells


def _written(email: str) -> set[bytes]:
    """An address as JSON has it: in UTF-8, or as PHP writes it."""
    return {email.encode(), json.dumps(email)[1:-1].encode()}


def forget_kept_answers() -> None:
    """Delete those whose time is over, a thousand at a time."""
    over = KeptAnswer.objects.filter(kept_at__lte=timezone.now() - KEPT)  # any company: upkeep
    while ids := list(over.values_list("pk", flat=True)[:_AT_ONCE]):
        KeptAnswer.objects.filter(pk__in=ids).delete()  # any company: upkeep
