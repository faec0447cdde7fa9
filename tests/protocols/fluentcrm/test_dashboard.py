"""GET /reports/dashboard-stats: true numbers (wire notes 18, recording seq-dashboard-stats)."""

from typing import Any

from portico.companies.models import Company
from portico.contacts.actions.counts import fold_counts
from tests.make import make_company, make_contact
from tests.protocols.fluentcrm.client import Crm


def dashboard(mia: Crm) -> dict[str, Any]:
    answer = mia.get("/reports/dashboard-stats")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(mia: Crm) -> dict[str, int]:
    return {name: one["count"] for name, one in dashboard(mia)["stats"].items() if one["count"]}


def test_numbers_are_those_of_the_company_at_this_moment(mia: Crm, company: Company) -> None:
    make_contact(make_company("other"), tags=["Theirs"])
    assert counts(mia) == {}
    ann = mia.add("ann@people.test", tags=["Gold"])
    mia.add("bob@people.test", tags=["Gold", "Silver"])
    make_contact(company, consent="unsubscribed")
    assert counts(mia) == {"total_subscribers": 2, "tags": 2}
    fold_counts()
    assert counts(mia) == {"total_subscribers": 2, "tags": 2}
    mia.delete(f"/subscribers/{ann}")
    assert counts(mia) == {"total_subscribers": 1, "tags": 2}


def test_first_steps_are_ticked_off_as_they_are_done(mia: Crm, company: Company) -> None:
    def done() -> list[str]:
        onboarding = dashboard(mia)["onboarding"]
        assert onboarding["total"] == len(onboarding["steps"])
        assert onboarding["completed"] == sum(step["completed"] for step in onboarding["steps"])
        return [step["route"]["name"] for step in onboarding["steps"] if step["completed"]]

    assert done() == []
    make_contact(company, consent="unsubscribed")
    assert done() == ["subscribers"]
    mia.add_tag("VIP")
    assert done() == ["tags", "subscribers"]


def test_its_links_lead_somewhere(mia: Crm) -> None:
    for link in dashboard(mia)["quick_links"]:
        path = "/" + link["url"].partition("//")[2].partition("/")[2]
        assert mia.server.get(path).status_code == 200, link
