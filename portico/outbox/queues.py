"""The queues of jobs, and how many hands a worker process has for each. A job is in the first unless its task says more."""

JOBS = "default"
WEBHOOKS = "webhooks"  # may wait 15 seconds for each answer of somebody else's server
HANDS = {JOBS: 4, WEBHOOKS: 8}
