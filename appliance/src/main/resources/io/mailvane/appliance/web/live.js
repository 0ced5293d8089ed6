// Renews what a page shows without losing the reader's place. The page is whole without it.
"use strict";
(() => {
  const INTERVAL = 2000;
  const SLOWLY = 10000;
  const PATIENCE = 5000;
  const lost = document.getElementById("lost");

  // Whoever marks text is about to copy it.
  const selecting = () => String(document.getSelection()).length > 0;

  async function renew() {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // A problem is a page of the node too, and would renew the age of what it does not show.
    if (!answer.ok || !page.getElementById("lost")) {
      throw new Error("not a page of a node");
    }
    if (!selecting()) {
      replace(page);
    }
    lost.hidden = true;
  }

  function replace(page) {
    const focused = document.activeElement && document.activeElement.getAttribute("href");
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      if (fresh && fresh.innerHTML !== part.innerHTML) {
        part.replaceWith(document.adoptNode(fresh));
      }
    }
    document.title = page.title;
    document.dispatchEvent(new Event("renewed"));
    if (focused && document.activeElement === document.body) {
      document.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
  }

  async function again() {
    try {
      if (!document.hidden) {
        await renew();
      }
    } catch {
      lost.hidden = false;
    }
    setTimeout(again, told ? SLOWLY : INTERVAL);
  }

  // A page that is told of changes asks at once, and otherwise only so that its ages move on. While the line is down it
  // asks as the others do.
  let told = false;
  const events = document.body.dataset.events;
  if (events) {
    const source = new EventSource(events);
    source.addEventListener("changed", () => {
      told = true;
      renew().catch(() => { lost.hidden = false; });
    });
    source.addEventListener("error", () => { told = false; });
  }

  setTimeout(again, INTERVAL);
})();
