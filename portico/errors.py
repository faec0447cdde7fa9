"""Every way the core can say no. It knows no HTTP: each wire's errors.py turns this family into statuses and bodies."""

from dataclasses import dataclass
from typing import ClassVar


class Refusal(Exception):  # noqa: N818 -- the family's members are named for what they say, not with a suffix
    """The core says no. Closed: a test walks the family and demands a row for each member in every wire's table."""

    sentence: ClassVar[str] = "This is not possible."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)

    def __str__(self) -> str:
        return str(self.args[0])


class NotFound(Refusal):
    """There is no such thing, or the actor may not see it: nobody can tell which. `thing` is our word for it."""

    def __init__(self, thing: str) -> None:
        super().__init__(f"There is no such {thing}.")
        self.thing = thing


class Denied(Refusal):
    """The actor is known and may not do this."""

    sentence = "You are not allowed to do this."


class NotSignedIn(Refusal):
    """No credential came, or one that is good for nothing. Never says which."""

    sentence = "Sign in first."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input: `rule` is a short name (required, email, unique, ...), `text` a sentence."""

    field: str
    rule: str
    text: str


class Invalid(Refusal):
    """The input cannot be taken; nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.text for problem in problems))
        self.problems = problems

    @classmethod
    def one(cls, field: str, rule: str, text: str) -> "Invalid":
        """A refusal with a single problem."""
        return cls(Problem(field, rule, text))


class Conflict(Refusal):
    """The input is fine but clashes with the state of things."""


class Outdated(Conflict):
    """Raised only for who says what it has seen of a thing: it is no longer like that. No row of the family's own."""

    sentence = "Somebody has changed this since you read it."


class Gone(Refusal):
    """It was there and its time is over: an expired or used-up passcode or link."""

    sentence = "This has expired."


class TooMany(Refusal):
    """Too many tries. `retry_after` is in whole seconds."""

    sentence = "Too many tries. Wait a little."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Busy(Refusal):
    """The server has no room for more of this slow work now. `retry_after` is in whole seconds."""

    sentence = "The server is busy. Try again."

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__()
        self.retry_after = retry_after


FAMILY: tuple[type[Refusal], ...] = (NotFound, Denied, NotSignedIn, Invalid, Conflict, Gone, TooMany, Busy)
