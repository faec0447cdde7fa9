"""Small pictures of large ones: turned upright, without what the camera wrote into them."""

import shutil
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Now
from PIL import Image, ImageOps, UnidentifiedImageError

from portico.access import Actor
from portico.audit.actions import record
from portico.content.actions.files import drop_files, keep_files, put_file
from portico.content.actions.media import Sent, locked_medium
from portico.content.files.kinds import MOST_PIXELS, look_into
from portico.content.files.store import Incoming, store
from portico.content.models import Medium, StoredFile
from portico.errors import Invalid

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
        StoredFile.objects.filter(company_id=company_id, pk=file.pk).update(is_private=now.is_private)
        Medium.objects.filter(company_id=company_id, pk=medium_id).update(thumbnail=file)


def set_thumbnail(actor: Actor, medium_id: int, sent: Sent, *, of_company: bool = False) -> None:
    """Show a medium by this picture, made small; the one before is gone. Outside any transaction, as add_medium.

    Raises Invalid for what is no picture, and as change_medium does.
    """
    with transaction.atomic():
        locked_medium(actor, medium_id, of_company=of_company)  # before any work is done for nobody
    with Incoming() as small:
        if look_into(sent.path).kind != Medium.Kind.IMAGE or not _shrunk(sent.path, small.done()):
            raise Invalid.one("file", "type", "A thumbnail is a picture: JPEG, PNG, GIF or WebP.")
        facts = look_into(small.path)
        file = put_file(actor.company_id, small.path, facts, name="thumbnail.webp", is_private=True)
    with transaction.atomic():
        medium = locked_medium(actor, medium_id, of_company=of_company)
        keep_files(actor.company_id, file.pk)
        rows = StoredFile.objects.filter(company_id=actor.company_id, pk=file.pk)
        rows.update(is_private=medium.is_private)
        if medium.thumbnail_id is not None:
            drop_files(actor.company_id, medium.thumbnail_id)
        Medium.objects.filter(company_id=actor.company_id, pk=medium.pk).update(thumbnail=file, updated_at=Now())
        record(actor, "medium.thumbnail_set", "medium", medium.pk)


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
