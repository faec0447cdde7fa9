"""Every page for people who sign in: who may open it is on its line."""

from portico.http.routes import Public, Routes, SignedIn, route
from portico.web import members, speaking
from portico.web.account import app, overview, passkeys, password, proving, sessions
from portico.web.account.fresh import fresh
from portico.web.console.routes import CONSOLE
from portico.web.signing_in import code, factor, out, passkey, reset, start
from portico.web.signing_in import password as with_password

ROUTES = Routes(
    route("GET", "sign-in", start.show, Public),
    route("POST", "sign-in", start.send, Public),
    route("GET", "sign-in/code", code.show, Public),
    route("POST", "sign-in/code", code.send, Public),
    route("GET", "sign-in/password", with_password.show, Public),
    route("POST", "sign-in/password", with_password.send, Public),
    route("POST", "sign-in/passkey", passkey.send, Public),
    route("GET", "sign-in/factor", factor.show, Public),
    route("POST", "sign-in/factor", factor.send, Public),
    route("POST", "sign-in/factor/passkey", factor.send_passkey, Public),
    route("GET", "forgot", reset.show_ask, Public),
    route("POST", "forgot", reset.ask, Public),
    route("GET", "reset/<str:link>", reset.show, Public),
    route("POST", "reset/<str:link>", reset.send, Public),
    route("GET", "m/<str:company>/password", members.show_ask, Public),
    route("POST", "m/<str:company>/password", members.ask, Public),
    route("GET", "m/<str:company>/password/<str:link>", members.show, Public),
    route("POST", "m/<str:company>/password/<str:link>", members.send, Public),
    route("GET", "sign-out", out.show, SignedIn),
    route("POST", "sign-out", out.send, SignedIn),
    route("GET", "language", speaking.show, Public),
    route("POST", "language", speaking.choose, Public),
    route("GET", "account", overview.show, SignedIn),
    route("POST", "account/company", overview.switch, SignedIn),
    route("GET", "account/set-up", overview.set_up, SignedIn),
    route("GET", "account/prove", proving.show, SignedIn),
    route("POST", "account/prove", proving.send, SignedIn),
    route("POST", "account/prove/mail", proving.send_mail, SignedIn),
    route("POST", "account/prove/passkey", proving.send_passkey, SignedIn),
    route("GET", "account/password", fresh(password.show), SignedIn),
    route("POST", "account/password", fresh(password.send), SignedIn),
    route("GET", "account/app", fresh(app.show), SignedIn),
    route("POST", "account/app", fresh(app.confirm), SignedIn),
    route("POST", "account/app/begin", fresh(app.begin), SignedIn),
    route("POST", "account/app/remove", fresh(app.remove), SignedIn),
    route("GET", "account/passkeys/add", fresh(passkeys.show), SignedIn),
    route("POST", "account/passkeys/add", fresh(passkeys.add), SignedIn),
    route("POST", "account/passkeys/<int:id>/remove", fresh(passkeys.remove), SignedIn),
    route("POST", "account/recovery-codes", fresh(passkeys.renew_codes), SignedIn),
    route("POST", "account/sessions/<int:id>/name", sessions.name, SignedIn),
    route("POST", "account/sessions/<int:id>/end", sessions.end, SignedIn),
    route("POST", "account/sessions/end-others", sessions.end_others, SignedIn),
    route("POST", "account/devices/<int:id>/forget", sessions.forget_device, SignedIn),
    *CONSOLE,
)
# What somebody may open who has to set up a second factor before anything else.
SETTING_UP = frozenset(
    {
        "account/set-up",
        "account/prove",
        "account/prove/mail",
        "account/prove/passkey",
        "account/app",
        "account/app/begin",
        "account/passkeys/add",
        "sign-out",
    }
)
