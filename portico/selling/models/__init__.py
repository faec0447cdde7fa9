"""Tables of what there is to do and what was sold, one file a subject."""

from portico.selling.models.tasks import Priority, Task

__all__ = ["Priority", "Task"]
