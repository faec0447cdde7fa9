"""The whole HTTP surface on one screen. What a wire answers under its prefix is in its routes.py."""

from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from portico.protocols.activemember import entry as activemember
from portico.protocols.fluentcrm import entry as fluentcrm
from portico.protocols.fluid import entry as fluid
from portico.protocols.fluid import mock as fluid_mock
from portico.protocols.native import entry as native
from portico.web import assets, calendar, docs, entry, files, home, shared, sign_in, sites
from portico.web.console.routes import CONSOLE
from portico.web.openid import entry as openid

Claim = Callable[[HttpRequest], HttpResponse | None]


def first_of(*claims: Claim, otherwise: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The root address is shared: the first wire that recognises a call as its own answers it."""

    def root(request: HttpRequest) -> HttpResponse:
        for claim in claims:
            answer = claim(request)
            if answer is not None:
                return answer
        return otherwise(request)

    return root


PROTOCOLS = Path(__file__).parent / "protocols"
DOCUMENTS = {
    "fluentcrm": PROTOCOLS / "fluentcrm" / "openapi.yaml",
    "fluid": PROTOCOLS / "fluid" / "openapi.yaml",
    "portico": PROTOCOLS / "native" / "openapi.yaml",
}
CLAIMS: tuple[Claim, ...] = (
    fluentcrm.at_root,
    activemember.at_root,  # last: it looks into forms, the other is told by the address alone
)
# What the addresses of the console's screens begin with.
_CONSOLE = "|".join(sorted({route.path.partition("/")[0] for route in CONSOLE}))

urlpatterns = [
    path("", first_of(*CLAIMS, otherwise=home.show)),
    re_path(r"(?is)^wp-json(?:/(?P<path>.*))?$", fluentcrm.under_wp_json),
    re_path(r"(?s)^api/portico/v1(?:/(?P<path>.*))?$", native.api),  # before /api, which is another wire's
    re_path(r"(?s)^api(?:/(?P<path>.*))?$", fluid.api),
    re_path(r"(?s)^_mock/docs/apis/rep/(?P<path>.*)$", fluid_mock.sample),
    re_path(r"(?is)^(?P<path>sign-in(?:/(?:code|password|passkey|factor(?:/passkey)?))?/?)$", entry.show),
    path("sign-in/<str:token>", sign_in.link),
    re_path(r"(?is)^(?P<path>sign-out/?|language/?|forgot/?|reset/.*|m/.*|account(?:/.*)?)$", entry.show),
    re_path(
        r"(?s)^(?P<path>oauth(?:/.*)?|\.well-known/(?:openid-configuration|oauth-authorization-server))$", openid.at
    ),
    path("calendar/<str:token>.ics", calendar.feed),
    re_path(rf"(?is)^(?P<path>(?:{_CONSOLE})(?:/.*)?)$", entry.show),
    path("assets/portico.css", assets.style),
    path("assets/passkeys.js", assets.passkeys),
    path("assets/console.js", assets.console),
    path("assets/frame.js", assets.frame),
    path("assets/htmx.js", assets.htmx),
    path("assets/portico.svg", assets.icon),
    path("assets/public.css", assets.public_style),
    re_path(r"^assets/colour/(?P<colour>[0-9a-f]{6})\.css$", assets.colour),
    path("media/<str:token>", files.show),
    path("s/<str:code>", shared.show),
    path("r/<str:company>/<str:slug>", sites.show),
    *docs.pages(DOCUMENTS),
]

handler404 = "portico.web.nowhere.not_found"
