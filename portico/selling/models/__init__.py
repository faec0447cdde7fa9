"""The tables of what there is to do, what is sold and when people meet."""

from portico.selling.models.calendar import CalendarEvent, CalendarFeed, EventAnswer, EventAudience, EventType
from portico.selling.models.orders import Order, OrderStatus
from portico.selling.models.tasks import Priority, Task

__all__ = [
    "CalendarEvent",
    "CalendarFeed",
    "EventAnswer",
    "EventAudience",
    "EventType",
    "Order",
    "OrderStatus",
    "Priority",
    "Task",
]
