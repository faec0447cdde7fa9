from procrastinate.contrib.django import app

from portico.audit import sealing


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal the audit")
def seal_entries(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Bring the last minute's entries into their chains."""
    sealing.seal_entries()


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="remove old audit entries")
def remove_old_entries(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep the audit for as long as PORTICO_AUDIT_DAYS says."""
    sealing.remove_old_entries()
