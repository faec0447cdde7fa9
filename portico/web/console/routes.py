"""Every screen of the console: who may open it is on its line."""

from portico.access import Permission
from portico.http.routes import SignedIn, route
from portico.web.console import (
    audit_log,
    codes,
    company,
    contact_page,
    contacts,
    home,
    imports,
    keys,
    labels,
    mail,
    managers,
    modules,
)

P = Permission
UPLOAD = "imports/add"  # whose form carries a file

CONSOLE = (
    route("GET", "console", home.show, SignedIn),
    # Contacts
    route("GET", "contacts", contacts.show, P.CONTACTS_READ),
    route("GET", "contacts/add", contacts.show_add, P.CONTACTS_WRITE),
    route("POST", "contacts/add", contacts.add, P.CONTACTS_WRITE),
    route("GET", "contacts/<int:id>", contacts.show_one, P.CONTACTS_READ),
    route("GET", "contacts/<int:id>/edit", contacts.show_edit, P.CONTACTS_WRITE),
    route("POST", "contacts/<int:id>/edit", contacts.edit, P.CONTACTS_WRITE),
    route("GET", "contacts/<int:id>/delete", contacts.show_delete, P.CONTACTS_DELETE),
    route("POST", "contacts/<int:id>/delete", contacts.delete, P.CONTACTS_DELETE),
    route("POST", "contacts/<int:id>/labels", contact_page.label, P.CONTACTS_WRITE),
    route("POST", "contacts/<int:id>/notes", contact_page.note, P.CONTACTS_WRITE),
    # Tags and lists
    route("GET", "tags", labels.TAGS.show, P.TAGS_READ),
    route("GET", "tags/add", labels.TAGS.show_add, P.TAGS_WRITE),
    route("POST", "tags/add", labels.TAGS.add, P.TAGS_WRITE),
    route("GET", "tags/<int:id>", labels.TAGS.show_one, P.TAGS_READ),
    route("POST", "tags/<int:id>", labels.TAGS.change, P.TAGS_WRITE),
    route("GET", "tags/<int:id>/delete", labels.TAGS.show_delete, P.TAGS_DELETE),
    route("POST", "tags/<int:id>/delete", labels.TAGS.delete, P.TAGS_DELETE),
    route("GET", "lists", labels.LISTS.show, P.TAGS_READ),
    route("GET", "lists/add", labels.LISTS.show_add, P.TAGS_WRITE),
    route("POST", "lists/add", labels.LISTS.add, P.TAGS_WRITE),
    route("GET", "lists/<int:id>", labels.LISTS.show_one, P.TAGS_READ),
    route("POST", "lists/<int:id>", labels.LISTS.change, P.TAGS_WRITE),
    route("GET", "lists/<int:id>/delete", labels.LISTS.show_delete, P.TAGS_DELETE),
    route("POST", "lists/<int:id>/delete", labels.LISTS.delete, P.TAGS_DELETE),
    # Imports
    route("GET", "imports", imports.show, P.CONTACTS_WRITE),
    route("GET", "imports/add", imports.show_add, P.CONTACTS_WRITE),
    route("POST", UPLOAD, imports.add, P.CONTACTS_WRITE),
    route("GET", "imports/match", imports.show_match, P.CONTACTS_WRITE),
    route("POST", "imports/match", imports.match, P.CONTACTS_WRITE),
    route("GET", "imports/<int:id>", imports.show_one, P.CONTACTS_WRITE),
    route("POST", "imports/<int:id>", imports.press, P.CONTACTS_WRITE),
    route("GET", "imports/<int:id>/rejected", imports.rejected, P.CONTACTS_WRITE),
    # Managers
    route("GET", "settings/managers", managers.show, P.SETTINGS_WRITE),
    route("GET", "settings/managers/add", managers.show_add, P.ADMINISTRATION),
    route("POST", "settings/managers/add", managers.add, P.ADMINISTRATION),
    route("GET", "settings/managers/<int:id>", managers.show_one, P.SETTINGS_WRITE),
    route("POST", "settings/managers/<int:id>", managers.change, P.SETTINGS_WRITE),
    route("GET", "settings/managers/<int:id>/remove", managers.show_remove, P.SETTINGS_WRITE),
    route("POST", "settings/managers/<int:id>/remove", managers.remove, P.SETTINGS_WRITE),
    # Rest API
    route("GET", "settings/rest-api", keys.show, P.ADMINISTRATION),
    route("GET", "settings/rest-api/add", keys.show_add, P.ADMINISTRATION),
    route("POST", "settings/rest-api/add", keys.add, P.ADMINISTRATION),
    route("GET", "settings/rest-api/<int:id>", keys.show_one, P.ADMINISTRATION),
    route("GET", "settings/rest-api/<int:id>/rotate", keys.show_rotate, P.ADMINISTRATION),
    route("POST", "settings/rest-api/<int:id>/rotate", keys.rotate, P.ADMINISTRATION),
    route("GET", "settings/rest-api/<int:id>/revoke", keys.show_revoke, P.ADMINISTRATION),
    route("POST", "settings/rest-api/<int:id>/revoke", keys.revoke, P.ADMINISTRATION),
    # Security
    route("GET", "settings/security", codes.show, P.ADMINISTRATION),
    route("GET", "settings/security/add", codes.show_add, P.ADMINISTRATION),
    route("POST", "settings/security/add", codes.add, P.ADMINISTRATION),
    route("GET", "settings/security/<int:id>", codes.show_one, P.ADMINISTRATION),
    route("GET", "settings/security/<int:id>/revoke", codes.show_revoke, P.ADMINISTRATION),
    route("POST", "settings/security/<int:id>/revoke", codes.revoke, P.ADMINISTRATION),
    route("GET", "settings/mail", mail.show, P.ADMINISTRATION),
    route("POST", "settings/mail", mail.send_test, P.ADMINISTRATION),
    route("GET", "settings/company", company.show, P.ADMINISTRATION),
    route("POST", "settings/company", company.save, P.ADMINISTRATION),
    route("GET", "settings/audit", audit_log.show, P.ADMINISTRATION),
    route("GET", "settings/audit/proof", audit_log.prove, P.ADMINISTRATION),
    # Modules
    route("GET", "modules", modules.show, P.ADMINISTRATION),
    route("GET", "modules/<str:name>", modules.show_one, P.ADMINISTRATION),
    route("POST", "modules/<str:name>", modules.save, P.ADMINISTRATION),
)
