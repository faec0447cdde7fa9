from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portico.contacts.models import Consent


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be taken.

    `columns`: headers named by hand, to a field, to "custom_values.SLUG", or to "" for none. `consent` is for new
    contacts whose row says none; with `overrides_consent` existing ones take it too. `tags` and `lists` are ids that
    every row gets. With `asks_opt_in` a request is kept to ask by mail those whose consent is pending then.
    `delimiter`, and whether the first row `has_header`, are found out unless named. `rejected` is where the report
    goes, for a file that is read where it lies.
    """

    skip_existing: bool = False
    consent: str = Consent.SUBSCRIBED
    overrides_consent: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[int, ...] = ()
    lists: tuple[int, ...] = ()
    asks_opt_in: bool = False
    delimiter: str | None = None
    has_header: bool | None = None
    rejected: Path | None = None

    def kept(self) -> dict[str, Any]:
        """As a batch keeps them."""
        return {
            "skip_existing": self.skip_existing,
            "consent": self.consent,
            "overrides_consent": self.overrides_consent,
            "columns": dict(self.columns),
            "tags": list(self.tags),
            "lists": list(self.lists),
            "asks_opt_in": self.asks_opt_in,
            "delimiter": self.delimiter,
            "has_header": self.has_header,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Options":
        return cls(**{**kept, "tags": tuple(kept["tags"]), "lists": tuple(kept["lists"])})


AS_IT_COMES = Options()
