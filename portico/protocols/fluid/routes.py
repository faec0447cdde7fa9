"""Every operation that is served, under /api/."""

from portico.access import Permission
from portico.http.routes import Public, Routes, SignedIn, route
from portico.protocols.fluid import authentication, contacts, events, learning, orders, profile, user_companies

ROUTES = Routes(
    route("POST", "authentication/send_mfa", authentication.send_mfa, Public),
    route("POST", "authentication/confirm_mfa", authentication.confirm_mfa, Public),
    route("POST", "authentication/resend_mfa", authentication.resend_mfa, Public),
    route("POST", "authentication/magic_link", authentication.magic_link, Public),
    route("POST", "authentication/magic_link/confirm", authentication.confirm_magic_link, Public),
    route("GET", "authentication/me", authentication.me, Public),
    route("GET", "authentication/company/<str:fluid_shop>", authentication.show_company, Public),
    route("PUT", "authentication/company/<int:company_id>/switch", authentication.switch, SignedIn),
    route("PUT", "user_companies/jwt_exchange", user_companies.jwt_exchange, Public),
    route("PUT", "user_companies/token_exchange", user_companies.token_exchange, Public),
    route("PUT", "user_companies/jwt_refresh", user_companies.jwt_refresh, Public),
    route("PUT", "user_companies/token_revoke", user_companies.token_revoke, Public),
    route("GET", "me", profile.show_me, SignedIn),
    route("GET", "contacts", contacts.list_contacts, Permission.CONTACTS_READ),
    route("POST", "contacts", contacts.add, Permission.CONTACTS_WRITE),
    route("GET", "orders", orders.list_orders, Permission.CONTACTS_READ),
    route("GET", "orders/<int:id>", orders.show, Permission.CONTACTS_READ),
    route("GET", "events", events.list_events, SignedIn),
    route("GET", "events/feed", events.show_feed, SignedIn),
    route("POST", "events/feed", events.renew, SignedIn),
    route("DELETE", "events/feed", events.revoke, SignedIn),
    route("GET", "events/<int:id>", events.show, SignedIn),
    route("PUT", "events/<int:id>/rsvp", events.answer, SignedIn),
    route("GET", "trainings", learning.list_trainings, SignedIn),
    route("GET", "trainings/<int:id>", learning.show_training, SignedIn),
    route("PATCH", "trainings/<int:id>/progress", learning.advance, SignedIn),
    route("GET", "explore/trainings", learning.explore_trainings, SignedIn),
    route("GET", "announcements", learning.list_announcements, SignedIn),
    route("GET", "announcements/<int:id>", learning.show_announcement, SignedIn),
    route("PUT", "announcements/<int:id>/read", learning.read, SignedIn),
)
