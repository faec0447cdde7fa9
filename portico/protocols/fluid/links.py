"""What a member shows on its page, in its order: links, and favourite products."""

from typing import Any

from django.http import HttpResponse

from portico.access import Actor
from portico.errors import Invalid, NotFound
from portico.identity.actions.profile_links import add_link, change_link, delete_link, order_links
from portico.identity.models import ProfileLink
from portico.identity.queries.profile_links import own_links
from portico.protocols.fluid.values import as_id, ids, inside
from portico.protocols.fluid.wire import Request, as_text, bare, instant, keyed

_LINK, _FAVORITE = ProfileLink.Kind.LINK, ProfileLink.Kind.FAVORITE
_FIELDS = {
    _LINK: {"title": "title", "url": "url"},
    _FAVORITE: {"title": "title", "url": "url", "image_url": "image_url", "product_id": "product"},
}


def list_links(request: Request, user_id: int) -> HttpResponse:
    return _listed(_of_user(request, user_id), _LINK)


def add_user_link(request: Request, user_id: int) -> HttpResponse:
    return _added(_of_user(request, user_id), request, _LINK)


def change_user_link(request: Request, user_id: int, id: int) -> HttpResponse:
    position = inside(request, "link").get("position")
    link = change_link(
        _of_user(request, user_id),
        _LINK,
        id,
        _fields(request, _LINK),
        position=None if position is None else as_id("position", position),
    )
    return bare(_as_link(link))


def delete_user_link(request: Request, user_id: int, id: int) -> HttpResponse:
    delete_link(_of_user(request, user_id), _LINK, id)
    return keyed({"id": id})


def order_user_links(request: Request, user_id: int) -> HttpResponse:
    return _ordered(_of_user(request, user_id), request, _LINK)


def list_favorites(request: Request, user_company_id: int) -> HttpResponse:
    return _listed(_of_membership(request, user_company_id), _FAVORITE)


def add_favorite(request: Request, user_company_id: int) -> HttpResponse:
    return _added(_of_membership(request, user_company_id), request, _FAVORITE)


def delete_favorite(request: Request, user_company_id: int, id: int) -> HttpResponse:
    delete_link(_of_membership(request, user_company_id), _FAVORITE, id)
    return keyed({"id": id})


def order_favorites(request: Request, user_company_id: int) -> HttpResponse:
    return _ordered(_of_membership(request, user_company_id), request, _FAVORITE)


def _of_user(request: Request, user_id: int) -> Actor:
    """Everybody has only its own."""
    if user_id != request.actor.user_id:
        raise NotFound("user")
    return request.actor


def _of_membership(request: Request, user_company_id: int) -> Actor:
    if user_company_id != request.actor.membership_id:
        raise NotFound("user company")
    return request.actor


def _listed(actor: Actor, kind: ProfileLink.Kind) -> HttpResponse:
    return bare([_as_link(link) for link in own_links(actor, kind)])


def _added(actor: Actor, request: Request, kind: ProfileLink.Kind) -> HttpResponse:
    return bare(_as_link(add_link(actor, kind, _fields(request, kind))), status=201)


def _ordered(actor: Actor, request: Request, kind: ProfileLink.Kind) -> HttpResponse:
    order_links(actor, kind, _wanted_order(request))
    return _listed(actor, kind)


def _wanted_order(request: Request) -> list[int]:
    """`ids` in their order, or a list of objects with `id` and `position`."""
    for name in ("links", "favorites"):
        rows = request.fields.get(name)
        if isinstance(rows, list):
            if not all(isinstance(row, dict) for row in rows):
                raise Invalid.one(name, "object", f"{name} must be a list of objects with id and position.")
            placed = [(as_id("position", row.get("position")), as_id("id", row.get("id"))) for row in rows]
            return [id for _, id in sorted(placed)]
    return ids(request, "ids")


def _fields(request: Request, kind: ProfileLink.Kind) -> dict[str, Any]:
    given = inside(request, str(kind))
    return {ours: as_text(theirs, given[theirs]) for theirs, ours in _FIELDS[kind].items() if theirs in given}


def _as_link(link: ProfileLink) -> dict[str, Any]:
    shown = {theirs: getattr(link, ours) for theirs, ours in _FIELDS[ProfileLink.Kind(link.kind)].items()}
    return {"id": link.pk, **shown, "position": link.position, "created_at": instant(link.created_at)}
