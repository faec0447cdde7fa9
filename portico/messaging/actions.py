import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.text import slugify

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import Company
from portico.errors import Invalid, NotFound, Problem
from portico.messaging.models import Label

MOST_LABELS = 500
LONGEST_TITLE = 255
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class LabelWanted:
    """A label as somebody wants it to be; an empty slug is made from the title."""

    title: str
    color: str
    slug: str = ""

    @property
    def own_slug(self) -> str:
        text = self.slug or self.title
        return slugify(text, allow_unicode=True) or text.strip().lower()


@transaction.atomic
def add_label(actor: Actor, wanted: LabelWanted) -> Label:
    """A new label. Raises Invalid; with rule "unique" for a slug that the company has."""
    actor.require(Permission.SETTINGS_WRITE)
    _check(wanted)
    # Whoever adds one at the same time waits here, so that the bound holds.
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    if Label.objects.filter(company_id=actor.company_id).count() >= MOST_LABELS:
        raise Invalid.one("title", "many", f"A company has at most {MOST_LABELS} labels.")
    with _refusing_taken_slugs():
        made = Label.objects.create(
            company_id=actor.company_id, slug=wanted.own_slug, title=wanted.title, color=wanted.color
        )
    made.refresh_from_db()
    record(actor, "label.added", "label", made.pk, title=made.title)
    return made


@transaction.atomic
def change_label(actor: Actor, label_id: int, wanted: LabelWanted) -> Label:
    """Change a label. Raises NotFound, Invalid; with rule "unique" for a slug that another one has."""
    actor.require(Permission.SETTINGS_WRITE)
    _check(wanted)
    rows = Label.objects.filter(company_id=actor.company_id, pk=label_id)
    with _refusing_taken_slugs():
        changed = rows.update(slug=wanted.own_slug, title=wanted.title, color=wanted.color, updated_at=Now())
    if not changed:
        raise NotFound("label")
    record(actor, "label.changed", "label", label_id, title=wanted.title)
    return rows.get()


@transaction.atomic
def delete_label(actor: Actor, label_id: int) -> None:
    """Remove a label. Raises NotFound."""
    actor.require(Permission.SETTINGS_WRITE)
    if not Label.objects.filter(company_id=actor.company_id, pk=label_id).delete()[0]:
        raise NotFound("label")
    record(actor, "label.deleted", "label", label_id)


@contextmanager
def _refusing_taken_slugs() -> Iterator[None]:
    # Not asked first whether it is free: somebody else may take it in between.
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Invalid.one("slug", "unique", "Another label has this slug.") from None


def _check(wanted: LabelWanted) -> None:
    problems = []
    if not wanted.title:
        problems.append(Problem("title", "required", "A label needs a title."))
    for name, text in (("title", wanted.title), ("slug", wanted.slug)):
        if len(text) > LONGEST_TITLE or "\0" in text:
            problems.append(Problem(name, "long", f"This is no text of at most {LONGEST_TITLE} characters."))
    if not _COLOR.fullmatch(wanted.color):
        problems.append(Problem("color", "color", "Say a colour like #2f5d8a."))
    if problems:
        raise Invalid(*problems)
