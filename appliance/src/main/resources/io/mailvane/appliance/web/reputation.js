// Opens a cell or an address beside all others, and takes an operator's orders. The pages are whole without it.
"use strict";
(() => {
  const TOKEN = "mailvane-token";
  const DONE = {
    "asking": "The list is being asked: its answer is shown here in a moment.",
    "asked": "The list was asked less than a minute ago: wait a little before asking again.",
    "muted": "Muted: the listing does not count until then.",
    "unmuted": "Not muted any more: the listing counts again.",
    "not-muted": "It was not muted: nothing has changed.",
    "draining": "No new message leaves from it; once nothing is under way it is disabled by itself.",
    "disabled": "No new message leaves from it.",
    "retired": "It is retired, for good.",
    "enabled": "It comes back, by the ramp.",
    "already-draining": "It was being drained already: nothing has changed.",
    "already-disabled": "It was disabled already: nothing has changed.",
    "already-retired": "It was retired already: nothing has changed.",
    "already-enabled": "No operator had taken it out: nothing has changed.",
  };
  const panel = document.getElementById("panel");
  let shown = "";

  async function show(address) {
    const answer = await fetch(address, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    main.querySelectorAll(".back, #lost").forEach((part) => part.remove());
    shown = address;
    panel.querySelector("div").replaceChildren(...main.childNodes);
    prepare(panel);
    if (!panel.open) {
      panel.showModal();
    }
  }

  // Only what is known, and what can be ordered by it: an order that is being typed stays as it is.
  async function renewPanel() {
    if (!panel || !panel.open) {
      return;
    }
    const answer = await fetch(shown, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of panel.querySelectorAll("[data-live][id]")) {
      const fresh = page.getElementById(old.id);
      if (fresh && fresh.innerHTML !== old.innerHTML) {
        old.replaceWith(document.adoptNode(fresh));
      }
    }
  }

  if (panel) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest('main a[href^="/reputation/"]');
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        show(link.getAttribute("href")).catch(() => { location.href = link.href; });
      }
    });
    panel.addEventListener("click", (event) => {
      if (event.target === panel) {
        panel.close();
      }
    });
    // The link itself may have been renewed meanwhile.
    panel.addEventListener("close", () => {
      document.querySelector(`main a[href="${CSS.escape(shown)}"]`)?.focus({ preventScroll: true });
    });
    document.addEventListener("renewed", () => renewPanel().catch(() => {}));
  }

  function prepare(within) {
    for (const form of within.querySelectorAll("form.operate")) {
      form.hidden = false;
      form.elements.token.value = sessionStorage.getItem(TOKEN) || "";
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        order(form, event.submitter.value);
      });
      // Who types a reason and presses Enter means the form's usual order; a form by itself takes its first button.
      form.elements.reason.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          const usual = form.dataset.enter ? `[value="${form.dataset.enter}"]` : "button";
          form.requestSubmit(form.querySelector(usual));
        }
      });
    }
  }

  const ENDING = ["mute", "drain", "disable"];
  const BARE = ["recheck", "unmute"];

  function body(form, name) {
    if (BARE.includes(name)) {
      return "";
    }
    const told = { reason: form.elements.reason.value, who: "the page" };
    if (ENDING.includes(name) && form.elements.hours.value) {
      told.until = new Date(Date.now() + Number(form.elements.hours.value) * 3600e3).toISOString();
    }
    return JSON.stringify(told);
  }

  async function order(form, name) {
    const said = form.querySelector("output");
    const token = form.elements.token.value.trim();
    try {
      const answer = await fetch(`${form.dataset.orders}/${name}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
        body: body(form, name),
      });
      const told = await answer.json();
      if (answer.ok) {
        sessionStorage.setItem(TOKEN, token);
        document.querySelectorAll("form.operate").forEach((each) => { each.elements.token.value ||= token; });
      }
      said.textContent = answer.ok ? [DONE[told.state] || told.state, told.note || ""].join(" ").trim() : told.detail;
    } catch {
      said.textContent = "The node does not answer.";
    }
  }

  prepare(document);
})();
