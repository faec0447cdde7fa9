"""What leaves: mail (and webhooks), recorded in the transaction that caused it and delivered by jobs."""
