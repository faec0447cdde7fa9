from procrastinate.contrib.django import app

from portico.identity.actions import signing_keys, upkeep


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
