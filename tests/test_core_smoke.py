from tests.make import make_company, make_contact
from tests.server import Server


def test_it_runs(server: Server) -> None:
    make_contact(make_company(), first_name="Ann")
    assert server.get("/").status_code == 200
