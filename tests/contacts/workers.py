"""Somebody who changes at which organizations a company's contacts work, at random, beside others who do the same.

`python -m tests.contacts.workers COMPANY_ID SEED SECONDS` prints as JSON how often each change went through, and every
error that was no refusal of ours.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")


def main(company_id: int, seed: int, seconds: float) -> None:
    import django

    django.setup()
    from portico.errors import Refusal

    done: Counter[str] = Counter()
    errors: list[str] = []
    worker = Worker(company_id, random.Random(seed))  # noqa: S311 -- to be repeated, not to be secret
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        change = worker.chance.choices(worker.changes, worker.weights)[0]
        try:
            change()
        except Refusal:
            continue
        except Exception as error:  # noqa: BLE001 -- told to the test
            errors.append(f"{change.__name__}: {error!r}")
        done[change.__name__] += 1
    sys.stdout.write(json.dumps({"done": done, "errors": errors}))


class Worker:
    def __init__(self, company_id: int, chance: random.Random) -> None:
        from portico.access import operator
        from portico.contacts.models import Contact, Organization
        from portico.lib.statements import Shape

        self.actor, self.chance, self.shape = operator(company_id), chance, Shape({"id": "id"})
        self.people = Contact.objects.filter(company_id=company_id)
        self.organizations = Organization.objects.filter(company_id=company_id)
        often: dict[Callable[[], None], int] = {
            self.attach: 8, self.detach: 6, self.put_first: 4, self.add: 4, self.change: 3, self.delete: 3,
            self.upsert: 4, self.delete_people: 2,
        }  # fmt: skip
        self.changes, self.weights = list(often), list(often.values())

    def some(self, rows: object, most: int) -> list[int]:
        ids = list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]  # a queryset of either
        return self.chance.sample(ids, min(len(ids), self.chance.randint(1, most)))

    def name(self) -> str:
        return f"Works {self.chance.randint(1, 12)}"

    def attach(self) -> None:
        from portico.contacts.actions.working import attach_organizations

        attach_organizations(self.actor, self.some(self.people, 8), self.some(self.organizations, 4))

    def detach(self) -> None:
        from portico.contacts.actions.working import detach_organizations

        detach_organizations(self.actor, self.some(self.people, 8), self.some(self.organizations, 3))

    def put_first(self) -> None:
        from portico.contacts.actions.working import make_first_organization

        make_first_organization(self.actor, self.some(self.people, 8), self.some(self.organizations, 1)[0])

    def add(self) -> None:
        from portico.contacts.actions.organizations import add_organization

        owner = self.some(self.people, 1)[0]
        contact = self.some(self.people, 1)[0]
        add_organization(self.actor, {"name": self.name(), "owner": owner}, self.shape, contact_id=contact)

    def change(self) -> None:
        from portico.contacts.actions.organizations import change_organization

        owner = self.chance.choice([None, *self.some(self.people, 1)])
        fields = {"name": self.name(), "owner": owner}
        for organization in self.some(self.organizations, 1):
            change_organization(self.actor, organization, fields, self.shape)

    def delete(self) -> None:
        from portico.contacts.actions.organizations import delete_organizations

        if self.organizations.count() > 8:  # four at once leave some for the others to choose from
            delete_organizations(self.actor, self.some(self.organizations, 2))

    def upsert(self) -> None:
        from portico.contacts.actions.upserting import Wanted
        from portico.contacts.actions.upserting_many import upsert_contacts

        emails = {f"p{self.chance.randint(1, 40)}@people.test" for _ in range(5)}
        rows = [Wanted({"email": email}, organizations=self.some(self.organizations, 3)) for email in emails]
        upsert_contacts(self.actor, rows, self.shape)

    def delete_people(self) -> None:
        from portico.contacts.actions.contacts import delete_contacts

        if self.people.count() > 12:  # as with organizations
            delete_contacts(self.actor, self.some(self.people, 3))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
