"""Where tries at a secret that a person types (mailed code, password, code of an app) are counted: one count for all.

    attempts = attempts_at(actor, email=email)
    attempts.count()    # before the secret is looked at, outside of a transaction; raises TooMany
    ...                 # a wrong one: nothing more to do, it is counted
    attempts.forget()   # only when the person has signed in with all that it takes

Who comes from a device that the account is known on has a small count of its own there, which nobody else can use up;
all others share the account's. So guessing is slow from everywhere, and whoever knows only the address keeps nobody
out on his own device. What cannot be guessed (a mailed link, a passkey) is not counted at all.
"""

from dataclasses import dataclass

from portico.access import Actor
from portico.identity.queries.devices import find_device
from portico.identity.throttle import Limit
from portico.identity.waits import GrowingLimit
from portico.lib.addresses import lowered
from portico.lib.networks import countable

TRIES_AT_ACCOUNT = GrowingLimit("tries at an account", free=20)
TRIES_ON_DEVICE = GrowingLimit("tries on a device", free=10)
# Against one who tries few passwords at many accounts. Offices share an address; known devices do not pay for it.
TRIES_FROM_ADDRESS = Limit("tries at accounts from", tries=300, seconds=3600)
# Mail costs its receiver patience and its sender reputation.
MAILS_TO_ADDRESS = Limit("sign-in mails to", tries=6, seconds=900)
MAILS_FOR_DEVICE = Limit("sign-in mails for a device", tries=6, seconds=900)


@dataclass(frozen=True, slots=True)
class Attempts:
    """The counts that one who tries pays with. `device_id` is the known device that he comes from, None elsewhere."""

    email: str
    device_id: int | None
    address: str

    def check(self) -> None:
        """Count nothing; raises TooMany while there is a wait."""
        if self.device_id is not None:
            return TRIES_ON_DEVICE.check(str(self.device_id))
        TRIES_FROM_ADDRESS.check(self.address)
        return TRIES_AT_ACCOUNT.check(self.email)

    def count(self) -> None:
        """Count one more try. Raises TooMany, for a try that must not be judged."""
        if self.device_id is not None:
            return TRIES_ON_DEVICE.count(str(self.device_id))
        TRIES_FROM_ADDRESS.count(self.address)
        return TRIES_AT_ACCOUNT.count(self.email)

    def forget(self) -> None:
        """The person has signed in: its failures on this way are forgiven, those on others stay."""
        if self.device_id is not None:
            return TRIES_ON_DEVICE.forget(str(self.device_id))
        # Of the address only this try: one with an account of his own could else try at others' for ever.
        TRIES_FROM_ADDRESS.forget(self.address)
        return TRIES_AT_ACCOUNT.forget(self.email)

    def count_mail(self) -> None:
        """Count one more mail that is to be sent for this account. Raises TooMany."""
        if self.device_id is not None:
            MAILS_FOR_DEVICE.count(str(self.device_id))
        else:
            MAILS_TO_ADDRESS.count(self.email)


def attempts_at(actor: Actor, *, email: str) -> Attempts:
    """The counts for one who comes as this actor and tries to be the user with this address, known or not."""
    # What no database takes is in no account's address either.
    email = email.replace("\0", "").encode("utf-8", "replace").decode()
    return Attempts(lowered(email), find_device(actor, email=email), countable(actor.address))
