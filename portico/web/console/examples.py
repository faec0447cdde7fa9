"""How to call the API with a key, ready to run, in the languages of the manual."""

from collections.abc import Sequence

from portico.web.console.shown_once import Example

_CURL = """curl "{url}/wp-json/fluent-crm/v2/subscribers" \\
  -u '{username}:{password}'"""
_PHP = """<?php
$call = curl_init('{url}/wp-json/fluent-crm/v2/subscribers');
curl_setopt_array($call, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_USERPWD => '{username}:{password}',
]);
$answer = json_decode(curl_exec($call), true);
foreach ($answer['data'] as $contact) {{
    echo $contact['email'], PHP_EOL;
}}"""
_JAVASCRIPT = """const answer = await fetch('{url}/wp-json/fluent-crm/v2/subscribers', {{
  headers: {{ Authorization: 'Basic ' + btoa('{username}:{password}') }},
}});
const {{ data }} = await answer.json();
console.log(data.map((contact) => contact.email));"""
_PYTHON = """import requests

answer = requests.get(
    "{url}/wp-json/fluent-crm/v2/subscribers",
    auth=("{username}", "{password}"),
    timeout=10,
)
answer.raise_for_status()
for contact in answer.json()["data"]:
    print(contact["email"])"""
_SITE = """curl "{url}/" \\
  --data-urlencode 'mbr_auth={code}' \\
  --data-urlencode 'user=anna@example.test' \\
  --data-urlencode 'pass=the password' \\
  --data 'json=1'"""


def for_contacts(url: str, username: str, password: str) -> Sequence[Example]:
    """The first page of contacts."""
    texts = (("curl", _CURL), ("PHP", _PHP), ("JavaScript", _JAVASCRIPT), ("Python", _PYTHON))
    return [Example(name, text.format(url=url, username=username, password=password)) for name, text in texts]


def for_sign_in(url: str, code: str) -> Sequence[Example]:
    """Whether a member's login is right."""
    return [Example("curl", _SITE.format(url=url, code=code))]
