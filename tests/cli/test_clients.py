"""`portico client`: other software that people sign in to."""

from tests.cli.command import Command

BACK = "https://shop.example.com/callback"


def test_a_client_is_registered_shown_rotated_and_revoked(portico: Command) -> None:
    added = portico(
        "client", "add", "Shop", "--company", "acme", "--for", "both", "--redirect", BACK, "--scope", "email", "--json"
    ).value
    assert added["secret"].startswith("pcs_")
    assert added["scopes"] == ["openid", "email"]
    assert (added["for"], added["public"], added["redirect_uris"]) == (["users", "contacts"], False, [BACK])
    assert added["discovery"].endswith("/.well-known/openid-configuration")
    listed = portico("client", "list", "--company", "acme", "--json").value
    assert [one["client_id"] for one in listed] == [added["client_id"]]
    shown = portico("client", "show", added["client_id"])
    assert BACK in shown.out
    assert added["secret"] not in shown.out
    rotated = portico("client", "rotate", added["client_id"], "--grace", "1h")
    assert "Keep it now" in rotated.out
    assert added["secret"] not in rotated.out
    assert portico("client", "revoke", added["client_id"]).code == 0
    for words in (["show"], ["rotate"], ["revoke"]):
        gone = portico("client", *words, added["client_id"])
        assert (gone.code, gone.err) == (1, "portico: There is no such client.")
    assert portico("client", "list", "--json").value == []


def test_an_app_gets_an_id_and_no_secret(portico: Command) -> None:
    added = portico(
        "client",
        "add",
        "App",
        "--company",
        "acme",
        "--for",
        "contacts",
        "--redirect",
        "com.example.app:/back",
        "--public",
    )
    assert "It is public" in added.out
    assert "Secret" not in added.out
    (client_id,) = [line.split()[-1] for line in added.out.splitlines() if line.startswith("Client id")]
    refused = portico("client", "rotate", client_id)
    assert (refused.code, refused.err) == (1, "portico: A public client has no secret.")


def test_addresses_that_cannot_be_led_back_to_are_refused(portico: Command) -> None:
    for address in (
        "http://shop.example.com/callback",
        "https://shop.example.com/callback#here",
        "javascript:alert(1)",
        "data:text/html,x",
        "com.example.app:/back",  # an app that keeps a secret is none
        "https://user@shop.example.com/",
        "https://sh;op.example.com/",
        "shop.example.com/callback",
    ):
        refused = portico("client", "add", "X", "--company", "acme", "--for", "users", "--redirect", address)
        assert refused.code == 1, address
        assert "cannot be led back to" in refused.err
    for words, said in (
        (["--scope", "everything"], "There is no scope everything"),
        (["--required-tag", "Nowhere"], "There is no such tag Nowhere."),
    ):
        refused = portico("client", "add", "X", "--company", "acme", "--for", "users", "--redirect", BACK, *words)
        assert (refused.code, said in refused.err) == (1, True), refused.err
    on_this_machine = "http://127.0.0.1:8400/callback"
    assert portico("client", "add", "X", "--company", "acme", "--for", "users", "--redirect", on_this_machine).code == 0
