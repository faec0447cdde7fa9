"""Shades of the family of refusals for what the protocols have a word of their own (RFC 6749, RFC 6750)."""

from portico.errors import Denied, Gone, Invalid, NotSignedIn


class UnknownClient(NotSignedIn):
    """No such client, another one's secret, or it is revoked: nobody can tell which."""

    sentence = "This client is unknown, or its secret is wrong."


class BadGrant(Gone):
    """A code or a refresh token that is unknown, used up or over, or not this client's: nobody can tell which."""

    sentence = "This grant is no good, or its time is over."


class BadScope(Invalid):
    """More is asked for than was granted."""

    def __init__(self) -> None:
        super().__init__()
        self.args = ("That much was not granted.",)


class BadToken(NotSignedIn):
    """An access token that is none of ours, has ended, or whose person is no longer let in."""

    sentence = "This access token is no good, or its time is over."


class NotGranted(Denied):
    """The token is good, but not for this."""

    sentence = "This token is not good for that."
