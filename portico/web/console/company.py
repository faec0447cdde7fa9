"""Settings → Company: its name and how it looks to others."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.companies.actions import seen_company, set_company
from portico.companies.models import Company
from portico.companies.queries import get_settings
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.forms import Choice, Field
from portico.web.languages import NAMES
from portico.web.visits import Visit, go

PATH = "/settings/company"


def show(visit: Visit) -> HttpResponse:
    sheet = _sheet(get_settings(visit.actor).company)
    return show_sheet(visit, sheet, said=_("The company is saved.") if visit.done else "")


def save(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        set_company(
            visit.actor,
            name=visit.text("name").strip(),
            color=visit.text("color"),
            logo_url=visit.text("logo_url").strip() or None,
            domain=visit.text("domain").strip() or None,
            allowed_origins=visit.text("allowed_origins").split(),
            language=visit.text("language"),
            seen=visit.text("seen"),
        )
        return go(PATH, done="saved")

    return tried(visit, _sheet(get_settings(visit.actor).company), act)


def _sheet(company: Company) -> Sheet:
    return Sheet(
        title=_("Company"),
        button=_("Save"),
        text=_("Its short name is %(slug)s: addresses and apps know it by that, and it stays.")
        % {"slug": company.slug},
        back="/console",
        hidden={"seen": seen_company(company)},
        fields=(
            Field("name", _("Name"), value=company.name),
            Field("color", _("Colour"), kind="color", value=company.color),
            Field("logo_url", _("Address of the logo"), kind="url", value=company.logo_url or "", is_required=False),
            Field(
                "domain",
                _("Domain"),
                value=company.domain or "",
                is_required=False,
                hint=_("A host name of its own that leads to this server, such as members.example.com."),
            ),
            Field(
                "language",
                _("Language of mails"),
                kind="select",
                choices=_languages(company.language),
                is_required=False,
                hint=_("For people who have not chosen one for themselves."),
            ),
            Field(
                "allowed_origins",
                _("Web sites that may call from a browser"),
                kind="textarea",
                value="\n".join(company.allowed_origins),
                is_required=False,
                hint=_("One a line, as https://app.example.com."),
            ),
        ),
    )


def _languages(chosen: str) -> list[Choice]:
    known = {"": _("That of the page on which a mail is caused, else English"), **NAMES}
    return [Choice(code, name, is_chosen=code == chosen) for code, name in known.items()]
