from dataclasses import replace

from django.db import OperationalError, close_old_connections
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from portico.access import operator
from portico.contacts.actions.counts import fold_counts
from portico.contacts.actions.password_links import forget_password_links
from portico.contacts.changing.running import run_change, take_up_changes
from portico.contacts.importing.batches import load_batch
from portico.contacts.importing.upkeep import drop_old_imports, take_up_imports
from portico.contacts.merging.actions import forget_merges
from portico.contacts.sample_removing import remove_some_sample


@app.periodic(cron="* * * * * */5")  # seconds come sixth
@app.task(queueing_lock="fold counts")
def fold_contact_counts(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep reading the counts cheap."""
    fold_counts()


@app.task(
    pass_context=True, retry=RetryStrategy(max_attempts=20, wait=2, retry_exceptions=[OperationalError, JobAborted])
)
def load_import(context: JobContext, company_id: int, batch_id: int) -> None:
    """Load an import's rows. Where the worker is being stopped, or the database has gone, it goes on later."""
    close_old_connections()
    if not load_batch(company_id, batch_id, should_stop=context.should_abort):
        raise JobAborted


@app.task(
    pass_context=True, retry=RetryStrategy(max_attempts=20, wait=2, retry_exceptions=[OperationalError, JobAborted])
)
def change_many(context: JobContext, company_id: int, change_id: int) -> None:
    """Make a bulk change. Where the worker is being stopped, or the database has gone, it goes on later."""
    close_old_connections()
    if not run_change(company_id, change_id, should_stop=context.should_abort):
        raise JobAborted


@app.task(
    pass_context=True, retry=RetryStrategy(max_attempts=20, wait=2, retry_exceptions=[OperationalError, JobAborted])
)
def remove_sample_data(context: JobContext, company_id: int, name: str) -> None:
    """Go on until nothing of it is left; `name` is who asked for it. Where the worker is being stopped, later."""
    close_old_connections()
    actor = replace(operator(company_id, wire="job"), name=name)
    while remove_some_sample(actor):
        if context.should_abort():
            raise JobAborted


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take up changes")
def take_up_changes_again(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Bulk changes outlive whatever happens to their jobs."""
    take_up_changes()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take up imports")
def take_up_imports_again(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Imports outlive whatever happens to their jobs."""
    take_up_imports()


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="drop old imports")
def drop_imports(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Nobody's people lie about longer than they are needed."""
    drop_old_imports()


@app.periodic(cron="27 * * * *")
@app.task(queueing_lock="forget merges")
def forget_old_merges(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep no more of merged contacts than can be of use."""
    forget_merges()


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="forget password links")
def forget_old_password_links(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Links that were mailed to contacts are of no use for long."""
    forget_password_links()
