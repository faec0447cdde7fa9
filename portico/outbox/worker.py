"""The job worker of one process. What waits for strangers' servers has hands of its own: mail never waits for them."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

from procrastinate import App
from procrastinate.contrib.django import app

from portico.outbox.queues import HANDS

_SPARE = 2  # threads beside those for jobs: for what the worker itself does outside its loop


def run_worker() -> None:
    """Do jobs until a signal says stop; what is being done then is finished."""
    with app.replace_connector(app.connector.get_worker_connector()) as running:  # type: ignore[attr-defined]  # Django's connector has it
        asyncio.run(_work(running))


async def _work(running: App) -> None:
    loop = asyncio.get_running_loop()
    # Jobs are threads: asyncio's own number of them follows the processors, and slow webhooks alone would use them up.
    loop.set_default_executor(ThreadPoolExecutor(sum(HANDS.values()) + _SPARE))
    async with running.open_async():
        workers = [
            asyncio.create_task(
                running.run_worker_async(name=queue, queues=[queue], concurrency=hands, install_signal_handlers=False)
            )
            for queue, hands in HANDS.items()
        ]
        _stop_by_signal(loop, workers)
        # One that ends by itself has lost its database: the process ends with it, and is started anew.
        await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
        _stop(workers)
        for ended in await asyncio.gather(*workers, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


def _stop(workers: list[asyncio.Task[None]]) -> None:
    """Once: asked a second time they would not wait for what they are doing."""
    for one in workers:
        if not one.cancelling():
            one.cancel()


def _stop_by_signal(loop: asyncio.AbstractEventLoop, workers: list[asyncio.Task[None]]) -> None:
    """The first signal lets jobs be finished, the second is the system's own."""

    def stop() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        _stop(workers)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
