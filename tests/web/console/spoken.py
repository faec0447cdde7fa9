"""What people read on a page, and what of it is the same in two languages without a reason."""

import re
from functools import cache
from html.parser import HTMLParser

from portico.outbox.webhooks.kinds import KINDS
from tests import catalogue

# Labels that the manuals of the three products name, and names of products: they are the same everywhere.
NAMES = frozenset(
    {
        "Add New Manager", "Add Security Code", "Application Password", "Companies", "Create New API Key",
        "Enable Remote Authentication module", "Event Tracking", "Fluid Rep API", "FluentCRM REST API", "Generate Key",
        "Manage Campaigns", "Manage Contacts", "Managers", "Modules", "No", "OpenID Connect", "Portico",
        "Remote Authentication", "Rest API", "Save Settings", "Security", "Security Codes", "Settings", "Username",
        "View Contacts", "View Reports", "Yes", "curl", "PHP", "JavaScript", "Python", "English", "Deutsch", "UTC",
    }
)  # fmt: skip
# What the tests themselves have written, and what is made up for it: people, things, numbers and where they are.
WRITTEN = re.compile(
    r"[Mm]ade|made\.csv|made\.png|Acme|Olga|(?:Olga|Rep|Vera|Made) Example|Made Example \(made@acme\.test\)"
    r"|Olga Example . Acme|x|new|sent|test|Email|Person with quite a long name \d+ Öztürk-Müller"
    r"|https?://\S+|[\w.+-]+@[\w.-]+|acme-\w+|made-\w+|written-\w+|msg_\w+"
)
# The audit log's details, as they are sealed.
DETAILS = re.compile(r'\{".*[}…]')
# Months that have the same name in German.
MONTHS = re.compile(r"(?:April|August|September|November)(?: \d{4})?")
# As other programs are told them.
KINDS_TOLD = frozenset(KINDS)
SPOKEN_ATTRIBUTES = frozenset(
    {"aria-label", "title", "placeholder", "alt", "abbr", "data-said", "data-failed", "data-elsewhere", "data-twice"}
)
UNSPOKEN = frozenset({"script", "style", "code", "pre"})
_LETTERS = re.compile(r"[^\W\d_]{2}")


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.unspoken = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unspoken += tag in UNSPOKEN
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES:
                self._add(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.unspoken -= tag in UNSPOKEN

    def handle_data(self, data: str) -> None:
        if not self.unspoken:
            self._add(data)

    def _add(self, text: str) -> None:
        text = " ".join(text.split()).strip(" ·,:\N{MULTIPLICATION SIGN}←→")
        if _LETTERS.search(text):
            self.texts.add(text)


def texts_of(page: str) -> set[str]:
    """Each text, seen or read aloud, that has a word in it."""
    parser = _Texts()
    parser.feed(page)
    return parser.texts


@cache
def _meant_to_be_the_same(language: str) -> frozenset[str]:
    """What the catalogue translates by itself: "Name", "Export"."""
    same = set[str]()
    for message in catalogue.read(catalogue.catalogues()[language]):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        same |= {id for id, string in zip(ids, strings, strict=False) if id == string}
    return frozenset(same)


def untranslated(english: str, translated: str, language: str) -> list[str]:
    """The texts that a page has in both languages, but for those that have a reason."""
    same = texts_of(english) & texts_of(translated)
    return sorted(one for one in same if not _has_reason(one, language))


def _has_reason(text: str, language: str) -> bool:
    if any(known.fullmatch(text) for known in (WRITTEN, DETAILS, MONTHS)):
        return True
    same = NAMES | KINDS_TOLD | _meant_to_be_the_same(language)
    # "Settings → Webhooks" where one goes by name, "MySite 1" where something happened to it.
    return all(part in same for part in re.sub(r" \d+$", "", text).split(" → "))
