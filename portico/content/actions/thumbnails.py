"""Small pictures of large ones: turned upright, without what the camera wrote into them."""

import shutil
from pathlib import Path

from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from portico.content.actions.files import keep_files, put_file
from portico.content.files.kinds import MOST_PIXELS, look_into
from portico.content.files.store import Incoming, store
from portico.content.models import Medium

SIDE = 640  # pixels, at most
_QUALITY = 80
# The last guard: what look_into let in is decoded here.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def make_thumbnail(company_id: int, medium_id: int) -> None:
    """Give a picture its thumbnail, unless it has one or has gone. Done twice at once, one of them is kept."""
    rows = Medium.objects.filter(company_id=company_id, pk=medium_id, thumbnail=None, discarded_at=None)
    medium = rows.select_related("file").first()
    if medium is None:
        return
    with Incoming() as whole, Incoming() as small:
        with store().open(medium.file.place) as stored, whole.done().open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        if not _shrunk(whole.path, small.done()):
            return
        facts = look_into(small.path)
        file = put_file(company_id, small.path, facts, name="thumbnail.webp", is_private=medium.is_private)
    with transaction.atomic():
        # Locked, so that what becomes private or goes meanwhile takes its thumbnail along.
        now = rows.select_for_update(no_key=True, of=("self",)).first()
        if now is None:
            return  # the file that nobody refers to goes by itself
        keep_files(company_id, file.pk)
        type(file).objects.filter(company_id=company_id, pk=file.pk).update(is_private=now.is_private)
        Medium.objects.filter(company_id=company_id, pk=medium_id).update(thumbnail=file)


def _shrunk(source: Path, target: Path) -> bool:
    """Whether it could be made: a picture that only looks like one at its beginning has no thumbnail."""
    try:
        with Image.open(source) as picture:
            picture.draft("RGB", (SIDE * 2, SIDE * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            upright.convert("RGBA" if upright.mode in {"RGBA", "LA", "P"} else "RGB").save(
                target, "WEBP", quality=_QUALITY
            )
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return False
    return True
