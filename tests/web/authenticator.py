"""A passkey's other half in software: it makes keys and signs challenges as browsers hand them over (WebAuthn)."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

F = AuthenticatorData.FLAG


def _cose(key: ec.EllipticCurvePrivateKey) -> ES256:
    made: ES256 = ES256.from_cryptography_key(key.public_key())  # type: ignore[no-untyped-call]  # fido2's
    return made


class Authenticator:
    def __init__(self, origin: str, *, sees_person: bool = True) -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.count = 0
        self.handle = b""
        self.flags = F.UP | F.UV if sees_person else F.UP

    def create(self, options: str) -> str:
        """What navigator.credentials.create would answer, as the page sends it."""
        wanted = json.loads(options)
        self.handle = websafe_decode(wanted["user"]["id"])
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, _cose(self.key))
        data = AuthenticatorData.create(self._party(wanted["rp"]["id"]), self.flags | F.AT, self.count, credential)
        client = CollectedClientData.create("webauthn.create", wanted["challenge"], self.origin)
        made = AttestationObject.create("none", data, {})
        return self._answer(clientDataJSON=client, attestationObject=made)

    def get(self, options: str, **changed: Any) -> str:
        """What navigator.credentials.get would answer."""
        wanted = json.loads(options)
        self.count += 1
        data = AuthenticatorData.create(self._party(wanted["rpId"]), self.flags, changed.get("count", self.count))
        client = CollectedClientData.create("webauthn.get", wanted["challenge"], self.origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=changed.get("handle", self.handle),
        )

    def _party(self, name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def _answer(self, **response: bytes) -> str:
        id = websafe_encode(self.id)
        said = {name: websafe_encode(bytes(value)) for name, value in response.items()}
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": said})
