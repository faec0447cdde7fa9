"""What a file is, told by its content: its name and what its sender says of it count for nothing.

Only what browsers show without running anything is taken. HTML, SVG and archives are none of it, nor is anything else
that begins like none of these.
"""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from portico.content.models import Medium
from portico.errors import Invalid

MOST_PIXELS = 40_000_000  # a decoded picture of that many takes 160 MB
MOST_AT_A_SIDE = 20_000
_HEAD = 4096
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
_Kind = Medium.Kind
_BEGINNINGS: tuple[tuple[re.Pattern[bytes], Medium.Kind, str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kind, content_type)
    for pattern, kind, content_type in (
        (rb"%PDF-[12]\.[0-9]", _Kind.PDF, "application/pdf"),
        (rb"....ftypM4[AB] ", _Kind.AUDIO, "audio/mp4"),
        (rb"....ftyp(?:isom|iso[2-9]|mp4[12]|avc1|M4V |M4VH|M4VP|dash|msdh|MSNV)", _Kind.VIDEO, "video/mp4"),
        (rb"....ftypqt  ", _Kind.VIDEO, "video/quicktime"),
        (rb"\x1aE\xdf\xa3.{0,60}\x42\x82.webm", _Kind.VIDEO, "video/webm"),
        (rb"ID3[\x02-\x04]\x00|\xff[\xfb\xfa\xf3\xf2][\x10-\xef]", _Kind.AUDIO, "audio/mpeg"),
        (rb"RIFF....WAVE", _Kind.AUDIO, "audio/wav"),
        (rb"OggS\x00\x02.{22}\x01?(?:\x01vorbis|OpusHead)", _Kind.AUDIO, "audio/ogg"),
    )
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file is. Of a picture also its size in pixels, as it is stored."""

    kind: Medium.Kind
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None


def look_into(path: Path) -> Facts:
    """What lies there. Raises Invalid for what is no picture, video, sound or PDF, or a picture that is too large."""
    size = path.stat().st_size
    if not size:
        raise Invalid.one("file", "empty", "The file is empty.")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for beginning, kind, content_type in _BEGINNINGS:
        if beginning.match(head):
            return Facts(kind, content_type, size)
    return _picture(path, size)


def _picture(path: Path, size: int) -> Facts:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged below, before anything is decoded
            with Image.open(path, formats=tuple(_PICTURES)) as picture:
                width, height, content_type = *picture.size, _PICTURES[picture.format or ""]
                _refuse_huge(width, height)
                picture.verify()
    except Image.DecompressionBombError:
        raise _huge() from None
    except UnidentifiedImageError:
        raise Invalid.one("file", "type", "This is no picture, video, sound or PDF that can be shown.") from None
    except (OSError, SyntaxError, ValueError, KeyError, IndexError):
        # What Pillow raises for broken pictures of its various formats.
        raise Invalid.one("file", "broken", "The picture is broken.") from None
    return Facts(_Kind.IMAGE, content_type, size, width, height)


def _refuse_huge(width: int, height: int) -> None:
    if max(width, height) > MOST_AT_A_SIDE or width * height > MOST_PIXELS:
        raise _huge()


def _huge() -> Invalid:
    text = f"The picture is larger than {MOST_AT_A_SIDE:,} pixels at a side, or {MOST_PIXELS:,} in all."
    return Invalid.one("file", "pixels", text)
