"""One running Portico for the whole suite: real processes, PostgreSQL and HTTP. Each test makes its own company."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings

from portico.lib.catalogues import compile_catalogues
from tests.folders import copy_folder, let_go_of_power_cuts, migrated_once
from tests.ordering import longest_first
from tests.server import OwnDatabase, Server

# Before anything reads the settings. DATABASE_URL names a server on which the suite makes its own database.
_folder = tempfile.TemporaryDirectory(prefix="portico-tests-")
os.environ["PORTICO_DATA"] = _folder.name
os.environ["DJANGO_SETTINGS_MODULE"] = "portico.settings"
_database = OwnDatabase()
django.setup()
compile_catalogues(settings.CATALOGUES, settings.LOCALE_PATHS[0])


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # of pytest-xdist: the order is ours


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items)


def pytest_unconfigure() -> None:
    _database.drop()


@pytest.fixture(scope="session", autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[None]:
    """The database, up and migrated, for the server and for the tests' own look into it."""
    if settings.HAS_OWN_DATABASE:
        copy_folder(request.getfixturevalue("migrated_folder") / "postgres", Path(_folder.name) / "postgres")
        let_go_of_power_cuts(Path(_folder.name))
    with _database.running():
        yield


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty installation, to be copied with copy_folder; one for all processes of the run."""
    own = tmp_path_factory.getbasetemp()
    return migrated_once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def server(database: None) -> Iterator[Server]:  # noqa: ARG001 -- must be up first
    """Portico as `portico up` starts it, with two web processes."""
    with Server.running(Path(_folder.name)) as running:
        yield running
