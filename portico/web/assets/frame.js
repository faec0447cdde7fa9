// What every screen of the console can do beyond links and forms: find things from anywhere, tick all rows at once, say
// aloud what a list that was fetched anew has. htmx fetches; everything works without both.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // The palette: a dialog, so that Escape closes it and the focus goes back to where it was.
  const palette = document.getElementById("palette");
  const input = document.getElementById("palette-q");
  const links = () => [...palette.querySelectorAll("#palette-finds a")];
  let shownFor = null; // the words that the links are for

  const open = () => {
    if (palette.open) return;
    palette.showModal();
    input.select();
    htmx.trigger(input, "palette");
  };

  for (const opener of document.querySelectorAll("[data-palette]")) {
    opener.setAttribute("aria-haspopup", "dialog");
    opener.setAttribute("aria-keyshortcuts", "Control+K");
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // to another tab
      event.preventDefault();
      open();
    });
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    }
  });

  palette.querySelector("[data-palette-close]").addEventListener("click", () => palette.close());
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close(); // beside it
  });
  palette.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...links()];
    const step = event.key === "ArrowDown" ? 1 : -1;
    event.preventDefault();
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  });
  palette.querySelector("form").addEventListener("submit", (event) => {
    const [first] = input.value.trim() ? links() : [];
    if (!input.value.trim()) event.preventDefault();
    if (!first || shownFor !== input.value) return; // to the page that does the same
    event.preventDefault();
    first.click();
  });

  // What is fetched.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const wanted = event.detail.requestConfig.elt.getAttribute("hx-select");
    if (event.detail.xhr.responseText.includes(`id="${wanted.slice(1)}"`)) return;
    event.detail.shouldSwap = false; // a page for somebody who is no longer signed in, or another that says no
    window.location.reload();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig.elt === input) {
      shownFor = new URL(xhr.responseURL).searchParams.get("q") ?? "";
      say("palette-said", palette.querySelector("#finds").dataset.said);
    }
    const found = document.getElementById("found");
    if (found && requestConfig.elt.getAttribute("hx-target") === "#found") {
      const words = found.querySelector(".alert, .empty, .pages span");
      say("found-said", words ? words.textContent : "");
    }
  });
  const say = (id, text) => {
    document.getElementById(id).textContent = text;
  };

  // One box for all rows of a table.
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-all]")) return;
    for (const box of event.target.closest("table").querySelectorAll('input[name="id"]')) {
      box.checked = event.target.checked;
    }
  });
})();
