from procrastinate.contrib.django import app

from portico.companies import once


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="forget kept answers")
def forget_kept_answers(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep the table of kept answers as small as the day was."""
    once.forget_kept_answers()
