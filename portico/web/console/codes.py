"""Settings → Security: the codes with which other sites verify the login of members."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.contacts.queries.labels import tag_id_of
from portico.errors import Invalid, NotFound
from portico.identity.actions.credentials import add_code, revoke_code
from portico.identity.models import SecurityCode
from portico.identity.queries.people import list_codes
from portico.identity.queries.use import list_uses
from portico.web.console.deletions import REVOKE, Deletion
from portico.web.console.examples import for_sign_in
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, show_list
from portico.web.console.shown_once import Secret, ShownOnce, show_once
from portico.web.console.uses import (
    ENDS,
    LIMIT,
    NETWORKS,
    chosen_time,
    end_of,
    last_use_of,
    rules,
    show_credential,
    time_field,
)
from portico.web.core_texts import from_core
from portico.web.forms import Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit, go

PATH = "/settings/security"
_A_LINE = lazy("One a line.")
_ABOVE = (Crumb(PATH, "Security"),)
_CODE = Field(
    "code", lazy("Code"), is_required=False, hint=lazy("Empty for a new one. A site may keep the one that it has.")
)
_SAID: dict[str, Text] = {"revoked": lazy("The code is revoked: sites that use it can verify nobody any more.")}


def show(visit: Visit) -> HttpResponse:
    is_on = "remote-authentication" in visit.actor.modules
    listing = Listing(
        title="Security Codes",
        text=_("With one of these another site asks whether a member's login is right, and nothing else.")
        if is_on
        else _(
            "These let another site ask whether a member's login is right. Remote Authentication is off: nobody is"
            " answered yet."
        ),
        columns=(
            Column(_("Code"), lambda row: row.name),
            Column(_("Ends"), end_of),
            Column(_("Last used"), last_use_of),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("No code yet. Make one for each site, so that each can be ended by itself."),
        add=Link(f"{PATH}/add", "Add Security Code"),
        links=(
            *(() if is_on else (Link("/modules/remote-authentication", _("Switch Remote Authentication on")),)),
            Link("/settings/sign-in", _("Rules of sign-in")),
            Link("/settings/sessions", _("Sessions")),
        ),
    )
    return show_list(visit, listing, list_codes(visit.actor), said=_SAID.get(visit.done, ""))


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        code, clear = add_code(
            visit.actor,
            name=visit.text("name"),
            code=visit.text("code").strip() or None,
            expires_in=chosen_time(visit, "ends", ENDS),
            **rules(visit),
            required_tags=_tags(visit, "required_tags"),
            banning_tags=_tags(visit, "banning_tags"),
        )
        return _made(visit, code, clear)

    return tried(visit, _new(), act)


def _tags(visit: Visit, name: str) -> list[int]:
    """The ids of the tags that a field names, one a line. Raises Invalid."""
    try:
        return [tag_id_of(visit.actor, title) for line in visit.text(name).splitlines() if (title := line.strip())]
    except NotFound as no:
        raise Invalid.one(
            name, "unknown", _("%(why)s Write the title of a tag on each line.") % {"why": from_core(str(no))}
        ) from None


def _new() -> Sheet:
    return Sheet(
        title="Add Security Code",
        button="Save Settings",
        back=PATH,
        crumbs=_ABOVE,
        fields=(
            Field("name", _("Name"), hint=_("The site that uses it.")),
            _CODE,
            time_field("ends", _("It ends"), ENDS),
            Field("required_tags", _("Only members with all these"), kind="textarea", is_required=False, hint=_A_LINE),
            Field("banning_tags", _("No member with any of these"), kind="textarea", is_required=False, hint=_A_LINE),
            NETWORKS,
            LIMIT,
        ),
    )  # fmt: skip


def _made(visit: Visit, code: SecurityCode, clear: str) -> HttpResponse:
    return show_once(
        visit,
        ShownOnce(
            title=_("Security code %(name)s") % {"name": code.name},
            text=_("Save the code now. It is never shown again."),
            secrets=(Secret(_("Security code"), clear),),
            file_name="portico.env",
            file=f"PORTICO_URL={settings.PUBLIC_URL}\nPORTICO_SECURITY_CODE={clear}\n",
            examples=for_sign_in(settings.PUBLIC_URL, clear),
            back=f"{PATH}/{code.pk}",
            crumbs=_ABOVE,
        ),
    )


def show_one(visit: Visit, id: int) -> HttpResponse:
    code = _get(visit, id)
    days = list_uses(visit.actor, kind="code", id=id)
    return show_credential(visit, code, (), days, crumbs=_ABOVE, links=(Link(f"{PATH}/{id}/revoke", _("Revoke")),))


def _get(visit: Visit, id: int) -> SecurityCode:
    code = list_codes(visit.actor).filter(pk=id).first()
    if code is None:
        raise NotFound("code")
    return code


def _revoke(visit: Visit, code: SecurityCode) -> HttpResponse:
    revoke_code(visit.actor, code.pk)
    return go(PATH, done="revoked")


show_revoke, revoke = Deletion(
    get=_get,
    at=lambda code: (*_ABOVE, Crumb(f"{PATH}/{code.pk}", code.name)),
    lost=lambda *_one: _("The site that uses this code can verify nobody from now on. This cannot be undone."),
    delete=_revoke,
    words=REVOKE,
).screens
