import pytest

from tests.protocols.activemember.site import Site, make_site
from tests.server import Server


@pytest.fixture
def site(server: Server) -> Site:
    """A site with a company of its own."""
    return make_site(server)
