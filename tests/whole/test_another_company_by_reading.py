"""What is read by key, and names another company's things."""

import pytest

from tests.server import Server
from tests.whole.asking import KEY, assert_untellable, each
from tests.whole.test_two_companies import CRM_CALLS, Beta, Call


@pytest.mark.parametrize(("method", "route", "call"), each(CRM_CALLS, ["GET"]))
def test_a_key_cannot_tell_the_other_companys_things_from_nothing(
    server: Server, beta: Beta, method: str, route: str, call: Call
) -> None:
    assert_untellable(server, KEY, beta, method, route, call)
