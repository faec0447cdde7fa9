"""The tables of what is shown and learned."""

from portico.content.models.learning import (
    Announcement,
    AnnouncementRead,
    CompletedModule,
    Training,
    TrainingModule,
    TrainingProgress,
)

__all__ = [
    "Announcement",
    "AnnouncementRead",
    "CompletedModule",
    "Training",
    "TrainingModule",
    "TrainingProgress",
]
