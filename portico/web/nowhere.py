"""What is answered for an address that nobody claims."""

from django.http import HttpRequest, HttpResponse

from portico.errors import NotFound
from portico.http.boundary import answering
from portico.web import errors
from portico.web.languages import in_own_language


@in_own_language
@answering(errors)
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's handler404
    raise NotFound("page")
