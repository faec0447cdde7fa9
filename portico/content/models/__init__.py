"""The tables of what is shown and learned."""

from portico.content.models.files import StoredFile
from portico.content.models.learning import (
    Announcement,
    AnnouncementAudience,
    AnnouncementRead,
    CompletedModule,
    Training,
    TrainingModule,
    TrainingProgress,
)
from portico.content.models.libraries import Library, LibraryItem
from portico.content.models.media import Medium, MediumComment, MediumReaction, MediumWatch
from portico.content.models.numbers import ShownTotal
from portico.content.models.sharing import Lead, PageView, Share
from portico.content.models.sites import Site

__all__ = [
    "Announcement",
    "AnnouncementAudience",
    "AnnouncementRead",
    "CompletedModule",
    "Lead",
    "Library",
    "LibraryItem",
    "Medium",
    "MediumComment",
    "MediumReaction",
    "MediumWatch",
    "PageView",
    "Share",
    "ShownTotal",
    "Site",
    "StoredFile",
    "Training",
    "TrainingModule",
    "TrainingProgress",
]
