from procrastinate.contrib.django import app

from portico.identity.actions.signing_keys import rotate_signing_keys
from portico.openid.actions import upkeep
from portico.openid.signing import TOKEN_KEYS


@app.periodic(cron="19 * * * *")
@app.task(queueing_lock="rotate token keys")
def rotate_token_keys(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Publish the next key a day before it signs."""
    rotate_signing_keys(TOKEN_KEYS)


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="forget ended grants")
def forget_ended_grants(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep the tables small."""
    upkeep.forget_ended_grants()
