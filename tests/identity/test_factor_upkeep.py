from datetime import timedelta

from django.utils import timezone

from portico.access import Role
from portico.identity.actions.upkeep import forget_the_past
from portico.identity.factor_models import HalfSignIn, PasskeyAnswer, PasswordReset
from tests.make import make_company, make_member


def test_what_was_owed_asked_for_and_answered_is_forgotten_after_a_day(database: None) -> None:  # noqa: ARG001 -- must be up
    user_id = make_member(make_company(), "Anna", Role.REP).user_id
    now = timezone.now()
    kept, gone = now - timedelta(hours=23), now - timedelta(hours=25)
    for name, at in ((b"kept", kept), (b"gone", gone)):
        HalfSignIn.objects.create(user_id=user_id, digest=name, method="passcode", expires_at=at)
        PasswordReset.objects.create(user_id=user_id, digest=name, expires_at=at)
        PasskeyAnswer.objects.create(digest=name, answered_at=at)
    forget_the_past()
    for model in (HalfSignIn, PasswordReset, PasskeyAnswer):
        digests = model._default_manager.filter(digest__in=[b"kept", b"gone"]).values_list("digest", flat=True)
        assert [bytes(one) for one in digests] == [b"kept"]
    PasskeyAnswer.objects.filter(digest=b"kept").delete()
