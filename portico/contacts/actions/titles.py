from collections.abc import Iterable

from portico.access import Actor, Permission
from portico.contacts.queries.labels import LONGEST_TITLE, Label, slug_of
from portico.errors import Invalid
from portico.lib.texts import is_storable


def ids_of_titles(actor: Actor, label: Label, titles: Iterable[str]) -> dict[str, int]:
    """The company's tags or lists with these titles, by the titles as given; unknown ones are made.

    Unlike the items of label_contacts these are always titles, also "42" and "A". Call it before locking contacts.
    Raises Invalid for an empty or long one, and Denied where one has to be made and the actor may not.
    """
    slugs = {title: slug_of(_checked(title)) for title in titles}
    found = _found(actor, label, slugs)
    missing: dict[str, str] = {}
    for title, slug in slugs.items():
        if title not in found:
            missing.setdefault(slug, title.strip())  # of two spellings the first
    if missing:
        actor.require(Permission.TAGS_WRITE)
        # In one order, so that two who make the same titles never wait for each other in a circle.
        label._default_manager.bulk_create(
            [label(company_id=actor.company_id, title=missing[slug], slug=slug) for slug in sorted(missing)],  # type: ignore[misc]  # a union of two models
            ignore_conflicts=True,
        )
        found = _found(actor, label, slugs)
    return found


def find_ids_of_titles(actor: Actor, label: Label, titles: Iterable[str]) -> dict[str, int]:
    """Like ids_of_titles, but none is made: unknown titles are left out."""
    return _found(actor, label, {title: slug_of(_checked(title)) for title in titles})


def _found(actor: Actor, label: Label, slugs: dict[str, str]) -> dict[str, int]:
    rows = label._default_manager.filter(company_id=actor.company_id)
    by_title = dict(rows.filter(title__in=[title.strip() for title in slugs]).values_list("title", "pk"))
    by_slug = dict(rows.filter(slug__in=slugs.values()).values_list("slug", "pk"))
    ids = {title: by_title.get(title.strip()) or by_slug.get(slug) for title, slug in slugs.items()}
    return {title: id for title, id in ids.items() if id is not None}


def _checked(title: str) -> str:
    text = title.strip()
    if not text or len(text) > LONGEST_TITLE or not is_storable(text):
        raise Invalid.one("title", "text", f"A title has 1 to {LONGEST_TITLE} characters.")
    return text
