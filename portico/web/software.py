"""What a browser or an app calls itself, as the reader's language says it."""

from django.utils.translation import gettext as _

from portico.lib.agents import agent_name, browser_and_system
from portico.web.words import word


def software(agent: str) -> str:
    browser, system = browser_and_system(agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return word(agent_name(agent))
