"""How another program tells that a webhook is from here (Standard Webhooks), in what each language has by itself."""

from collections.abc import Sequence

from portico.web.console.shown_once import Example

_PYTHON = """import base64, hashlib, hmac, os, time

def is_genuine(headers, body):
    \"\"\"headers: by their names in small letters; body: the bytes as they came.\"\"\"
    key = base64.b64decode(os.environ["PORTICO_WEBHOOK_SECRET"].removeprefix("whsec_"))
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
    is_new = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return is_new and any(hmac.compare_digest(one, wanted) for one in headers["webhook-signature"].split())"""
_JAVASCRIPT = """import { createHmac, timingSafeEqual } from 'node:crypto';

// headers: by their names in small letters; body: the text as it came.
export function isGenuine(headers, body) {
  const key = Buffer.from(process.env.PORTICO_WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
  const told = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const wanted = Buffer.from('v1,' + createHmac('sha256', key).update(told).digest('base64'));
  const isNew = Math.abs(Date.now() / 1000 - headers['webhook-timestamp']) < 300;
  return isNew && headers['webhook-signature'].split(' ').map((one) => Buffer.from(one))
    .some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}"""
_PHP = """<?php
// $headers: by their names in small letters; $body: file_get_contents('php://input').
function is_genuine(array $headers, string $body): bool {
    $key = base64_decode(preg_replace('/^whsec_/', '', getenv('PORTICO_WEBHOOK_SECRET')));
    $told = $headers['webhook-id'] . '.' . $headers['webhook-timestamp'] . '.' . $body;
    $wanted = 'v1,' . base64_encode(hash_hmac('sha256', $told, $key, true));
    foreach (explode(' ', $headers['webhook-signature']) as $one) {
        if (hash_equals($wanted, $one)) {
            return abs(time() - (int) $headers['webhook-timestamp']) < 300;
        }
    }
    return false;
}"""


def for_webhooks() -> Sequence[Example]:
    """Whether a message was signed with the secret, and lately. The secret itself is in none of them."""
    return [Example(name, text) for name, text in (("Python", _PYTHON), ("JavaScript", _JAVASCRIPT), ("PHP", _PHP))]
