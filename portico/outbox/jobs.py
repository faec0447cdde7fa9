from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from portico.outbox import actions
from portico.outbox.queues import WEBHOOKS
from portico.outbox.webhooks.actions import forget_deliveries
from portico.outbox.webhooks.sending import deliver_round, list_due_endpoints

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


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="send webhooks")
def send_webhooks(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """A job for each endpoint for which something is due, so that a slow one keeps no other waiting."""
    for company_id, endpoint_id in list_due_endpoints():
        name = f"webhook endpoint {endpoint_id}"
        try:
            deliver_webhooks.configure(lock=name, queueing_lock=name).defer(
                company_id=company_id, endpoint_id=endpoint_id
            )
        except AlreadyEnqueued:
            continue


@app.task(queue=WEBHOOKS)
def deliver_webhooks(company_id: int, endpoint_id: int) -> None:
    """Deliver what is due to one endpoint; what fails is due again later."""
    deliver_round(company_id, endpoint_id)


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="forget webhook deliveries")
def forget_webhook_deliveries(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep the log small."""
    forget_deliveries()
