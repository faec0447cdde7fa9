"""A random key in a file that only its owner can read."""

import os
import secrets
from pathlib import Path


def read_or_make(path: Path) -> str:
    """The key in this file; made once, also when several processes start at the same moment.

    Raises PermissionError when others may read the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # never overwrites: whoever came first wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others: run chmod 600 on it, or set PORTICO_SECRET_KEY.")
    return path.read_text().strip()
