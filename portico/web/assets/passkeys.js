// Forms with data-passkey: ask the browser for a passkey, and send what it answers. Without WebAuthn they stay hidden.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // What the server writes as text is bytes to the browser, and the other way round.
  const forBrowser = (options) => {
    const list = (known) => (known || []).map((one) => ({ ...one, id: bytes(one.id) }));
    return {
      ...options,
      challenge: bytes(options.challenge),
      ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
      ...(options.excludeCredentials && { excludeCredentials: list(options.excludeCredentials) }),
      ...(options.allowCredentials && { allowCredentials: list(options.allowCredentials) }),
    };
  };
  const forServer = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
  };

  const ask = async (form) => {
    const publicKey = forBrowser(JSON.parse(form.dataset.options));
    const made = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.answer.value = forServer(made);
    form.submit();
  };

  // In the page's language, which only the page knows.
  const why = (error, said) => {
    if (error.name === "SecurityError") return said.elsewhere;
    if (error.name === "InvalidStateError") return said.twice;
    return said.failed;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const alert = form.querySelector("[role=alert]");
      alert.hidden = true;
      ask(form).catch((error) => {
        alert.textContent = why(error, form.dataset);
        alert.hidden = false;
      });
    });
  }
})();
