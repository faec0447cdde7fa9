"""The sign-in of a company's contacts, on the way to a software of that company."""

from django.http import HttpResponse

from portico.errors import NotFound, NotSignedIn
from portico.openid.actions.member_sessions import begin_member_session
from portico.web.openid.asking import Question, SentBack, question_of
from portico.web.openid.authorize import AUTHORIZE, asking_page, staff_sign_in
from portico.web.openid.browsers import check_form, keep_member, refuse_plain_http, sent_to
from portico.web.openid.wire import Request, parameters_of, query_of

_LONGEST = 320  # characters of an address


def show(request: Request) -> HttpResponse:
    refuse_plain_http(request.http)
    try:
        question = _question(query_of(request.http))
    except SentBack as back:
        return sent_to(back.location)
    return _page(request, question, question.parameters.get("login_hint", ""))


def sign_in(request: Request) -> HttpResponse:
    refuse_plain_http(request.http)
    check_form(request.http, request.form)
    try:
        question = _question(request.form.get("question", ""))
    except SentBack as back:
        return sent_to(back.location)
    email = request.form.get("email", "").strip()
    try:
        token = begin_member_session(
            request.actor, question.client, email=email, password=request.form.get("password", "")
        )
    except NotSignedIn:
        return _page(request, question, email, status=401)
    response = sent_to(f"{AUTHORIZE}?{question.with_sign_in_done()}&after=sign-in")
    keep_member(request.http, response, question.client.company_id, token)
    return response


def _question(query: str) -> Question:
    question = question_of(parameters_of(query))
    if not question.client.is_for_contacts:
        raise NotFound("page")
    return question


def _page(request: Request, question: Question, email: str, *, status: int = 200) -> HttpResponse:
    return asking_page(
        request,
        "openid/sign_in.html",
        question=question,
        status=status,
        email=email[:_LONGEST],
        is_wrong=status != 200,  # noqa: PLR2004 -- the usual one
        staff=staff_sign_in(question.with_sign_in_done()) if question.client.is_for_users else None,
    )
