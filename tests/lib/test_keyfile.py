import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portico.lib.keyfile import read_or_make


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "secret.key"
    key = read_or_make(file)
    assert len(key) > 60
    assert read_or_make(file) == key == file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_a_key_that_others_can_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    read_or_make(file)
    file.chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        read_or_make(file)


def test_many_who_start_at_the_same_moment_have_one_key(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    ask = "import sys; from pathlib import Path; from portico.lib.keyfile import read_or_make as key"
    command = [sys.executable, "-c", f"{ask}; print(key(Path(sys.argv[1])))", str(file)]
    many = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({one.communicate()[0] for one in many}) == 1
    assert list(tmp_path.iterdir()) == [file]
