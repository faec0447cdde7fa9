"""The same by a rep's token, and by a key over our own API."""

import pytest

from tests.server import Server
from tests.whole.asking import BEARER, TOKEN, assert_untellable, each
from tests.whole.test_two_companies import FLUID_CALLS, NATIVE_CALLS, Beta, Call


@pytest.mark.parametrize(("method", "route", "call"), each(FLUID_CALLS))
def test_a_token_cannot_tell_the_other_companys_things_from_nothing(
    server: Server, beta: Beta, method: str, route: str, call: Call
) -> None:
    assert_untellable(server, TOKEN, beta, method, route, call)


@pytest.mark.parametrize(("method", "route", "call"), each(NATIVE_CALLS))
def test_a_bearer_cannot_tell_the_other_companys_things_from_nothing(
    server: Server, beta: Beta, method: str, route: str, call: Call
) -> None:
    assert_untellable(server, BEARER, beta, method, route, call)
