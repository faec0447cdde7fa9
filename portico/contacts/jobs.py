from procrastinate.contrib.django import app

from portico.contacts.actions.counts import fold_counts
from portico.contacts.merging.actions import forget_merges


@app.periodic(cron="* * * * * */5")  # seconds come sixth
@app.task(queueing_lock="fold counts")
def fold_contact_counts(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep reading the counts cheap."""
    fold_counts()


@app.periodic(cron="27 * * * *")
@app.task(queueing_lock="forget merges")
def forget_old_merges(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep no more of merged contacts than can be of use."""
    forget_merges()
