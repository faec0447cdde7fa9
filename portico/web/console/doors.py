"""Who did something and through which door, as the audit log keeps both, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as lazy

from portico.web.texts import Text

_DOORS: Mapping[str, Text] = {
    "web": lazy("browser"),
    "cli": lazy("command line"),
    "job": lazy("worker"),
    "fluid": "Fluid Rep API",
    "fluentcrm": "FluentCRM REST API",
    "activemember": "Remote Authentication",
    "native": lazy("Portico's own API"),
    "openid": "OpenID Connect",
}
# People and software go by names of their own.
_NAMELESS: Mapping[str, Text] = {
    "operator": lazy("operator"),
    "somebody": lazy("somebody"),
    "visitor": lazy("visitor"),
    "member": lazy("the contact itself"),
}
_SOFTWARE: Mapping[str, Text] = {
    "key": lazy("key %(name)s"),
    "code": lazy("security code %(name)s"),
    "client": lazy("client %(name)s"),
}


def door(wire: str) -> str:
    return str(_DOORS.get(wire, wire))


def who(actor: str) -> str:
    """An actor's name."""
    kind, _blank, name = actor.partition(" ")
    if name and kind in _SOFTWARE:
        return str(_SOFTWARE[kind]) % {"name": name}
    return str(_NAMELESS.get(actor, actor))
