"""Every operation of this wire, with the permission that it demands (wire notes 6). Paths are those under /wp-json.

The order of methods is that of the Allow header in the recordings.
"""

from portico.access import Permission
from portico.http.routes import Demand, Handler, Public, Route, Routes, SignedIn, route
from portico.protocols.fluentcrm import (
    bulk,
    contacts,
    discovery,
    fields,
    keys,
    lists,
    managers,
    reports,
    segments,
    tags,
)


def _crm(method: str, path: str, handler: Handler, demand: Demand) -> Route:
    return route(method, f"{discovery.NAMESPACE}/{path}", handler, demand)


ROUTES: Routes = Routes(
    route("GET", "", discovery.index_of(lambda: ROUTES), Public),
    route("GET", discovery.NAMESPACE, discovery.namespace_of(lambda: ROUTES), Public),
    route("GET", "wp/v2/users/me", discovery.me, SignedIn),
    route("GET", "portico/avatar.svg", discovery.avatar, Public),
    route("GET", "portico/sample.csv", discovery.sample, Public),
    # Contacts
    _crm("GET", "subscribers", contacts.index, Permission.CONTACTS_READ),
    _crm("POST", "subscribers", contacts.create, Permission.CONTACTS_WRITE),
    _crm("DELETE", "subscribers", bulk.delete_many, Permission.CONTACTS_DELETE),
    _crm("PUT", "subscribers/subscribers-property", bulk.update_property, Permission.CONTACTS_WRITE),
    _crm("POST", "subscribers/sync-segments", bulk.sync_segments, Permission.CONTACTS_WRITE),
    _crm("POST", "subscribers/bulk-add-update", bulk.bulk_add_update, Permission.CONTACTS_WRITE),
    _crm("GET", "subscribers/prev-next-ids", contacts.neighbours, Permission.CONTACTS_READ),
    _crm("GET", "subscribers/<int:id>", contacts.show, Permission.CONTACTS_READ),
    _crm("DELETE", "subscribers/<int:id>", contacts.delete, Permission.CONTACTS_DELETE),
    _crm("PUT", "subscribers/<int:id>", contacts.update, Permission.CONTACTS_WRITE),
    # What a contact has beside itself
    # Segments
    _crm("GET", "dynamic-segments", segments.index, Permission.TAGS_READ),
    _crm("POST", "dynamic-segments", segments.create, Permission.TAGS_WRITE),
    _crm("GET", "dynamic-segments/stats", segments.stats, Permission.TAGS_READ),
    _crm("GET", "dynamic-segments/custom-fields", segments.choices, Permission.TAGS_READ),
    _crm("POST", "dynamic-segments/estimated-contacts", segments.estimate, Permission.TAGS_READ),
    _crm("POST", "dynamic-segments/duplicate/<int:id>", segments.duplicate, Permission.TAGS_WRITE),
    _crm("PUT", "dynamic-segments/<int:id>", segments.update, Permission.TAGS_WRITE),
    _crm("DELETE", "dynamic-segments/<int:id>", segments.delete, Permission.TAGS_DELETE),
    _crm("GET", "dynamic-segments/<str:slug>/subscribers/<int:id>", segments.show, Permission.TAGS_READ),
    # Organizations, which this wire calls companies
    # Import and export
    # Incoming webhooks and labels
    # Tags
    _crm("GET", "tags", tags.index, Permission.TAGS_READ),
    _crm("POST", "tags", tags.create, Permission.TAGS_WRITE),
    _crm("POST", "tags/bulk", tags.save_many, Permission.TAGS_WRITE),
    _crm("POST", "tags/do-bulk-action", tags.delete_many, Permission.TAGS_DELETE),
    _crm("GET", "tags/<int:id>", tags.show, Permission.TAGS_READ),
    _crm("PUT", "tags/<int:id>", tags.update, Permission.TAGS_WRITE),
    _crm("DELETE", "tags/<int:id>", tags.delete, Permission.TAGS_DELETE),
    # Lists
    _crm("GET", "lists", lists.index, Permission.TAGS_READ),
    _crm("POST", "lists", lists.create, Permission.TAGS_WRITE),
    _crm("POST", "lists/bulk", lists.save_many, Permission.TAGS_WRITE),
    _crm("POST", "lists/do-bulk-action", lists.delete_many, Permission.TAGS_DELETE),
    _crm("GET", "lists/<int:id>", lists.show, Permission.TAGS_READ),
    _crm("PUT", "lists/<int:id>", lists.update, Permission.TAGS_WRITE),
    _crm("DELETE", "lists/<int:id>", lists.delete, Permission.TAGS_DELETE),
    # Custom fields
    _crm("GET", "custom-fields/contacts", fields.index, Permission.SETTINGS_WRITE),
    _crm("PUT", "custom-fields/contacts", fields.replace, Permission.SETTINGS_WRITE),
    # Reports
    _crm("GET", "reports/options", reports.options, Permission.REPORTS_READ),
    _crm("GET", "reports/ping", reports.ping, Permission.REPORTS_READ),
    # Lists of what comes with the mail engine
    # Settings
    # Managers and keys
    _crm("GET", "campaign-pro-settings/managers", managers.index, Permission.SETTINGS_WRITE),
    _crm("POST", "campaign-pro-settings/managers", managers.create, Permission.SETTINGS_WRITE),
    _crm("PUT", "campaign-pro-settings/managers/<int:id>", managers.update, Permission.SETTINGS_WRITE),
    _crm("DELETE", "campaign-pro-settings/managers/<int:id>", managers.delete, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/rest-keys", keys.index, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/rest-keys", keys.create, Permission.SETTINGS_WRITE),
    _crm("DELETE", "setting/rest-keys", keys.delete, Permission.SETTINGS_WRITE),
)
