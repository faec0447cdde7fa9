from procrastinate.contrib.django import app

from portico.identity.actions import signing_keys, upkeep, watching, webhook_alerts


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="rotate signing keys")
def rotate_signing_keys(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Have the next key ready before the present one retires."""
    signing_keys.rotate_signing_keys()


@app.periodic(cron="37 * * * *")
@app.task(queueing_lock="forget the past of signing in")
def forget_the_past(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep the tables of signing in small."""
    upkeep.forget_the_past()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="watch credentials")
def watch_credentials(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Tell people in time of keys and codes that end soon, or that are used unlike before."""
    watching.tell_of_expiry()
    watching.tell_of_unusual_use()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="tell of disabled webhooks")
def tell_of_disabled_webhooks(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Whoever waits at the other end hears nothing, so people here have to."""
    webhook_alerts.tell_of_disabled_endpoints()
