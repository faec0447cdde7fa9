"""Trainings with how far one is, and announcements."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portico.access import Permission, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.content.actions.learning import save_training
from portico.content.models import AnnouncementRead, CompletedModule
from tests.make import make_company, make_key
from tests.protocols.fluid.app import App, assert_envelope
from tests.protocols.fluid.test_contacts import Rep
from tests.protocols.native.client import Native, assert_problem

TRAINING = {
    "external_id": "steps", "title": "First steps", "category": "sales", "duration_minutes": 45,
    "modules": [
        {"key": "a", "title": "Welcome", "duration_minutes": 5, "video_url": "https://video.test/a.mp4"},
        {"key": "b", "title": "Selling"}, {"key": "c", "title": "Asking"},
    ],
}  # fmt: skip


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


@pytest.fixture
def office(app: App, acme: Company) -> Native:
    return Native(app.server, make_key(acme, [Permission.TRAININGS_WRITE]))


def call(rep: Rep, method: str, path: str, **how: Any) -> Any:
    return rep.app.call(method, f"/api/{path}", rep.token, **how)


def advance(rep: Rep, id: int, **body: Any) -> Any:
    return call(rep, "PATCH", f"trainings/{id}/progress", json=body)


def test_a_rep_takes_a_training_module_by_module(app: App, rita: Rep, acme: Company, office: Native) -> None:
    id = office.post("/trainings", TRAINING).json()["id"]
    (row,) = call(rita, "GET", "trainings").json()
    assert list(row) == [
        "id", "title", "description", "category", "duration_minutes", "image_url", "progress_percent", "completed",
        "modules",
    ]  # fmt: skip
    assert (row["progress_percent"], row["completed"], len(row["modules"])) == (0, False, 3)
    assert row["modules"][0] == {
        "id": row["modules"][0]["id"], "title": "Welcome", "duration_minutes": 5, "media_type": None,
        "video_url": "https://video.test/a.mp4", "position": 1, "completed": False, "completed_at": None,
    }  # fmt: skip
    ids = [module["id"] for module in row["modules"]]
    percents = [
        advance(rita, id, module_id=one, completed=True).json()["progress_percent"] for one in (ids[0], ids[0], ids[1])
    ]
    assert percents == [33, 33, 66]
    done = advance(rita, id, module_id=ids[2], completed=True).json()
    assert (done["progress_percent"], done["completed"]) == (100, True)
    assert all(module["completed_at"] for module in done["modules"])
    assert call(rita, "GET", "trainings", params={"completed": "true"}).json() == [done]
    assert advance(rita, id, progress_percent=10).json() == done  # what was learned is not unlearned
    assert AuditEntry.objects.filter(company_id=acme.pk, action="training.completed").count() == 1
    bob = Rep(app, acme, "Bob")
    assert call(bob, "GET", f"trainings/{id}").json()["progress_percent"] == 0
    assert advance(bob, id, progress_percent=100).json()["modules"][2]["completed"] is True


def test_modules_done_in_many_apps_at_once_make_the_whole(rita: Rep, acme: Company) -> None:
    modules = [{"title": f"Part {number}"} for number in range(8)]
    id = save_training(operator(acme.pk), {"external_id": "t", "title": "T", "modules": modules}).id
    ids = [module["id"] for module in call(rita, "GET", f"trainings/{id}").json()["modules"]]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: advance(rita, id, module_id=one, completed=True), ids))
    assert {one.status_code for one in answers} == {200}
    assert call(rita, "GET", f"trainings/{id}").json()["completed"] is True
    assert AuditEntry.objects.filter(company_id=acme.pk, action="training.completed").count() == 1


def test_what_was_done_outlives_a_new_order_of_the_modules(rita: Rep, acme: Company, office: Native) -> None:
    id = office.post("/trainings", TRAINING).json()["id"]
    assert office.post("/trainings", TRAINING).json()["outcome"] == "same"
    ids = {one["title"]: one["id"] for one in call(rita, "GET", f"trainings/{id}").json()["modules"]}
    advance(rita, id, module_id=ids["Selling"], completed=True)
    changed = {
        "external_id": "steps",
        "title": "First steps",
        "modules": [{"key": "b", "title": "Sell"}, {"key": "d", "title": "New"}],
    }
    assert office.post("/trainings", changed).json() == {"id": id, "outcome": "changed"}
    modules = call(rita, "GET", f"trainings/{id}").json()["modules"]
    assert [(one["title"], one["completed"], one["position"]) for one in modules] == [
        ("Sell", True, 1),
        ("New", False, 2),
    ]
    assert modules[0]["id"] == ids["Selling"]
    assert office.post("/trainings", {"external_id": "steps", "title": "Steps"}).json()["outcome"] == "changed"
    assert len(office.get(f"/trainings/{id}").json()["modules"]) == 2  # not said, so as before
    twice = {**TRAINING, "modules": [{"key": "x", "title": "A"}, {"key": "x", "title": "B"}]}
    assert_problem(office.post("/trainings", twice), 422, "invalid")
    assert office.delete(f"/trainings/{id}").status_code == 204
    assert not CompletedModule.objects.filter(company=acme).exists()


def test_lists_can_be_narrowed_and_show_only_ones_own_company(app: App, rita: Rep, acme: Company) -> None:
    for name, more in (
        ("One", {"category": "sales"}),
        ("Two", {"category": "product"}),
        ("Draft", {"is_published": False}),
    ):
        save_training(operator(acme.pk), {"external_id": name, "title": name, **more})
    theirs = save_training(operator(make_company().pk), {"external_id": "x", "title": "Theirs"}).id

    def titles(path: str = "trainings", **asked: Any) -> list[str]:
        return [one["title"] for one in call(rita, "GET", path, params=asked).json()]

    assert titles() == titles("explore/trainings") == ["One", "Two"]
    assert titles(category="product") == ["Two"]
    assert titles(completed="false", per_page=1, page=2) == ["Two"]
    assert titles(completed="true") == []
    assert_envelope(call(rita, "GET", "trainings", params={"completed": "half"}), 422)
    assert_envelope(call(rita, "GET", f"trainings/{theirs}"), 404)
    assert_envelope(advance(rita, theirs, progress_percent=1), 404)
    assert app.server.get("/api/trainings").status_code == 401
    keyless = Native(app.server, make_key(acme, [Permission.ORDERS_WRITE]))
    assert_problem(keyless.post("/trainings", TRAINING), 403, "denied")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"progress_percent": 101}, {"progress_percent": -1}, {"progress_percent": "half"},
        {"progress_percent": 10**40},
        {"progress_percent": True}, {"progress_percent": 5.5}, {"module_id": 1}, {"module_id": 1, "completed": False},
        {"module_id": "x", "completed": True}, {"progress_percent": []},
    ],
)  # fmt: skip
def test_progress_that_cannot_be_is_refused(rita: Rep, acme: Company, body: dict[str, Any]) -> None:
    id = save_training(operator(acme.pk), {"external_id": "t", "title": "T"}).id
    assert_envelope(advance(rita, id, **body), 422)
    assert_envelope(advance(rita, id, module_id=2**40, completed=True), 404)
    assert call(rita, "GET", f"trainings/{id}").json()["progress_percent"] == 0


def test_announcements_are_shown_from_their_time_on_and_marked_as_read(
    app: App, rita: Rep, acme: Company, office: Native
) -> None:
    news = office.post(
        "/announcements", {"external_id": "a", "title": "Now", "published_at": "2024-01-01T00:00:00Z"}
    ).json()["id"]
    office.post("/announcements", {"external_id": "b", "title": "Newer", "pdf_url": "https://files.test/b.pdf"})
    later = office.post(
        "/announcements", {"external_id": "c", "title": "Later", "published_at": "2099-01-01T00:00:00Z"}
    ).json()["id"]
    office.post("/announcements", {"external_id": "d", "title": "Over", "is_active": False})
    rows = call(rita, "GET", "announcements").json()
    assert [(one["title"], one["read"], one["pdf_url"]) for one in rows] == [
        ("Newer", False, "https://files.test/b.pdf"), ("Now", False, None),
    ]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: call(rita, "PUT", f"announcements/{news}/read"), range(4)))
    assert {(one.status_code, one.json()["read"]) for one in read} == {(200, True)}
    assert AnnouncementRead.objects.filter(company=acme).count() == 1
    assert [one["read"] for one in call(rita, "GET", "announcements").json()] == [False, True]
    assert call(Rep(app, acme, "Bob"), "GET", f"announcements/{news}").json()["read"] is False
    for path in (f"announcements/{later}", f"announcements/{2**40}"):
        assert_envelope(call(rita, "GET", path), 404)
        assert_envelope(call(rita, "PUT", f"{path}/read"), 404)
    assert len(office.get("/announcements").json()["data"]) == 4
    assert office.delete(f"/announcements/{news}").status_code == 204
    assert_problem(office.delete(f"/announcements/{news}"), 404, "not-found")
    assert_problem(
        office.post("/announcements", {"external_id": "a", "title": "x", "pdf_url": "data:,x"}), 422, "invalid"
    )
