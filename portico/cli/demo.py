"""What `portico up --demo` prints: how to try every protocol with the demo company."""

import shlex
import shutil
import sys
from pathlib import Path

# One line a command, ready to paste.
_TEXT = """
The demo company is "{company}". Its people sign in with a passcode by mail, which is captured here:
  {owner:<19} administrator
  {manager:<19} manager, holds the API key below
  {rep:<19} rep, owns contacts
  {member:<19} contact; member of other sites with the password {member_password}

The same contact through each protocol:

FluentCRM, as the manager (user name {key_username}, application password {key_password}):
  {fluentcrm}

Fluid, as the rep:
  {fluid}
or sign in: ask for a passcode, read the mail, and say the code with the UUID of the first answer:
  {passcode}
  {outbox}
  {confirm}

ActiveMember360, as another site that lets the member in because of a tag (security code {security_code}):
  {activemember}

These secrets are in {file}, which only you can read.
"""


def demo_text() -> str:
    """Make the demo company at the first start, and say how to try it."""
    from django.conf import settings

    from portico.cli import demo_company as demo

    file = settings.DATA_FOLDER / "demo.json"
    made = demo.demo_company(file)
    secrets, url = made.secrets, settings.PUBLIC_URL.rstrip("/")
    login = f"{secrets.key_username}:{secrets.key_password}"
    by_email = f"{url}/wp-json/fluent-crm/v2/subscribers/0?get_by_email={demo.MEMBER}"
    fields = {
        "mbr_auth": secrets.security_code,
        "user": demo.MEMBER,
        "pass": secrets.member_password,
        "required_tags": made.tag_id,
        "json": 1,
    }
    return _TEXT.format(
        company=demo.SLUG,
        owner=demo.OWNER,
        manager=demo.MANAGER,
        rep=demo.REP,
        member=demo.MEMBER,
        fluentcrm=_line("curl", "-u", login, by_email),
        fluid=_line(
            "curl", "-H", f"Authorization: Bearer {secrets.rep_token}", f"{url}/api/contacts?search={demo.MEMBER}"
        ),
        passcode=_line("curl", "-X", "POST", f"{url}/api/authentication/send_mfa?email={demo.REP}"),
        confirm=_line(
            *("curl", f"{url}/api/authentication/confirm_mfa?uuid=UUID", "-H", "Content-Type: application/json"),
            *("-d", '{"multi_factor_authentication": {"verification_code": "CODE"}}'),
        ),
        outbox=_line(*_ourselves(), "outbox", "--to", demo.REP, "--last", "1", *_data_option(settings.DATA_FOLDER)),
        activemember=_line(
            "curl", f"{url}/", *(part for name, value in fields.items() for part in ("-d", f"{name}={value}"))
        ),
        file=file,
        key_username=secrets.key_username,
        key_password=secrets.key_password,
        security_code=secrets.security_code,
        member_password=secrets.member_password,
    )


def _line(*words: str) -> str:
    return shlex.join(words)


def _ourselves() -> list[str]:
    """How to call us again from the folder where we were started."""
    if Path(sys.argv[0]).name == "portico":
        return ["portico" if shutil.which("portico") else sys.argv[0]]
    return [sys.executable, "-m", "portico"]


def _data_option(folder: Path) -> list[str]:
    return [] if folder == Path("portico-data").absolute() else ["--data", str(folder)]
