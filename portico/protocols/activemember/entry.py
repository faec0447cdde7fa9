"""The root address, where a call is told by its security code."""

from django.http import HttpRequest, HttpResponse

from portico.contacts.actions.members import sign_in_member
from portico.http.bodies import BodyTooLarge
from portico.http.boundary import answering
from portico.protocols.activemember import errors, wire
from portico.protocols.activemember.auth import actor_of, refuse_open_ways
from portico.protocols.activemember.fields import SHAPE

MODULE = "remote-authentication"


class _NotOurs(HttpResponse):
    """The code's company has the module off: the address shows what it shows to everybody."""


def at_root(request: HttpRequest) -> HttpResponse | None:
    """The answer to a call of remote authentication; None for whatever else comes to this address.

    A call is what has a security code, also an empty one; the body's counts before the address's (PHP's $_REQUEST). A
    form that is too large to look into could only be one: nothing else takes forms here.
    """
    parameters = wire.in_query(request)
    is_too_large = False
    try:
        parameters |= wire.in_body(request)
    except BodyTooLarge:
        is_too_large = True
    if wire.CODE not in parameters and not is_too_large:
        return None
    response = _sign_in(request, parameters, is_too_large=is_too_large)
    if isinstance(response, errors.Failure):
        return wire.form_of(parameters).write(response, value=False)
    return None if isinstance(response, _NotOurs) else response


@answering(errors)
def _sign_in(request: HttpRequest, parameters: wire.Parameters, *, is_too_large: bool) -> HttpResponse:
    request.route_name = MODULE  # type: ignore[attr-defined]  # for the log
    if is_too_large:
        raise BodyTooLarge
    refuse_open_ways(request)
    actor = actor_of(request, wire.code_of(parameters))
    if MODULE not in actor.modules:
        return _NotOurs()
    asked = wire.asked(parameters)
    member = sign_in_member(actor, SHAPE, email=asked.user, password=asked.password, required_tags=asked.required_tags)
    return wire.form_of(parameters).write(HttpResponse(), value=wire.answer(member.document, asked.fields))
