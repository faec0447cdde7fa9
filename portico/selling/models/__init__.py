"""The tables of what is sold and when people meet."""

from portico.selling.models.calendar import CalendarEvent, CalendarFeed, EventAnswer, EventType
from portico.selling.models.orders import Order, OrderStatus

__all__ = ["CalendarEvent", "CalendarFeed", "EventAnswer", "EventType", "Order", "OrderStatus"]
