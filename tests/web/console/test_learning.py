import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from portico.access import Actor, Permission, Role, operator, permissions_of
from portico.companies.models import Company
from portico.content.actions.authoring import add_announcement, add_module, add_training, change_training
from portico.content.actions.learning import read_announcement
from portico.content.actions.progress import advance_training
from portico.content.models import Announcement, Training, TrainingModule
from portico.identity.models import Membership, User
from tests.make import make_company, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def tina(acme: Company, enter: Enter) -> Browser:
    """Who writes trainings and announcements, and nothing else."""
    return enter(make_member(acme, "Tina", Role.MANAGER, {Permission.TRAININGS_WRITE}))


def rep(company: Company) -> Actor:
    member: Membership = make_member(company, "Rita", Role.REP)
    whole = permissions_of(Role.REP, ())
    return Actor(company.pk, "Rita", "test", whole, membership_id=member.pk, user_id=member.user_id, role=Role.REP)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def modules_of(training: Training) -> list[str]:
    rows = TrainingModule.objects.filter(company_id=training.company_id, training=training)
    return list(rows.order_by("position").values_list("title", flat=True))


def test_a_training_is_written_published_followed_and_deleted(acme: Company, tina: Browser) -> None:
    refused = tina.send("/content/trainings/add", title=" ", duration_minutes="long", image_url="javascript:alert(1)")
    assert refused.status_code == 422
    assert 'id="error-title"' in refused.text
    refused = tina.send(
        "/content/trainings/add", title="Kept", duration_minutes="long", image_url="javascript:alert(1)"
    )
    assert 'id="error-duration_minutes"' in refused.text
    assert 'id="error-image_url"' in refused.text
    assert 'value="Kept"' in refused.text
    made = tina.send("/content/trainings/add", title="First steps", duration_minutes="45", category="Sales")
    path = made.headers["Location"].partition("?")[0]
    training = Training.objects.get(company_id=acme.pk)
    assert (training.title, training.duration_minutes, training.is_published) == ("First steps", 45, False)

    edit = f"{path}/edit"
    before = seen(tina.get(edit).text)
    change_training(operator(acme.pk), training.pk, {"title": "First steps", "category": "Selling"})
    form = {"title": "First step", "duration_minutes": "", "is_published": "yes"}
    late = tina.send(edit, seen=before, **form)
    assert late.status_code == 409
    assert 'value="First step"' in late.text
    assert tina.send(edit, seen="nonsense", **form).status_code == 409
    assert tina.send(edit, seen=seen(late.text), **form).status_code == 303
    training.refresh_from_db()
    assert (training.title, training.duration_minutes, training.is_published) == ("First step", 0, True)

    add_module(operator(acme.pk), training.pk, {"title": "Welcome"})
    done, begun = rep(acme), rep(acme)
    advance_training(done, training.pk, 100)
    advance_training(begun, training.pk, 20)
    page = tina.get(path).text
    assert "<dt>Have begun it</dt><dd>2</dd>" in page
    assert "<dt>Have completed it</dt><dd>1</dd>" in page
    assert page.count("Rita Example") == 2
    assert "20 %" in page
    assert "First step" in tina.get("/content/trainings").text

    deletion = tina.get(f"{path}/delete").text
    assert "2 have begun it, 1 have completed it" in deletion
    assert tina.send(f"{path}/delete", name="Other").status_code == 422
    assert tina.send(f"{path}/delete", name="First step").status_code == 303
    assert tina.get(path).status_code == 404


def test_modules_are_added_moved_changed_and_deleted(acme: Company, tina: Browser) -> None:
    training = Training.objects.get(pk=add_training(operator(acme.pk), {"title": "First steps"}))
    other = add_module(operator(acme.pk), add_training(operator(acme.pk), {"title": "Other"}), {"title": "Theirs"})
    path = f"/content/trainings/{training.pk}"
    assert tina.send(f"{path}/modules/add", title="", duration_minutes="-1").status_code == 422
    wrong = tina.send(f"{path}/modules/add", title="x", duration_minutes="-1", video_url="ftp://video.test")
    assert 'id="error-duration_minutes"' in wrong.text
    assert 'id="error-video_url"' in wrong.text
    for title in ("Welcome", "Selling", "Asking"):
        assert tina.send(f"{path}/modules/add", title=title, media_type="video").status_code == 303
    assert modules_of(training) == ["Welcome", "Selling", "Asking"]
    last = TrainingModule.objects.get(company_id=acme.pk, title="Asking")

    def press(what: str, number: int | str) -> int:
        return tina.send(f"{path}/modules", page=path, press=f"{what} {number}").status_code

    assert [press("up", other), press("turn", last.pk), press("up", "x"), press("up", "9" * 30)] == [404] * 4
    form = {"csrfmiddlewaretoken": tina.token(path), "press": f"up {last.pk}"}
    with ThreadPoolExecutor(4) as pool:
        moved = list(pool.map(lambda _: tina.call("POST", f"{path}/modules", data=form).status_code, range(4)))
    assert moved == [303] * 4
    assert modules_of(training) == ["Asking", "Welcome", "Selling"]
    assert press("down", last.pk) == 303
    assert modules_of(training) == ["Welcome", "Asking", "Selling"]

    module = f"/content/training-modules/{last.pk}"
    before = seen(tina.get(module).text)
    good = {"title": "Questions", "duration_minutes": "7", "video_url": "https://video.test/q.mp4"}
    assert tina.send(module, seen=before, **good).status_code == 303
    assert tina.send(module, seen=before, title="Late").status_code == 409
    last.refresh_from_db()
    assert (last.title, last.duration_minutes, last.video_url) == ("Questions", 7, "https://video.test/q.mp4")
    assert tina.send(f"{module}/delete", name="Asking").status_code == 422
    assert tina.send(f"{module}/delete", name="Questions").status_code == 303
    assert modules_of(training) == ["Welcome", "Selling"]


