"""The 16 permissions of this wire (wire notes 6). They keep their exact meaning: reading contacts reads no tags."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portico.access import Permission


@dataclass(frozen=True, slots=True)
class Slug:
    means: frozenset[Permission]
    title: str
    group: str
    depends: tuple[str, ...] = ()


_P = Permission
_READ_CONTACTS, _READ_EMAILS, _READ_FUNNELS = ("fcrm_read_contacts",), ("fcrm_read_emails",), ("fcrm_read_funnels",)

SLUGS: dict[str, Slug] = {
    "fcrm_view_dashboard": Slug(frozenset({_P.REPORTS_READ}), "See dashboard and reports", "dashboard"),
    "fcrm_read_contacts": Slug(frozenset({_P.CONTACTS_READ}), "See contacts", "contacts"),
    "fcrm_manage_contacts": Slug(frozenset({_P.CONTACTS_WRITE}), "Add and change contacts", "contacts", _READ_CONTACTS),
    "fcrm_manage_contacts_delete": Slug(frozenset({_P.CONTACTS_DELETE}), "Delete contacts", "contacts", _READ_CONTACTS),
    "fcrm_manage_contacts_export": Slug(frozenset({_P.CONTACTS_EXPORT}), "Export contacts", "contacts", _READ_CONTACTS),
    "fcrm_manage_contact_cats": Slug(
        frozenset({_P.TAGS_READ, _P.TAGS_WRITE}), "See and change tags and lists", "segments", _READ_CONTACTS
    ),
    "fcrm_manage_contact_cats_delete": Slug(
        frozenset({_P.TAGS_DELETE}), "Delete tags and lists", "segments", _READ_CONTACTS
    ),
    "fcrm_read_emails": Slug(frozenset({_P.MAILS_READ}), "See mails", "emailing"),
    "fcrm_manage_emails": Slug(frozenset({_P.MAILS_WRITE}), "Write and send mails", "emailing", _READ_EMAILS),
    "fcrm_manage_email_templates": Slug(frozenset({_P.TEMPLATES_WRITE}), "Change mail templates", "emailing"),
    "fcrm_manage_email_delete": Slug(frozenset({_P.MAILS_DELETE}), "Delete mails", "emailing"),
    "fcrm_manage_forms": Slug(frozenset({_P.FORMS_WRITE}), "Change forms", "forms"),
    "fcrm_read_funnels": Slug(frozenset({_P.AUTOMATIONS_READ}), "See automations", "automations"),
    "fcrm_write_funnels": Slug(frozenset({_P.AUTOMATIONS_WRITE}), "Change automations", "automations", _READ_FUNNELS),
    "fcrm_delete_funnels": Slug(frozenset({_P.AUTOMATIONS_DELETE}), "Delete automations", "automations", _READ_FUNNELS),
    "fcrm_manage_settings": Slug(frozenset({_P.SETTINGS_WRITE}), "Change settings", "settings"),
}

# All that this wire has a word for. What the company's own software may do beside that it neither shows nor takes away.
KNOWN = frozenset(one for slug in SLUGS.values() for one in slug.means)


def permissions_of(slugs: Iterable[str]) -> frozenset[Permission]:
    """Ours for these; unknown ones are dropped."""
    return frozenset(one for slug in slugs if slug in SLUGS for one in SLUGS[slug].means)


def slugs_of(permissions: Collection[str]) -> list[str]:
    """Theirs for these: those whose whole meaning is held."""
    return [name for name, slug in SLUGS.items() if slug.means <= set(permissions)]


def first_unmet(slugs: Collection[str]) -> tuple[str, tuple[str, ...]] | None:
    """The first that depends on others while none of them is there, with those."""
    for name in slugs:
        depends = SLUGS[name].depends if name in SLUGS else ()
        if depends and not set(depends) & set(slugs):
            return name, depends
    return None
