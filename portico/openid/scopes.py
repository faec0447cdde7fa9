"""What a client may ask for, in the words of the protocol, and what that means in words for people."""

from collections.abc import Collection, Mapping

OPENID = "openid"
OFFLINE = "offline_access"
# In the order in which the consent page names them.
SCOPES: Mapping[str, str] = {
    OPENID: "know that it is you",
    "profile": "see your name",
    "email": "see your e-mail address",
    "tags": "see which groups the company has put you in",
    "role": "see what you are in the company",
    OFFLINE: "go on with all this while you are away",
}


def granted(asked: Collection[str], allowed: Collection[str]) -> list[str]:
    """What of the asked scopes there is, and the client may have: others are left out, as OpenID Connect wants it."""
    return [scope for scope in SCOPES if scope in asked and scope in allowed]
