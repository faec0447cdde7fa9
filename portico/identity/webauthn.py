"""Passkeys as the protocol has them (WebAuthn level 2): challenges, and what authenticators answer. No tables.

A challenge carries its own proof: what it is for, for whom and until when, under a key of ours. So opening a page
writes nothing; that it is answered only once is for whoever keeps the answers.
"""

import hmac
import secrets
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portico.lib.origins import origin_of
from portico.lib.secrets import digest

CHALLENGE_LIVES = 600  # seconds
LONGEST_ANSWER = 20_000  # characters
_RANDOM, _TIME, _PROOF = 16, 8, 16  # bytes of a challenge
REQUIRED, PREFERRED = UserVerificationRequirement.REQUIRED, UserVerificationRequirement.PREFERRED


class BadAnswer(ValueError):  # noqa: N818 -- said like the refusals of the core
    """What came is no answer of an authenticator to a challenge of ours."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey: `credential` holds its id and public key."""

    credential: bytes
    credential_id: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it claims to be, not yet verified."""

    credential_id: bytes
    challenge: bytes
    user_handle: bytes | None
    response: AuthenticationResponse


def user_handle(user_id: int) -> bytes:
    """By what authenticators know a user of ours; it tells nobody who that is."""
    return digest(str(user_id), "passkey user")


def registration_options(user_id: int, email: str, name: str, known: list[bytes]) -> str:
    """For navigator.credentials.create, as JSON. `known` are the ids of credentials that are not to be made again."""
    options, _ = _server().register_begin(
        PublicKeyCredentialUserEntity(name=email, id=user_handle(user_id), display_name=name or email),
        [_descriptor(id) for id in known],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=PREFERRED,
        challenge=_new_challenge("add", user_id),
    )
    return orjson.dumps(dict(options.public_key)).decode()


def request_options(purpose: str, user_id: int, known: list[bytes], verification: UserVerificationRequirement) -> str:
    """For navigator.credentials.get, as JSON. Without `known` the authenticator offers those that it has for us."""
    options, _ = _server().authenticate_begin(
        [_descriptor(id) for id in known] or None,
        user_verification=verification,
        challenge=_new_challenge(purpose, user_id),
    )
    return orjson.dumps(dict(options.public_key)).decode()


def registered(user_id: int, answer: str) -> tuple[Registered, bytes]:
    """The new passkey, and the challenge that was answered. Raises BadAnswer."""
    with _only_bad_answers():
        response = RegistrationResponse.from_dict(_parsed(answer))
        challenge = response.response.client_data.challenge
        data = _server().register_complete(_state(challenge, "add", user_id, PREFERRED), response)
        credential = data.credential_data
        if credential is None:
            raise BadAnswer
        return Registered(bytes(credential), credential.credential_id, data.counter), challenge


def answered(answer: str) -> Answered:
    """Raises BadAnswer for what is none."""
    with _only_bad_answers():
        response = AuthenticationResponse.from_dict(_parsed(answer))
        handle = response.response.user_handle
        return Answered(response.raw_id, response.response.client_data.challenge, handle, response)


def verify(
    answer: Answered, *, purpose: str, user_id: int, credential: bytes, verification: UserVerificationRequirement
) -> int:
    """The authenticator's count of signatures, if it has signed a challenge of ours for this. Raises BadAnswer."""
    with _only_bad_answers():
        state = _state(answer.challenge, purpose, user_id, verification)
        _server().authenticate_complete(state, [AttestedCredentialData(credential)], answer.response)
        return answer.response.response.authenticator_data.counter


@contextmanager
def _only_bad_answers() -> Iterator[None]:
    """fido2 raises all of these for bytes that are not what they should be."""
    try:
        yield
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        NotImplementedError,
        struct.error,
    ) as no:
        raise BadAnswer from no


def _parsed(answer: str) -> dict[str, Any]:
    parsed = orjson.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    if not isinstance(parsed, dict):
        raise BadAnswer
    return parsed


def _server() -> Fido2Server:
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    ours = origin_of(settings.PUBLIC_URL)
    party = PublicKeyCredentialRpEntity(name="Portico", id=host)
    return Fido2Server(party, verify_origin=lambda origin: origin == ours)


def _descriptor(id: bytes) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=id)


def _state(challenge: bytes, purpose: str, user_id: int, verification: UserVerificationRequirement) -> dict[str, Any]:
    """What fido2 compares an answer with. Raises BadAnswer for a challenge that is not ours for this, or too old."""
    stem, proof = challenge[: _RANDOM + _TIME], challenge[_RANDOM + _TIME :]
    is_ours = hmac.compare_digest(proof, _proof(stem, purpose, user_id))
    if not is_ours or int.from_bytes(stem[_RANDOM:]) < time.time():
        raise BadAnswer
    return {"challenge": websafe_encode(challenge), "user_verification": verification}


def _new_challenge(purpose: str, user_id: int) -> bytes:
    stem = secrets.token_bytes(_RANDOM) + (int(time.time()) + CHALLENGE_LIVES).to_bytes(_TIME)
    return stem + _proof(stem, purpose, user_id)


def _proof(stem: bytes, purpose: str, user_id: int) -> bytes:
    return digest(f"{purpose} {user_id} {stem.hex()}", "passkey challenge")[:_PROOF]
