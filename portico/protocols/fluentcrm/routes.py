"""Every operation of this wire, with the permission that it demands (wire notes 6). Paths are those under /wp-json.

The order of methods is that of the Allow header in the recordings.
"""

from portico.access import Permission
from portico.http.routes import Demand, Handler, Public, Route, Routes, SignedIn, any_of, route
from portico.protocols.fluentcrm import (
    articles,
    bulk,
    contacts,
    dashboard,
    discovery,
    exporting,
    fields,
    finding,
    keys,
    lists,
    managers,
    organization_notes,
    organizations,
    organizations_in_bulk,
    reports,
    series,
    tags,
    users,
    webhooks,
    working,
)
from portico.protocols.fluentcrm.empties import Empty, no_rows, no_such, nothing


def _crm(method: str, path: str, handler: Handler, demand: Demand) -> Route:
    return route(method, f"{discovery.NAMESPACE}/{path}", handler, demand)


def _org(method: str, path: str, handler: Handler, demand: Demand) -> Route:
    return route(method, f"{discovery.NAMESPACE}/companies{path}", handler, demand, module="organizations")


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
    _crm("GET", "subscribers/<int:id>", contacts.show, Permission.CONTACTS_READ),
    _crm("DELETE", "subscribers/<int:id>", contacts.delete, Permission.CONTACTS_DELETE),
    _crm("PUT", "subscribers/<int:id>", contacts.update, Permission.CONTACTS_WRITE),
    # What a contact has beside itself
    # Segments
    # Organizations, which this wire calls companies
    _org("GET", "", organizations.index, Permission.TAGS_READ),
    _org("POST", "", organizations.create, Permission.TAGS_WRITE),
    _org("PUT", "/companies-property", organizations_in_bulk.update_property, Permission.TAGS_WRITE),
    _org("POST", "/do-bulk-action", organizations_in_bulk.bulk_action, Permission.TAGS_WRITE),
    _org("GET", "/search", organizations.search, Permission.TAGS_READ),
    _org("GET", "/search-unattached-contacts", working.search_unattached, Permission.TAGS_READ),
    _org("POST", "/attach-subscribers", working.attach, Permission.TAGS_WRITE),
    _org("POST", "/detach-subscribers", working.detach, Permission.TAGS_WRITE),
    _org("GET", "/custom-fields", fields.index_of_organizations, Permission.TAGS_READ),
    _org("PUT", "/custom-fields", fields.replace_of_organizations, Permission.TAGS_WRITE),
    _org("GET", "/<int:id>", organizations.show, Permission.TAGS_READ),
    _org("PUT", "/<int:id>", organizations.update, Permission.TAGS_WRITE),
    _org("DELETE", "/<int:id>", organizations.delete, Permission.TAGS_DELETE),
    _org("GET", "/<int:id>/custom_tab_view", organizations.custom_tab, Permission.TAGS_READ),
    _org("GET", "/<int:id>/notes", organization_notes.index, Permission.TAGS_READ),
    _org("POST", "/<int:id>/notes", organization_notes.create, Permission.TAGS_WRITE),
    _org("PUT", "/<int:id>/notes/<int:note_id>", organization_notes.update, Permission.TAGS_WRITE),
    _org("DELETE", "/<int:id>/notes/<int:note_id>", organization_notes.delete, Permission.TAGS_WRITE),
    # Import and export
    _crm("GET", "subscribers-export", exporting.download, Permission.CONTACTS_EXPORT),
    _crm("POST", "subscribers-export", exporting.download, Permission.CONTACTS_EXPORT),
    # Incoming webhooks and labels
    _crm("GET", "webhooks", webhooks.index, Permission.SETTINGS_WRITE),
    _crm("POST", "webhooks", webhooks.create, Permission.SETTINGS_WRITE),
    _crm("GET", "webhooks/sms", webhooks.sms, Permission.SETTINGS_WRITE),
    _crm("PUT", "webhooks/<int:id>", webhooks.update, Permission.SETTINGS_WRITE),
    _crm("DELETE", "webhooks/<int:id>", webhooks.delete, Permission.SETTINGS_WRITE),
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
    _crm("PUT", "custom-fields/contacts/update_group_name", fields.rename_group, Permission.SETTINGS_WRITE),
    # Reports
    _crm("GET", "reports/options", reports.options, Permission.REPORTS_READ),
    _crm("GET", "reports/ping", reports.ping, Permission.REPORTS_READ),
    _crm("GET", "reports/ajax-options", reports.ajax_options, Permission.REPORTS_READ),
    _crm("GET", "reports/taxonomy-terms", nothing(options=[]), Permission.REPORTS_READ),
    _crm("GET", "reports/cascade_selections", nothing(options=[], has_more=False), Permission.REPORTS_READ),
    _crm("GET", "reports/advanced-providers", nothing(providers=[]), Permission.REPORTS_READ),
    _crm("GET", "reports/dashboard-stats", dashboard.stats, Permission.REPORTS_READ),
    _crm("GET", "reports/subscribers", series.subscribers, Permission.REPORTS_READ),
    _crm("GET", "reports/email-sents", Empty(series.no_mails), Permission.REPORTS_READ),
    _crm("GET", "reports/email-opens", Empty(series.no_mails), Permission.REPORTS_READ),
    _crm("GET", "reports/email-clicks", Empty(series.no_mails), Permission.REPORTS_READ),
    _crm("GET", "reports/email-performance", nothing(stats=empties.NO_PERFORMANCE), Permission.REPORTS_READ),
    _crm("GET", "reports/emails", Empty(series.no_mail_rows), Permission.MAILS_READ),
    _crm("DELETE", "reports/emails", Empty(series.delete_no_mails), Permission.MAILS_DELETE),
    _crm("GET", "commerce-reports/<str:provider>", nothing(report=empties.NO_SALES), Permission.SETTINGS_WRITE),
    _crm("GET", "commerce-reports/<str:provider>/report", nothing(**empties.NO_CHART), Permission.SETTINGS_WRITE),
    # Users, search, articles, forms
    _crm("GET", "users", users.index, Permission.SETTINGS_WRITE),
    _crm("GET", "users/roles", users.roles, Permission.SETTINGS_WRITE),
    _crm("GET", "global-search", finding.everywhere, SignedIn),
    _crm("GET", "docs", articles.index, Permission.REPORTS_READ),
    _crm("GET", "docs/addons", Empty(articles.addons), Permission.REPORTS_READ),
    _crm("GET", "docs/<int:id>", articles.show, Permission.REPORTS_READ),
    _crm("GET", "forms", nothing(installed=False, forms={"data": [], "total": 0}), Permission.FORMS_WRITE),
    _crm("GET", "forms/templates", nothing(templates=[]), Permission.FORMS_WRITE),
    _crm("GET", "forms/<int:id>/entries", no_such("form"), Permission.FORMS_WRITE),
    _crm("GET", "forms/<int:form_id>/entries/<int:id>", no_such("form"), Permission.FORMS_WRITE),
    # Lists of what comes with the mail engine
    _crm("GET", "campaigns", no_rows("campaigns"), Permission.MAILS_READ),
    _crm("GET", "campaigns/<int:id>", no_such("campaign"), Permission.MAILS_READ),
    _crm("GET", "campaigns-pro/posts", nothing(posts=[], post_types=[]), Permission.MAILS_READ),
    _crm("GET", "campaigns-pro/posts/taxonomies", nothing(taxonomies=[]), Permission.MAILS_READ),
    _crm("GET", "campaigns-pro/products", nothing(products=[], taxonomies=[]), Permission.MAILS_READ),
    _crm("GET", "recurring-campaigns", no_rows("campaigns"), Permission.MAILS_READ),
    _crm("GET", "recurring-campaigns/<int:id>", no_such("campaign"), Permission.MAILS_READ),
    _crm("GET", "sequences", no_rows("sequences"), Permission.MAILS_READ),
    _crm("GET", "sequences/<int:id>", no_such("sequence"), Permission.MAILS_READ),
    _crm("GET", "sequences/subscriber/<int:id>/sequences", no_rows("sequence_trackers"), Permission.MAILS_READ),
    _crm("GET", "sms/campaigns", no_rows("campaigns"), Permission.MAILS_READ),
    _crm("GET", "sms/campaigns/<int:id>", no_such("campaign"), Permission.MAILS_READ),
    _crm("GET", "sms/messages", no_rows("sms", per_page=10, statuses=[]), Permission.MAILS_READ),
    _crm("GET", "templates", no_rows("templates"), Permission.TEMPLATES_WRITE),
    _crm("GET", "templates/<int:id>", nothing(template=empties.NO_TEMPLATE), Permission.TEMPLATES_WRITE),
    _crm("GET", "templates/all", nothing(templates=[], smartcodes=[]), Permission.TEMPLATES_WRITE),
    _crm("GET", "templates/built-in-templates", nothing(templates=[]), Permission.TEMPLATES_WRITE),
    _crm("GET", "templates/smartcodes", nothing(smartcodes=[]), Permission.TEMPLATES_WRITE),
    _crm("GET", "funnels", no_rows("funnels", on_request={"triggers": []}), Permission.AUTOMATIONS_READ),
    _crm("GET", "funnels/<int:id>", no_such("automation"), Permission.AUTOMATIONS_READ),
    _crm("GET", "funnels/all-activities", no_rows("activities"), Permission.AUTOMATIONS_READ),
    _crm("GET", "funnels/templates", nothing(templates=[], all=[], cats=[]), Permission.AUTOMATIONS_READ),
    _crm("GET", "funnels/triggers", nothing(triggers=[]), Permission.AUTOMATIONS_READ),
    _crm("GET", "funnels/subscriber/<int:id>/automations", no_rows("automations"), Permission.AUTOMATIONS_READ),
    _crm(
        "GET",
        "abandon-carts",
        no_rows("carts", haveAutomation=False, missingAutomations=[], drivers=[]),
        Permission.AUTOMATIONS_READ,
    ),
    _crm("GET", "abandon-carts/report-summary", nothing(widgets=empties.NO_REVENUE), Permission.AUTOMATIONS_READ),
    _crm("GET", "smart-links", no_rows("action_links"), any_of(Permission.SETTINGS_WRITE, Permission.CONTACTS_WRITE)),
    _crm("GET", "migrators", nothing(drivers=[]), Permission.SETTINGS_WRITE),
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
