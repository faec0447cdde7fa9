"""What the web server loads in each of its processes."""

from portico.lib.children import die_with_parent

die_with_parent()

import os  # noqa: E402 -- a process whose parent is gone must not come up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")

from portico.lib.memory import keep_what_is_loaded, share_freed_memory  # noqa: E402 -- same

share_freed_memory()

import django  # noqa: E402 -- reads the settings

django.setup()

from django.conf import settings  # noqa: E402 -- after the setup
from django.db import connections  # noqa: E402 -- same
from django.urls import get_resolver  # noqa: E402 -- same

from portico.http.application import application  # noqa: E402 -- same
from portico.lib.catalogues import compile_catalogues  # noqa: E402 -- same

compile_catalogues(settings.CATALOGUES, settings.LOCALE_PATHS[0])

# Not in the settings themselves: they are read before this process is forked, and a pool's threads do not survive that.
connections.settings["default"]["OPTIONS"]["pool"] = settings.WEB_POOL
# As Django sets it on each connection that it takes; lib/statements takes some from the pool itself.
connections.settings["default"]["OPTIONS"]["autocommit"] = True
if settings.PREPARED_STATEMENTS:
    # What we prepare has one plan that is right with any values. Left to itself PostgreSQL may plan it anew each time,
    # for as long as the first values happened to be cheaper: that costs more than running it.
    connections.settings["default"]["OPTIONS"]["options"] = "-c plan_cache_mode=force_generic_plan"
get_resolver().url_patterns  # noqa: B018 -- loads every view now, not with the first request
keep_what_is_loaded()

__all__ = ["application"]
