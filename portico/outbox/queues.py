"""The queues of jobs, and how many hands a worker process has for each. Jobs go into the first unless told."""

JOBS = "default"
WEBHOOKS = "webhooks"  # may wait 15 seconds for each answer of somebody else's server
HANDS = {JOBS: 4, WEBHOOKS: 8}