def test_an_announcement_is_published_read_withdrawn_and_deleted(acme: Company, tina: Browser) -> None:
    User.objects.filter(memberships__company_id=acme.pk).update(time_zone="America/New_York")
    wrong = tina.send("/content/announcements/add", title="Kept", published_at="soon", video_url="nothing")
    assert wrong.status_code == 422
    assert 'id="error-published_at"' in wrong.text
    assert 'value="Kept"' in wrong.text
    assert 'id="error-video_url"' in tina.send("/content/announcements/add", title="x", video_url="nothing").text
    made = tina.send(
        "/content/announcements/add",
        title="New price list",
        description="From <b>May</b>",
        published_at="2026-01-15T09:00",
    )
    path = made.headers["Location"].partition("?")[0]
    row = Announcement.objects.get(company_id=acme.pk)
    assert row.published_at == datetime(2026, 1, 15, 14, tzinfo=UTC)
    read_announcement(rep(acme), row.pk)
    page = tina.get(path).text
    assert "From &lt;b&gt;May" in page
    assert "2026-01-15 09:00 (America/New_York)" in page
    assert "Rita Example" in page
    assert re.search(
        r"New price list</a></th>.*<td class=\"number\">1</td></tr>", tina.get("/content/announcements").text
    )

    assert tina.send(path, press="withdraw").status_code == 303
    assert "withdrawn" in tina.get(path).text
    row.refresh_from_db()
    assert (row.is_active, row.title) == (False, "New price list")
    assert tina.send(path, press="show").status_code == 303
    assert tina.send(path, press="shout").status_code == 404

    # Of many who press at once each is told what became of it.
    token = {"csrfmiddlewaretoken": tina.token(path), "press": "withdraw"}
    with ThreadPoolExecutor(8) as pool:
        pressed = pool.map(lambda _: tina.call("POST", path, data=token).status_code, range(16))
    assert {303} <= set(pressed) <= {303, 409}
    assert tina.send(path, press="show").status_code == 303

    before = seen(tina.get(f"{path}/edit").text)
    form = {"title": "New prices", "published_at": "2199-01-15T09:00"}
    assert tina.send(f"{path}/edit", seen=before, **form).status_code == 303
    assert tina.send(f"{path}/edit", seen=before, **form).status_code == 409
    assert "waiting for its time" in tina.get("/content/announcements").text
    assert tina.send(f"{path}/delete", name="wrong").status_code == 422
    assert tina.send(f"{path}/delete", name="New prices").status_code == 303
    assert not Announcement.objects.filter(company_id=acme.pk).exists()


def test_lists_go_on_where_a_page_ends(acme: Company, tina: Browser) -> None:
    for number in range(51):
        add_training(operator(acme.pk), {"title": f"Training {number:02}"})
    for number in range(26):
        add_announcement(operator(acme.pk), {"title": f"News {number:02}"})
    for path, last in (("/content/trainings", "Training 00"), ("/content/announcements", "News 00")):
        first = tina.get(path).text
        assert last not in first
        following = re.search(r'href="(\?before=\d+)" rel="next"', first)
        assert following
        assert last in tina.get(f"{path}{following[1]}").text
    assert tina.get("/content/trainings?before=99999999999999999999").status_code == 200


def test_another_companys_training_is_not_there(acme: Company, enter: Enter) -> None:
    training = add_training(operator(acme.pk), {"title": "First steps"})
    module = add_module(operator(acme.pk), training, {"title": "Welcome"})
    otto = enter(make_member(make_company("other"), "Otto", Role.ADMIN))
    token = {"csrfmiddlewaretoken": otto.token("/content/trainings/add"), "press": f"up {module}", "title": "Otto"}
    for path in (f"/content/trainings/{training}/modules", f"/content/training-modules/{module}"):
        assert otto.call("POST", path, data=token).status_code == 404
    assert TrainingModule.objects.get(pk=module).title == "Welcome"
