"""Somebody who changes a company's contacts at random: `python -m tests.contacts.writers COMPANY_ID SEED SECONDS`.

Prints as JSON how often each kind of change went through, and every error that was no refusal of ours.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")


def main(company_id: int, seed: int, seconds: float) -> None:
    import django

    django.setup()
    from portico.errors import Refusal

    done: Counter[str] = Counter()
    errors: list[str] = []
    writer = Writer(company_id, random.Random(seed))  # noqa: S311 -- to be repeated, not to be secret
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        change = writer.chance.choices(writer.changes, writer.weights)[0]
        try:
            change()
        except Refusal:
            continue
        except Exception as error:  # noqa: BLE001 -- told to the test
            errors.append(f"{change.__name__}: {error!r}")
        done[change.__name__] += 1
    sys.stdout.write(json.dumps({"done": done, "errors": errors}))


class Writer:
    def __init__(self, company_id: int, chance: random.Random) -> None:
        from portico.access import operator
        from portico.contacts.models import Contact, List, Tag
        from portico.identity.queries.people import list_rep_ids

        self.actor, self.chance = operator(company_id), chance
        self.reps = list_rep_ids(self.actor)
        self.people = Contact.objects.filter(company_id=company_id)
        self.tags = Tag.objects.filter(company_id=company_id)
        self.lists = List.objects.filter(company_id=company_id)
        self.folder = tempfile.TemporaryDirectory()
        often: dict[Callable[[], None], int] = {
            self.attach: 8, self.detach: 6, self.change: 8, self.change_many: 3, self.add: 4, self.upsert: 3,
            self.delete: 2, self.fold: 3, self.bring: 1, self.make_tag: 1, self.delete_tag: 1,
        }  # fmt: skip
        self.changes, self.weights = list(often), list(often.values())

    def some_people(self, most: int) -> list[int]:
        ids = list(self.people.values_list("pk", flat=True))
        return self.chance.sample(ids, min(len(ids), self.chance.randint(1, most)))

    def some(self, labels: object) -> list[int]:
        ids = list(labels.values_list("pk", flat=True))  # type: ignore[attr-defined]  # a queryset of either
        return self.chance.sample(ids, min(len(ids), self.chance.randint(1, 3)))

    def attach(self) -> None:
        from portico.contacts.actions.tagging import label_contacts

        label_contacts(
            self.actor, self.some_people(8), attach_tags=self.some(self.tags), attach_lists=self.some(self.lists)
        )

    def detach(self) -> None:
        from portico.contacts.actions.tagging import label_contacts

        label_contacts(
            self.actor, self.some_people(8), detach_tags=self.some(self.tags), detach_lists=self.some(self.lists)
        )

    def change(self) -> None:
        from django.utils import timezone

        from portico.contacts.actions.contacts import change_contact
        from portico.contacts.models import Consent, Stage

        name, value = self.chance.choice(
            [
                ("consent", self.chance.choice(Consent.values)),
                ("stage", self.chance.choice(Stage.values)),
                ("owner_id", self.chance.choice([*self.reps, None])),
                ("archived_at", self.chance.choice([None, timezone.now()])),
            ]
        )
        change_contact(self.actor, self.some_people(1)[0], {name: value}, attach_tags=self.some(self.tags))

    def change_many(self) -> None:
        from portico.contacts.actions.bulk import set_field_of_contacts
        from portico.contacts.models import Consent

        set_field_of_contacts(
            self.actor, self.some_people(20), field="consent", value=self.chance.choice(Consent.values)
        )

    def add(self) -> None:
        from portico.contacts.actions.contacts import add_contact

        fields = {"email": self.email(), "owner_id": self.chance.choice([*self.reps, None])}
        add_contact(self.actor, fields, tags=self.some(self.tags), lists=self.some(self.lists))

    def upsert(self) -> None:
        from portico.contacts.actions.upserting import Wanted
        from portico.contacts.actions.upserting_many import upsert_contacts
        from portico.lib.statements import Shape

        fields = [{"email": self.email(), "first_name": f"Ann {self.chance.random()}"} for _ in range(8)]
        upsert_contacts(self.actor, [Wanted(one, tags=["Tag 1"]) for one in fields], Shape({"id": "id"}))

    def delete(self) -> None:
        from portico.contacts.actions.contacts import delete_contacts

        delete_contacts(self.actor, self.some_people(5))

    def fold(self) -> None:
        from portico.contacts.actions.counts import fold_counts

        fold_counts()

    def bring(self) -> None:
        from portico.contacts.importing.actions import import_contacts

        file = Path(self.folder.name, "people.csv")
        people = (f"{self.email()},{self.chance.choice(['', 'pending', 'unsubscribed'])},Tag 1" for _ in range(40))
        file.write_text("\n".join(["Email,Status,Tags", *people, ""]))
        import_contacts(self.actor, file)

    def make_tag(self) -> None:
        from portico.contacts.actions.titles import ids_of_titles
        from portico.contacts.models import Tag

        ids_of_titles(self.actor, Tag, [f"Tag {self.chance.randint(1, 9)}"])

    def delete_tag(self) -> None:
        from portico.contacts.actions.labels import delete_labels
        from portico.contacts.models import Tag

        delete_labels(self.actor, Tag, self.some(self.tags)[:1])

    def email(self) -> str:
        return f"p{self.chance.randint(1, 600)}@people.test"


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
