"""What is a rep's own: its page, what its company tells it, what stands on its first screen."""

import re
from datetime import UTC, datetime, timedelta

from portico.access import operator
from portico.companies.models import Company
from portico.content.actions.learning import save_announcement
from portico.content.models import Announcement, AnnouncementRead, Site
from portico.identity.models import Membership
from portico.selling.models import Task
from tests.web.browser import Browser
from tests.web.console.work.forms import form_of
from tests.web.console.work.test_calendar import make_event


def announce(company: Company, title: str, **fields: object) -> Announcement:
    given = {"external_id": title, "title": title, **fields}
    return Announcement.objects.get(pk=save_announcement(operator(company.pk), given).id)


def test_a_page_is_made_when_it_is_saved_and_opened_from_there(acme: Company, rita: Membership, rep: Browser) -> None:
    form = form_of(rep.get("/mysite").text)
    assert not Site.objects.filter(company=acme).exists()  # nobody has one for having looked
    assert rep.call("POST", "/mysite", data={**form, "title": "Ask <me>", "shown": "is_published"}).status_code == 303
    site = Site.objects.get(company=acme, member=rita)
    assert (site.title, site.has_form, site.is_published) == ("Ask <me>", False, True)
    shown = rep.get("/mysite?done=saved").text
    address = re.search(r'<a href="[^"]*(/r/[^"]+)">Open your page', shown)
    assert address
    assert "Ask &lt;me&gt;" in rep.server.get(address[1]).text
    assert rep.call("POST", "/mysite", data={**form_of(shown), "theme": "pink"}).status_code == 422
    too_long = rep.call("POST", "/mysite", data={**form_of(shown), "title": "x" * 200})
    assert too_long.status_code == 422
    assert 'id="error-title"' in too_long.text
    closed = {name: text for name, text in form_of(shown).items() if name != "shown"}
    assert rep.call("POST", "/mysite", data=closed).status_code == 303
    assert rep.server.get(address[1]).status_code == 404
    assert "Open your page" not in rep.get("/mysite").text


def test_news_is_read_once_and_goes_from_the_first_screen(acme: Company, rita: Membership, rep: Browser) -> None:
    old = announce(acme, "Old <b>", description="One\n\nTwo <script>", pdf_url="https://files.test/a.pdf")
    soon = announce(acme, "Soon", published_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    assert "Old &lt;b&gt;" in rep.get("/console").text
    page = rep.get(f"/news/{old.pk}").text
    assert "Two &lt;script&gt;" in page
    assert "https://files.test/a.pdf" in page
    assert rep.send(f"/news/{old.pk}").headers["Location"] == f"/news/{old.pk}?done=read"
    again = rep.call("POST", f"/news/{old.pk}", data={"csrfmiddlewaretoken": rep.token("/mysite")})
    assert again.status_code == 303
    assert AnnouncementRead.objects.filter(company=acme, member=rita).count() == 1
    assert "Old &lt;b&gt;" not in rep.get("/console").text
    assert ">yes<" in rep.get("/news").text
    assert 'method="post"' not in rep.get(f"/news/{old.pk}").text
    assert rep.get(f"/news/{soon.pk}").status_code == 404
    assert rep.send(f"/news/{soon.pk}", page="/mysite").status_code == 404


def test_the_first_screen_says_what_is_before_one(acme: Company, rita: Membership, rep: Browser) -> None:
    empty = rep.get("/console").text
    assert "Tasks due" not in empty
    event = make_event(acme)
    task = Task.objects.create(company=acme, owner=rita, title="Late", due_on="2020-01-01")
    page = rep.get("/console").text
    assert f'href="/calendar/{event.pk}"' in page
    assert f'href="/tasks/{task.pk}"' in page
    work = re.findall(r'<li><a href="(/[a-z]+)"', page)
    assert {"/tasks", "/calendar", "/orders", "/mysite", "/news"} <= set(work)
    assert "/reps" not in work
