"""Every operation of our own API, under /api/portico/v1/."""

from portico.access import Permission
from portico.http.routes import Routes, route
from portico.protocols.native import contacts, events, learning, merges, orders, webhooks

ROUTES = Routes(
    route("GET", "contacts/duplicates", merges.list_groups, Permission.CONTACTS_READ),
    route("POST", "contacts/merge/preview", merges.preview, Permission.CONTACTS_READ),
    route("POST", "contacts/merge", merges.merge, Permission.CONTACTS_DELETE),
    route("POST", "contacts/unmerge", merges.unmerge, Permission.CONTACTS_DELETE),
    route("GET", "contacts/<int:id>", contacts.show, Permission.CONTACTS_READ),
    route("DELETE", "contacts/<int:id>", contacts.erase, Permission.CONTACTS_DELETE),
    route("GET", "contacts/<int:id>/history", contacts.history, Permission.CONTACTS_READ),
    route("GET", "contacts/<int:id>/export", contacts.export, Permission.CONTACTS_EXPORT),
    route("GET", "orders", orders.index, Permission.ORDERS_WRITE),
    route("POST", "orders", orders.save, Permission.ORDERS_WRITE),
    route("GET", "orders/<int:id>", orders.show, Permission.ORDERS_WRITE),
    route("DELETE", "orders/<int:id>", orders.delete, Permission.ORDERS_WRITE),
    route("GET", "events", events.index, Permission.EVENTS_WRITE),
    route("POST", "events", events.save, Permission.EVENTS_WRITE),
    route("GET", "events/<int:id>", events.show, Permission.EVENTS_WRITE),
    route("DELETE", "events/<int:id>", events.delete, Permission.EVENTS_WRITE),
    route("GET", "trainings", learning.trainings, Permission.TRAININGS_WRITE),
    route("POST", "trainings", learning.save, Permission.TRAININGS_WRITE),
    route("GET", "trainings/<int:id>", learning.show, Permission.TRAININGS_WRITE),
    route("DELETE", "trainings/<int:id>", learning.delete, Permission.TRAININGS_WRITE),
    route("GET", "announcements", learning.announcements, Permission.TRAININGS_WRITE),
    route("POST", "announcements", learning.announce, Permission.TRAININGS_WRITE),
    route("GET", "announcements/<int:id>", learning.show_announcement, Permission.TRAININGS_WRITE),
    route("DELETE", "announcements/<int:id>", learning.withdraw, Permission.TRAININGS_WRITE),
    route("GET", "webhooks", webhooks.index, Permission.WEBHOOKS_WRITE),
    route("POST", "webhooks", webhooks.add, Permission.WEBHOOKS_WRITE),
    route("GET", "webhooks/<int:id>", webhooks.show, Permission.WEBHOOKS_WRITE),
    route("DELETE", "webhooks/<int:id>", webhooks.remove, Permission.WEBHOOKS_WRITE),
    route("POST", "webhooks/<int:id>/rotate", webhooks.rotate, Permission.WEBHOOKS_WRITE),
    route("POST", "webhooks/<int:id>/enable", webhooks.enable, Permission.WEBHOOKS_WRITE),
    route("GET", "webhooks/<int:id>/deliveries", webhooks.deliveries, Permission.WEBHOOKS_WRITE),
    route("POST", "webhooks/deliveries/<int:id>/replay", webhooks.replay, Permission.WEBHOOKS_WRITE),
)
