"""With what else than a mailed code a user proves who it is: a user's own, in all its companies."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


def _user() -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey("identity.User", models.CASCADE, related_name="+")


class AuthenticatorApp(models.Model):
    """An app that shows codes by time (RFC 6238). It counts only once it is confirmed.

    `last_step` is the number of the half minute whose code was used last: that one and all before it are over.
    """

    user = models.OneToOneField("identity.User", models.CASCADE, related_name="+")
    sealed_seed = models.BinaryField()
    last_step = models.BigIntegerField(db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "authenticator_app"

    def __str__(self) -> str:
        return f"authenticator app {self.pk}"


class Passkey(models.Model):
    """A public key whose private half never leaves a device, a browser or a security key (WebAuthn).

    `credential` is what the authenticator said of it at registration: id, model and public key.
    """

    user = _user()
    name = models.TextField()
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "passkey"

    def __str__(self) -> str:
        return self.name


class PasskeyAnswer(models.Model):
    """A challenge that was answered, right or wrong: the keyed hash of it, so that none is answered twice."""

    digest = models.BinaryField(primary_key=True)
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "passkey_answer"
        indexes = [models.Index(fields=["answered_at"], name="passkey_answer_answered_at")]

    def __str__(self) -> str:
        return f"answered {self.answered_at}"


class RecoveryCode(models.Model):
    """A code on paper in place of a second factor, good for once."""

    user = _user()
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_code"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_digest")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class HalfSignIn(models.Model):
    """Somebody has proved one thing (`method` as Session has it) and owes a second factor. The browser has a token."""

    user = _user()
    digest = models.BinaryField(unique=True)
    method = models.TextField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "half_sign_in"
        indexes = [models.Index(fields=["expires_at"], name="half_sign_in_expires_at")]

    def __str__(self) -> str:
        return f"half a sign-in {self.pk}"


class PasswordReset(models.Model):
    """A mailed link to a new password. There is one for every asked address, known or not."""

    user = models.ForeignKey("identity.User", models.CASCADE, null=True, related_name="+")
    digest = models.BinaryField(unique=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "password_reset"
        indexes = [
            models.Index(fields=["expires_at"], name="password_reset_expires_at"),
            models.Index(fields=["user"], name="password_reset_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"password reset {self.pk}"
