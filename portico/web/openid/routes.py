"""All of OpenID Connect's addresses. Who they are open to is what a client, a token or a page's form proves."""

from portico.http.routes import Public, Routes, SignedIn, route
from portico.web.openid import authorize, discovery, logout, member_sign_in, tokens

# What other software calls, some of it from browsers. SignedIn here: by a client's credential, or an access token.
ENDPOINTS = Routes(
    route("GET", ".well-known/openid-configuration", discovery.configuration, Public),
    route("GET", ".well-known/oauth-authorization-server", discovery.configuration, Public),
    route("GET", "oauth/jwks", discovery.jwks, Public),
    route("POST", "oauth/token", tokens.token, SignedIn),
    route("GET", "oauth/userinfo", tokens.userinfo, SignedIn),
    route("POST", "oauth/userinfo", tokens.userinfo, SignedIn),
    route("POST", "oauth/revoke", tokens.revoke, SignedIn),
    route("POST", "oauth/introspect", tokens.introspect, SignedIn),
)
# What people see.
PAGES = Routes(
    route("GET", "oauth/authorize", authorize.show, Public),
    route("POST", "oauth/authorize", authorize.decide, Public),
    route("POST", "oauth/again", authorize.sign_in_again, Public),
    route("GET", "oauth/sign-in", member_sign_in.show, Public),
    route("POST", "oauth/sign-in", member_sign_in.sign_in, Public),
    route("GET", "oauth/logout", logout.show, Public),
    route("POST", "oauth/logout", logout.decide, Public),
)
