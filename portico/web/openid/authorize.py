"""Where a client sends people: they sign in if needed, say yes or no, and go back with a code or a refusal."""

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse

from portico.identity.queries.sessions import LiveSession
from portico.openid.actions.granting import allow_client, grant_access
from portico.openid.addresses import form_source
from portico.openid.errors import BadToken
from portico.openid.people import SignedIn
from portico.openid.queries.signed_in import find_signed_in, has_consented
from portico.openid.scopes import SCOPES
from portico.openid.signing import ID, checked
from portico.web.browsers import find_session
from portico.web.core_texts import from_core
from portico.web.openid.asking import Question, SentBack, question_of
from portico.web.openid.browsers import (
    check_form,
    end_browser_sessions,
    form_proof,
    keep_form_proof,
    member_token,
    refuse_plain_http,
    sent_to,
)
from portico.web.openid.wire import Request, parameters_of, query_of
from portico.web.pages import not_kept, page

AUTHORIZE = "/oauth/authorize"


def show(request: Request) -> HttpResponse:
    """OpenID Connect Core 3.1.2. `after=sign-in` is ours."""
    refuse_plain_http(request.http)
    parameters = parameters_of(query_of(request.http))
    if parameters.pop("after", "") == "sign-in":
        # Browsers hold all that follows a form against its page's form-action; a page between ends what follows.
        return not_kept(page(request.http, "openid/onward.html", address=f"{AUTHORIZE}?{urlencode(parameters)}"))
    try:
        return _answered(request, question_of(parameters))
    except SentBack as back:
        return sent_to(back.location)


def decide(request: Request) -> HttpResponse:
    """The press of a button on the consent page: allow, deny or other.

    The question itself may come as a form too (Core 3.1.2.1).
    """
    refuse_plain_http(request.http)
    form = request.form
    if "decision" not in form:
        return sent_to(f"{AUTHORIZE}?{urlencode(form)}")
    check_form(request.http, form)
    parameters = parameters_of(form.get("question", ""))
    try:
        return _decided(request, question_of(parameters), form)
    except SentBack as back:
        return sent_to(back.location)


def sign_in_again(request: Request) -> HttpResponse:
    """The press of the button that ends the sign-in of somebody who has to sign in anew, or as somebody else."""
    refuse_plain_http(request.http)
    check_form(request.http, request.form)
    try:
        question = question_of(parameters_of(request.form.get("question", "")))
    except SentBack as back:
        return sent_to(back.location)
    return _signed_out(request, question)


def _signed_out(request: Request, question: Question) -> HttpResponse:
    """And asked once more, which leads to a sign-in."""
    response = sent_to(f"{AUTHORIZE}?{question.with_sign_in_done()}")
    staff = find_session(request.http)
    end_browser_sessions(request.actor, request.http, response, staff, question.client.company_id)
    return response


def _decided(request: Request, question: Question, form: dict[str, str]) -> HttpResponse:
    who = _who(request, question, find_session(request.http))
    if who is None or question.wants_sign_in(who) or who.person.subject != form.get("subject"):
        # Too long ago by now, or somebody else has signed in meanwhile.
        return sent_to(f"{AUTHORIZE}?{urlencode(question.parameters)}")
    if form["decision"] == "other":
        return _signed_out(request, question)
    if form["decision"] != "allow":
        raise question.refused("access_denied", "The person said no.")
    return sent_to(question.answered(code=allow_client(request.actor, question.client, who, question.asked)))


def _answered(request: Request, question: Question) -> HttpResponse:
    staff = find_session(request.http)
    who = _who(request, question, staff)
    if who is None or question.wants_sign_in(who):
        return _signing_in(request, question, who, staff)
    is_known = has_consented(question.client, who, list(question.asked.scopes))
    if "consent" in question.prompts or not is_known:
        return _consent(request, question, who)
    return sent_to(question.answered(code=grant_access(request.actor, question.client, who, question.asked)))


def _who(request: Request, question: Question, staff: LiveSession | None) -> SignedIn | None:
    """Nobody, where the client says by a token of old whom it means and that is somebody else."""
    client = question.client
    who = find_signed_in(client, staff, member_token(request.http, client.company_id))
    hint = question.parameters.get("id_token_hint")
    if who is None or hint is None:
        return who
    try:
        meant = checked(hint, ID, may_be_over=True)
    except BadToken:
        raise question.refused("invalid_request", "id_token_hint is no ID token of ours.") from None
    return who if meant["sub"] == who.person.subject else None


def _signing_in(request: Request, question: Question, who: SignedIn | None, staff: LiveSession | None) -> HttpResponse:
    if not question.may_ask:
        raise question.refused("login_required", "The person has to sign in.")
    following = question.with_sign_in_done()
    is_staff = staff is not None and question.client.is_for_users
    if who is not None or is_staff:
        name = who.person.email if who else staff.actor.name if staff else ""
        return asking_page(request, "openid/again.html", question=question, name=name)
    if question.client.is_for_contacts:
        return sent_to(f"/oauth/sign-in?{following}")
    return sent_to(staff_sign_in(following))


def staff_sign_in(following: str) -> str:
    """The sign-in of our own pages, which leads back here."""
    return f"/sign-in?next={quote(f'{AUTHORIZE}?{following}&after=sign-in', safe='')}"


def _consent(request: Request, question: Question, who: SignedIn) -> HttpResponse:
    if not question.may_ask:
        raise question.refused("consent_required", "The person has to be asked.")
    return asking_page(
        request,
        "openid/consent.html",
        question=question,
        form_action=f"'self' {form_source(question.asked.redirect_uri)}",
        person=who.person,
        place=form_source(question.asked.redirect_uri),
        wishes=[from_core(SCOPES[scope]) for scope in question.asked.scopes],
    )


def asking_page(
    request: Request, template: str, *, question: Question, status: int = 200, form_action: str = "'self'", **more: Any
) -> HttpResponse:
    """A page with a form that only itself can send."""
    kept, proof = form_proof(request.http)
    response = not_kept(
        page(
            request.http,
            template,
            status=status,
            form_action=form_action,
            client=question.client,
            query=urlencode(question.parameters),
            proof=proof,
            **more,
        )
    )
    keep_form_proof(request.http, response, kept)
    return response
