"""A way of looking at the contacts, as the list's address holds it: whom to show, in which columns."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from urllib.parse import quote, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from portico.contacts.queries.narrowing import NO_OWNER, Choices, Narrowed
from portico.lib.texts import is_storable
from portico.web.console.contact_columns import USUAL
from portico.web.forms import Link
from portico.web.words import word

PATH = "/contacts"
_LONGEST = 500  # of what is searched for, or any other value
_MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class View:
    """`columns` are as they were asked for: () for the usual ones, and some of them may not be there."""

    narrowed: Narrowed = field(default_factory=Narrowed)
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: QueryDict) -> "View":
        """What an address says; what no database takes is left out."""

        def asked(name: str) -> str:
            text = str(query.get(name, "")).strip()[:_LONGEST]
            return text if is_storable(text) else ""

        columns = [name for name in query.getlist("column")[:_MOST_COLUMNS] if is_storable(name)]
        return cls(Narrowed(**{one.name: asked(one.name) for one in fields(Narrowed)}), tuple(columns))

    @property
    def asked(self) -> dict[str, str]:
        """What it narrows by."""
        return {name: text for name, text in asdict(self.narrowed).items() if text}

    @property
    def query(self) -> str:
        """Itself as an address says it, without what is not asked for."""
        columns = () if self.columns == USUAL else self.columns
        return urlencode([*self.asked.items(), *(("column", name) for name in columns)], quote_via=quote)

    @property
    def address(self) -> str:
        return f"{PATH}?{self.query}" if self.query else PATH

    def without(self, *names: str) -> "View":
        return replace(self, narrowed=replace(self.narrowed, **dict.fromkeys(names, "")))


def chips_of(view: View, choices: Choices) -> list[Link]:
    """What it narrows by, each as a link to the same without it."""
    texts = _texts(view.narrowed, choices)
    return [
        Link(view.without(name, *(("value",) if name == "field" else ())).address, texts[name])
        for name in view.asked
        if name != "value"
    ]


def _texts(narrowed: Narrowed, choices: Choices) -> Mapping[str, str]:
    label = dict(choices.fields).get(narrowed.field, narrowed.field)
    owner = _("nobody") if narrowed.owner == NO_OWNER else narrowed.owner
    return {
        "search": _("Search: %(text)s") % {"text": narrowed.search},
        "tag": _("Tag: %(text)s") % {"text": dict(choices.tags).get(narrowed.tag, narrowed.tag)},
        "list": _("List: %(text)s") % {"text": dict(choices.lists).get(narrowed.list, narrowed.list)},
        "status": _("Status: %(text)s") % {"text": word(narrowed.status)},
        "owner": _("Owner: %(text)s") % {"text": owner},
        "segment": _("Segment: %(text)s") % {"text": dict(choices.segments).get(narrowed.segment, narrowed.segment)},
        "field": _("%(field)s: %(text)s") % {"field": label, "text": narrowed.value or _("anything")},
    }
