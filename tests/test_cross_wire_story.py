"""One contact base behind three protocols: what one writes, the others see."""

import re
from typing import Any

import requests

from portico.access import GRANTABLE, Role, operator
from portico.contacts.actions.passwords import set_password
from portico.identity.models import Membership
from portico.outbox.actions import text_of
from portico.outbox.queries import list_mail
from tests.make import make_code, make_company, make_key, make_member
from tests.server import Server

CRM = "/wp-json/fluent-crm/v2"


def signed_in(server: Server, person: Membership) -> dict[str, str]:
    """The header of somebody who has signed in with the code from the mail."""
    email = person.user.email
    asked = server.post("/api/authentication/send_mfa", json={"email": email}).json()
    (mail,) = list_mail(to=email, last=1)
    (code,) = re.findall(r"\b\d{6}\b", text_of(mail))
    confirmed = server.post(
        "/api/authentication/confirm_mfa",
        json={
            "uuid": asked["multi_factor_authentication"]["uuid"],
            "multi_factor_authentication": {"verification_code": code},
        },
    )
    return {"Authorization": f"Bearer {confirmed.json()['companies'][0]['jwt']}"}


def emails(answer: requests.Response) -> list[str]:
    return [row["email"] for row in answer.json()]


def test_a_contact_is_one_and_the_same_through_all_three_protocols(server: Server) -> None:
    company = make_company()
    rita, ruth = make_member(company, "Rita", Role.REP), make_member(company, "Ruth", Role.REP)
    key, code = make_key(company, GRANTABLE), make_code(company)
    basic = (key.username, key.password)
    ritas, ruths = signed_in(server, rita), signed_in(server, ruth)
    email = f"Grace@{company.slug}.test"

    def let_in(**more: str) -> Any:
        form = {"mbr_auth": code, "user": email.lower(), "pass": "analytical engine", "json": "1", **more}
        return server.post("/", data=form).json()

    tag = server.post(f"{CRM}/tags", json={"title": "Gold"}, auth=basic).json()["lists"]["id"]
    new = {"email": email, "first_name": "Grace", "status": "subscribed", "contact_owner": rita.pk, "tags": [tag]}
    contact = server.post(f"{CRM}/subscribers", json=new, auth=basic).json()["contact"]["id"]
    assert emails(server.get("/api/contacts", headers=ritas)) == [email]
    assert emails(server.get("/api/contacts", headers=ruths)) == []

    assert let_in() is False  # has no password yet
    set_password(operator(company.pk), int(contact), "analytical engine")
    fields = let_in(required_tags=str(tag))
    assert (fields["id"], fields["first_name"], fields["tags"]) == (str(contact), "Grace", {str(tag): "Gold"})

    renamed = {"subscriber": {"first_name": "Grace B.", "email": email}}
    assert server.put(f"{CRM}/subscribers/{contact}", json=renamed, auth=basic).ok
    assert let_in(retfields="firstname") == {"firstname": "Grace B."}
    assert server.get("/api/contacts", headers=ritas).json()[0]["first_name"] == "Grace B."

    without = {"type": "tags", "find_by": "id", "attach": [], "detach": [tag], "subscribers": [contact]}
    assert server.post(f"{CRM}/subscribers/sync-segments", json=without, auth=basic).ok
    assert let_in(required_tags=str(tag)) is False
    assert let_in()["tags"] == []

    assert server.delete(f"{CRM}/subscribers/{contact}", auth=basic).ok
    assert let_in() is False
    assert emails(server.get("/api/contacts", headers=ritas)) == []


def test_a_reps_new_contact_is_seen_by_the_integration_and_let_in_once_it_has_a_password(server: Server) -> None:
    company = make_company()
    rita = make_member(company, "Rita", Role.REP)
    key, code = make_key(company, GRANTABLE), make_code(company)
    email = f"ada@{company.slug}.test"
    made = server.post("/api/contacts", json={"first_name": "Ada", "email": email}, headers=signed_in(server, rita))
    assert made.status_code == 201
    seen = server.get(f"{CRM}/subscribers/{made.json()['id']}", auth=(key.username, key.password)).json()["subscriber"]
    assert (seen["email"], seen["status"], seen["contact_owner"]) == (email, "pending", str(rita.pk))
    set_password(operator(company.pk), made.json()["id"], "notes by the translator")
    form = {"mbr_auth": code, "user": email, "pass": "notes by the translator", "json": "1", "retfields": "email"}
    assert server.post("/", data=form).json() == {"email": email}
