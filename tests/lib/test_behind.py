import pytest
from django.db import DatabaseError

from portico.lib import behind
from portico.lib.behind import Behind


def test_what_could_not_be_written_waits_for_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "SECONDS_BETWEEN_WRITES", 3600.0)
    monkeypatch.setattr(behind, "MOST_WAITING", 3)
    written: list[list[int]] = []
    is_down = True

    def write(items: list[int]) -> None:
        if is_down:
            raise DatabaseError
        written.append(items)

    numbers = Behind("numbers", write)
    for number in (1, 2):
        numbers.add(number)
    with pytest.raises(DatabaseError):
        numbers.write_now()
    for number in (3, 4):
        numbers.add(number)  # the fourth finds no room
    is_down = False
    numbers.write_now()
    numbers.write_now()
    assert written == [[1, 2, 3]]
