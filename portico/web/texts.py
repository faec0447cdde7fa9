"""Texts for people: where they are declared they may wait for the language of whoever reads them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text
else:
    from django.utils.functional import Promise

    Text = str | Promise

__all__ = ["Text"]
