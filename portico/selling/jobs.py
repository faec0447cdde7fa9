from procrastinate.contrib.django import app

from portico.selling.actions import reminding
from portico.selling.actions.counts import fold_sales


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="remind of tasks")
def remind_of_tasks(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Tell people in the morning, where they live, of what is due."""
    reminding.remind_of_tasks()


@app.periodic(cron="* * * * * */5")  # seconds come sixth
@app.task(queueing_lock="fold sales")
def fold_sale_counts(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
    """Keep reading them cheap."""
    fold_sales()
