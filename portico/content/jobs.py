from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from portico.content.actions import files, thumbnails
from portico.content.actions.counts import fold_counts, forget_visitors
from portico.content.files.store import drop_unfinished


@app.task(retry=RetryStrategy(max_attempts=5, wait=5))
def make_thumbnail(company_id: int, medium_id: int) -> None:
    """A small picture of a large one."""
    thumbnails.make_thumbnail(company_id, medium_id)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take files away")
def take_files_away(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Leave no file that nobody refers to."""
    files.take_files_away()


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="drop unfinished media")
def drop_unfinished_media(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Nor half of one."""
    drop_unfinished()


@app.periodic(cron="* * * * * */5")  # seconds come sixth
@app.task(queueing_lock="fold shown counts")
def fold_shown_counts(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep reading the numbers cheap."""
    fold_counts()


@app.periodic(cron="57 * * * *")
@app.task(queueing_lock="forget visitors")
def forget_past_visitors(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Whom a visitor is told from is known for its day only."""
    forget_visitors()
