"""Every operation of this wire, with the permission that it demands (wire notes 6). Paths are those under /wp-json.

The order of methods is that of the Allow header in the recordings.
"""

from portico.access import Permission
from portico.http.routes import Demand, Handler, Public, Route, Routes, SignedIn, route
from portico.protocols.fluentcrm import (
    bulk,
    business,
    contacts,
    discovery,
    fields,
    keys,
    lists,
    mail_labels,
    managers,
    reports,
    switches,
    tags,
    upkeep,
    webhooks,
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
    _crm("GET", "subscribers/<int:id>", contacts.show, Permission.CONTACTS_READ),
    _crm("DELETE", "subscribers/<int:id>", contacts.delete, Permission.CONTACTS_DELETE),
    _crm("PUT", "subscribers/<int:id>", contacts.update, Permission.CONTACTS_WRITE),
    # What a contact has beside itself
    # Segments
    # Organizations, which this wire calls companies
    # Import and export
    # Incoming webhooks and labels
    _crm("GET", "webhooks", webhooks.index, Permission.SETTINGS_WRITE),
    _crm("POST", "webhooks", webhooks.create, Permission.SETTINGS_WRITE),
    _crm("GET", "webhooks/sms", webhooks.sms, Permission.SETTINGS_WRITE),
    _crm("PUT", "webhooks/<int:id>", webhooks.update, Permission.SETTINGS_WRITE),
    _crm("DELETE", "webhooks/<int:id>", webhooks.delete, Permission.SETTINGS_WRITE),
    _crm("GET", "labels", mail_labels.index, Permission.SETTINGS_WRITE),
    _crm("POST", "labels", mail_labels.create, Permission.SETTINGS_WRITE),
    _crm("PUT", "labels/<int:id>", mail_labels.update, Permission.SETTINGS_WRITE),
    _crm("DELETE", "labels/<int:id>", mail_labels.delete, Permission.SETTINGS_WRITE),
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
    # Lists of what comes with the mail engine
    # Settings
    _crm("GET", "setting", business.show, Permission.SETTINGS_WRITE),
    _crm("PUT", "setting", business.save, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/double-optin", business.show_double, Permission.SETTINGS_WRITE),
    _crm("PUT", "setting/double-optin", business.save_double, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/auto_subscribe_settings", switches.show_auto_subscribe, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/auto_subscribe_settings", switches.save_auto_subscribe, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/compliance", switches.show_compliance, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/compliance", switches.save_compliance, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/experiments", switches.show_experiments, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/experiments", switches.save_experiments, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/experiments/campaigns", switches.experiment_campaigns, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/integrations", switches.show_integrations, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/integrations", switches.save_integration, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/bounce_configs", switches.bounce_configs, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/test", upkeep.echo, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/test", upkeep.echo, Permission.SETTINGS_WRITE),
    _crm("PUT", "setting/test", upkeep.echo, Permission.SETTINGS_WRITE),
    _crm("DELETE", "setting/test", upkeep.echo, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/cron_status", upkeep.cron_status, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/run_cron", upkeep.run_cron, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/old_logs", upkeep.old_logs, Permission.SETTINGS_WRITE),
    _crm("DELETE", "setting/old_logs", upkeep.delete_old_logs, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/system-logs", upkeep.system_logs, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/system-logs/reset", upkeep.reset_system_logs, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/activity-logs", upkeep.activity_logs, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/activity-logs/reset", upkeep.reset_activity_logs, Permission.SETTINGS_WRITE),
    # Managers and keys
    _crm("GET", "campaign-pro-settings/managers", managers.index, Permission.SETTINGS_WRITE),
    _crm("POST", "campaign-pro-settings/managers", managers.create, Permission.SETTINGS_WRITE),
    _crm("PUT", "campaign-pro-settings/managers/<int:id>", managers.update, Permission.SETTINGS_WRITE),
    _crm("DELETE", "campaign-pro-settings/managers/<int:id>", managers.delete, Permission.SETTINGS_WRITE),
    _crm("GET", "setting/rest-keys", keys.index, Permission.SETTINGS_WRITE),
    _crm("POST", "setting/rest-keys", keys.create, Permission.SETTINGS_WRITE),
    _crm("DELETE", "setting/rest-keys", keys.delete, Permission.SETTINGS_WRITE),
)
