// What a screen can do beyond reading and sending forms: copy a text, save it as a file, call this server. Buttons for
// it stay hidden without this script.
"use strict";

(() => {
  const of = (id) => document.getElementById(id);
  const said = (button, text) => {
    const before = button.innerHTML;
    button.textContent = text;
    setTimeout(() => (button.innerHTML = before), 1500);
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(of(button.dataset.copy).textContent);
      said(button, button.dataset.said);
    });
  }

  for (const button of document.querySelectorAll("[data-download]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const source = of(button.dataset.download);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([source.textContent], { type: "text/plain" }));
      link.download = source.dataset.file;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }

  for (const button of document.querySelectorAll("[data-try]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const answer = of(button.dataset.answer);
      const headers = button.dataset.authorization ? { Authorization: button.dataset.authorization } : {};
      answer.hidden = false;
      answer.textContent = "…";
      try {
        const response = await fetch(button.dataset.try, { headers, credentials: "omit" });
        const text = await response.text();
        let shown = text;
        try {
          shown = JSON.stringify(JSON.parse(text), null, 2);
        } catch {} // not JSON: as it came
        answer.textContent = `HTTP ${response.status}\n${shown.slice(0, 20000)}`;
      } catch (error) {
        answer.textContent = `${button.dataset.failed} ${error.message}`;
      }
    });
  }
})();
