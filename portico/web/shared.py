"""/s/CODE: what somebody shared, a medium or a library."""

from typing import Any

import orjson
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from portico.content.actions.leads import LeadPage
from portico.content.actions.viewing import Viewed
from portico.content.files.addresses import address_of, signature_for_file
from portico.content.queries.libraries import items_of
from portico.content.queries.sharing import get_open_share_document, link_of
from portico.content.queries.sites import site_of_sharer
from portico.errors import NotFound
from portico.http.boundary import answering
from portico.lib.statements import BuildObject, JsonField, Literal, Shape
from portico.web import errors, leads
from portico.web.counting import count_visit
from portico.web.languages import in_own_language
from portico.web.public import answer, answer_once

TEMPLATE = "shared.html"


_NULL = Literal(None, JsonField())


def _medium(path: str) -> Shape:
    return Shape(
        {
            "id": f"{path}_id",
            "title": f"{path}__title",
            "description": f"{path}__description",
            "kind": f"{path}__kind",
            "content_type": f"{path}__file__content_type",
            "width": f"{path}__file__width",
            "height": f"{path}__file__height",
            "is_private": f"{path}__is_private",
            "file": f"{path}__file__token",
            "thumbnail": f"{path}__thumbnail__token",
        }
    )


SHAPE = Shape(
    {
        "company_id": "company_id",
        "member_id": "sharer_id",
        "share_id": "id",
        "company": "company__name",
        "color": "company__color",
        "logo": "company__logo_url",
        "first_name": "sharer__user__first_name",
        "last_name": "sharer__user__last_name",
        "photo": "sharer__user__image_url",
        "site": site_of_sharer("slug"),
        "company_slug": "company__slug",
        "theme": site_of_sharer("theme"),
        "has_form": site_of_sharer("has_form"),
        "address": link_of(),
        "medium": Case(When(medium_id=None, then=_NULL), default=BuildObject(_medium("medium"))),
        "library": Case(
            When(library_id=None, then=_NULL),
            default=BuildObject(Shape({"title": "library__title", "description": "library__description"})),
        ),
        "items": items_of("library_id", _medium("medium")),
    }
)


@in_own_language
@answering(errors)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, code: str) -> HttpResponse:
    """GET and HEAD show it, POST sends its form; `?item=ID` is one medium of a shared library."""
    request.route_name = "s/"  # type: ignore[attr-defined]  # for the log, which must not see the code
    told = _with_addresses(orjson.loads(get_open_share_document(SHAPE, code)), request.GET.get("item", ""))
    document = orjson.dumps(told).decode()
    medium_id = told["medium"]["id"] if told["medium"] else None
    page = (told["company_id"], told["member_id"], told["share_id"], medium_id)
    if request.method == "POST":
        if told["has_form"] is False:
            raise NotFound("form")
        return leads.sent(request, TEMPLATE, document, LeadPage(*page))
    if leads.THANKS in request.GET:
        return answer_once(TEMPLATE, document, thanks=True)
    count_visit(request, Viewed(*page))
    return answer(request, TEMPLATE, document)


def _with_addresses(told: dict[str, Any], item: str) -> dict[str, Any]:
    """The document with the medium that is to be shown, and with the addresses of its files. Raises NotFound."""
    if item:
        chosen = [one for one in told["items"] if str(one["id"]) == item]
        if not chosen:
            raise NotFound("page")
        told["medium"] = chosen[0]
    for medium in (told["medium"], *told["items"]):
        if medium:
            medium["file"], medium["thumbnail"] = _address(medium, "file"), _address(medium, "thumbnail")
    return told


def _address(medium: dict[str, Any], name: str) -> str | None:
    token: str | None = medium[name]
    if not token or token.startswith("http"):
        return token  # none, or done already: the medium that is shown is one of the items
    return address_of(token) + (signature_for_file(token) if medium["is_private"] else "")
