"""What people say to media: comments, reactions, and how far they have watched."""

from django.db.models.fields.json import KeyTextTransform
from django.http import HttpResponse

from portico.content.actions.responses import add_comment, note_watched, react
from portico.content.queries.media import (
    author_name,
    get_own_watch_document,
    list_comment_documents,
    list_reaction_documents,
    list_watch_documents,
)
from portico.content.queries.visitor_messages import list_visitor_messages
from portico.errors import Invalid
from portico.lib.statements import BuildObject, Shape
from portico.protocols.fluid.expressions import Instant, full_name
from portico.protocols.fluid.paging import asked_page, listed
from portico.protocols.fluid.wire import Request, bare, document, instant, keyed
from portico.selling.queries.timeline import line_of_activity


def _person(path: str) -> BuildObject:
    return BuildObject(Shape({"user_company_id": f"{path}_id", "full_name": author_name(path)}))


COMMENT = Shape({"id": "id", "comment": "text", "user": _person("author"), "created_at": Instant("created_at")})
# What a visitor wrote beside its address: a line of a contact's timeline, under the number that it has there.
MESSAGE = Shape(
    {
        "id": line_of_activity(),
        "comment": KeyTextTransform("message", "details"),
        "contact": BuildObject(Shape({"id": "contact_id", "full_name": full_name("contact__")})),
        "created_at": Instant("at"),
    }
)
REACTION = Shape({"reaction": "kind", "user": _person("member"), "created_at": Instant("reacted_at")})
WATCH = Shape(
    {"seconds": "seconds", "completed": "is_complete", "user": _person("watcher"), "watched_at": Instant("watched_at")}
)


def comment(request: Request, id: int) -> HttpResponse:
    added = add_comment(request.actor, id, request.optional("comment") or request.optional("body"))
    said = {"id": added.pk, "comment": added.text, "created_at": instant(added.created_at)}
    return keyed({"comment": said}, status=201)


def list_comments(request: Request, id: int) -> HttpResponse:
    return listed(request, list_comment_documents(request.actor, COMMENT, id, **asked_page(request)))


def list_messages(request: Request, id: int) -> HttpResponse:
    return listed(request, list_visitor_messages(request.actor, MESSAGE, id, **asked_page(request)))


def list_reactions(request: Request, id: int) -> HttpResponse:
    return listed(request, list_reaction_documents(request.actor, REACTION, id, **asked_page(request)))


def add_reaction(request: Request, id: int) -> HttpResponse:
    reaction = request.text("reaction")
    react(request.actor, id, reaction)
    return keyed({"reaction": reaction}, status=201)


def remove_reaction(request: Request, id: int) -> HttpResponse:
    react(request.actor, id, None)
    return keyed({"reaction": None})


def list_watches(request: Request, id: int) -> HttpResponse:
    return listed(request, list_watch_documents(request.actor, WATCH, id, **asked_page(request)))


def show_watch(request: Request, id: int) -> HttpResponse:
    return document(get_own_watch_document(request.actor, WATCH, id))


def watch(request: Request, id: int) -> HttpResponse:
    seconds, completed = request.fields.get("seconds", 0), request.fields.get("completed", False)
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 10:  # noqa: PLR2004 -- of the query, where all is text
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise Invalid.one("seconds", "numeric", "seconds must be a number of seconds.")
    if completed not in (True, False, "true", "false"):
        raise Invalid.one("completed", "boolean", "completed must be true or false.")
    note_watched(request.actor, id, seconds=seconds, is_complete=completed in (True, "true"))
    return bare({"medium_id": id, "seconds": seconds, "completed": completed in (True, "true")}, status=201)
