from procrastinate.contrib.django import app

from portico.outbox import actions

SILENT_SECONDS = 6  # a worker that has not said a word for so long is dead


@app.periodic(cron="* * * * * */5")  # seconds come sixth
@app.task(queueing_lock="rescue")
async def rescue_stalled_jobs(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Jobs of a worker that was killed stay "doing" until somebody puts them back."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await app.job_manager.retry_job(job)


@app.task(retry=8)
def deliver_mail(mail_id: int) -> None:
    """Hand one waiting mail to the mail server; a failure is tried again, later each time."""
    actions.deliver_mail(mail_id)
