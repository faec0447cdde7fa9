"""Whoever asks learns nothing about an address: all answers but their time, which is measured elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import requests
from django.db.models import F

from portico.access import Role, operator
from portico.companies.actions import set_company, switch_module
from portico.companies.models import Company
from portico.identity.actions.leaving import disable_user, remove_member
from portico.identity.models import Challenge, Throttle
from portico.outbox.models import Mail
from tests.make import make_member
from tests.protocols.fluid.app import App, letter_to

ITS_OWN = {"date", "x-request-id", "retry-after"}  # of each answer; a wait is compared to some minutes
BACK = "https://app.acme.test"
WRONG = "no code"


def seen(answer: requests.Response) -> tuple[object, ...]:
    """All that an answer shows, but what is random in each."""
    headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in ITS_OWN}
    wait = round(int(answer.headers.get("Retry-After", 0)) / 300)
    body = answer.json()
    meta = body.pop("meta")
    keys = sorted(body.get("multi_factor_authentication") or body)
    return answer.status_code, headers, len(answer.content), sorted(meta), keys, wait


def uuid_in(answer: requests.Response) -> str:
    return str(answer.json()["multi_factor_authentication"]["uuid"])


def tour(app: App, email: str, shop: str) -> list[tuple[object, ...]]:
    """Every way to ask and to try, up to where one has to wait."""
    Throttle.objects.all().delete()
    told: list[tuple[object, ...]] = []

    def note(answer: requests.Response) -> requests.Response:
        told.append(seen(answer))
        return answer

    def ask(how: Callable[[], requests.Response]) -> str:
        Challenge.objects.filter(email=email).update(expires_at=F("expires_at") - timedelta(seconds=31))
        return uuid_in(note(how()))

    def link() -> requests.Response:
        asked = {"email": email, "fluid_shop": shop, "redirect_url": f"{BACK}/in"}
        return app.server.post("/api/authentication/magic_link", params=asked)

    ask(link)
    uuid = ask(lambda: app.send(email))
    assert uuid_in(note(app.send(email))) == uuid
    uuid = uuid_in(note(app.resend(uuid)))
    for _ in range(6):
        note(app.confirm(uuid, WRONG))
    note(app.resend(uuid))
    for _ in range(3):
        uuid = ask(lambda: app.send(email))
        for _ in range(5):
            note(app.confirm(uuid, WRONG))
    note(app.send(email))
    Challenge.objects.filter(email=email).update(expires_at=F("expires_at") - timedelta(seconds=31))
    note(app.send(email))
    note(app.confirm(uuid, WRONG))
    return told


def test_known_unknown_disabled_and_absent_get_the_same_answers(app: App, acme: Company, globex: Company) -> None:
    set_company(operator(acme.pk), allowed_origins=[BACK])
    switch_module(operator(globex.pk), module="fluid", on=False)
    tail = f"{uuid4().hex[:8]}@people.test"
    rita, dora, carl = (
        make_member(acme, name, Role.REP, email=f"{name}-{tail}").user for name in ("rita", "dora", "carl")
    )
    hank = make_member(globex, "hank", Role.REP, email=f"hank-{tail}").user
    disable_user(operator(0), dora.pk)
    remove_member(operator(acme.pk), email=carl.email)
    known = tour(app, rita.email, acme.slug)
    assert {told[0] for told in known} == {201, 422, 410, 429}
    assert letter_to(rita.email).code
    for email in (f"nina-{tail}", dora.email, carl.email, hank.email):
        assert tour(app, email, acme.slug) == known, email
        assert not Mail.objects.filter(to=email).exists()
