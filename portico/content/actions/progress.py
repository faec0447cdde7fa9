from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from portico.access import Actor
from portico.audit.actions import record
from portico.content.actions.learning import member_of
from portico.errors import Invalid, NotFound

WHOLE = 100


@transaction.atomic
def advance_training(actor: Actor, training_id: int, percent: int) -> None:
    """The actor is this far, in percent. It only grows: less than before changes nothing, 100 completes all modules.

    Raises NotFound, Invalid.
    """
    if not 0 <= percent <= WHOLE:
        raise Invalid.one("progress_percent", "number", "This must be a whole number from 0 to 100.")
    with connection.cursor() as cursor:
        place = _begin(cursor, actor, training_id)
        if percent == WHOLE:
            cursor.execute(_ALL_MODULES, place)
        _advance(cursor, actor, place, percent)


@transaction.atomic
def complete_module(actor: Actor, training_id: int, module_id: int) -> None:
    """The actor has done this part; doing it again changes nothing. The last part completes the training.

    Raises NotFound, also for a module of another training.
    """
    with connection.cursor() as cursor:
        place = _begin(cursor, actor, training_id)
        cursor.execute(_ONE_MODULE, {**place, "module": module_id})
        if cursor.fetchone() is None:
            raise NotFound("module")
        cursor.execute(_SHARE, place)
        _advance(cursor, actor, place, int(cursor.fetchone()[0]))


def _begin(cursor: CursorWrapper, actor: Actor, training_id: int) -> dict[str, int]:
    """Hold the training, and the actor's progress: what it does in two apps at once comes one after the other."""
    place = {"company": actor.company_id, "training": training_id, "member": member_of(actor)}
    cursor.execute(_TRAINING, place)
    if cursor.fetchone() is None:
        raise NotFound("training")
    cursor.execute(_PROGRESS, place)
    return place


def _advance(cursor: CursorWrapper, actor: Actor, place: dict[str, int], percent: int) -> None:
    cursor.execute(_ADVANCE, {**place, "percent": percent})
    if (moved := cursor.fetchone()) and moved[0]:
        record(actor, "training.completed", "training", place["training"])


_TRAINING = "SELECT FROM training WHERE company_id = %(company)s AND id = %(training)s AND is_published FOR SHARE"
_PROGRESS = """
INSERT INTO training_progress AS old (company_id, training_id, member_id)
VALUES (%(company)s, %(training)s, %(member)s)
ON CONFLICT (company_id, training_id, member_id) DO UPDATE SET percent = old.percent
"""
_ALL_MODULES = """
INSERT INTO completed_module (company_id, module_id, member_id)
SELECT company_id, id, %(member)s FROM training_module WHERE company_id = %(company)s AND training_id = %(training)s
ON CONFLICT DO NOTHING
"""
_ONE_MODULE = """
WITH module AS (
    SELECT company_id, id FROM training_module
    WHERE company_id = %(company)s AND training_id = %(training)s AND id = %(module)s
), done AS (
    INSERT INTO completed_module (company_id, module_id, member_id)
    SELECT company_id, id, %(member)s FROM module ON CONFLICT DO NOTHING
)
SELECT id FROM module
"""
# In hundredths rounded down, so that only all of them are 100.
_SHARE = """
SELECT 100 * count(done.module_id) / count(*)
FROM training_module AS module LEFT JOIN completed_module AS done
    ON done.company_id = module.company_id AND done.module_id = module.id AND done.member_id = %(member)s
WHERE module.company_id = %(company)s AND module.training_id = %(training)s
"""
# Answers whether it was completed by this.
_ADVANCE = """
UPDATE training_progress AS new SET percent = %(percent)s, updated_at = statement_timestamp(),
    completed_at = CASE WHEN %(percent)s = 100 THEN statement_timestamp() END
FROM training_progress AS old
WHERE old.company_id = %(company)s AND old.training_id = %(training)s AND old.member_id = %(member)s
    AND new.company_id = old.company_id AND new.training_id = old.training_id AND new.member_id = old.member_id
    AND old.percent < %(percent)s
RETURNING new.percent = 100
"""
