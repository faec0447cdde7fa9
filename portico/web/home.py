from django.http import HttpRequest, HttpResponse

from portico.http.boundary import answering
from portico.web import errors
from portico.web.languages import in_own_language
from portico.web.pages import page


@in_own_language
@answering(errors)
def show(request: HttpRequest) -> HttpResponse:
    """What this server is, for whoever opens its address."""
    return page(request, "home.html")
