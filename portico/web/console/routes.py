"""Every screen of the console: who may open it is on its line."""

from portico.access import Permission
from portico.http.routes import SignedIn, route
from portico.web.console import codes, home, keys, managers, modules

P = Permission

CONSOLE = (
    route("GET", "console", home.show, SignedIn),
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
    # Modules
    route("GET", "modules", modules.show, P.ADMINISTRATION),
    route("GET", "modules/<str:name>", modules.show_one, P.ADMINISTRATION),
    route("POST", "modules/<str:name>", modules.save, P.ADMINISTRATION),
)
