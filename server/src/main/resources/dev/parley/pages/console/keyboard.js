// Keyboard shortcuts.

import { html } from "./lit-html/lit-html.js";
import { show } from "./dialogs.js";
import { openFind } from "./find.js";
import { loadFirst, loadNewest } from "./session.js";
import { state } from "./state.js";

const KEYS = [
  ["/", "Search the list"],
  ["j, k", "Next and previous: sessions in the list, messages in the transcript"],
  ["Enter", "Open the session"],
  ["f", "Find in the session"],
  ["g, G", "First and last message"],
  ["u", "Back to the list"],
  ["Esc", "Close what is open"],
  ["?", "This help"],
];

const ACTIONS = {
  __proto__: null,
  "/": () => document.getElementById("search")?.select(),
  j: () => move(1),
  k: () => move(-1),
  f: openFind,
  g: () => edge(loadFirst, "older", 0),
  G: () => edge(loadNewest, "newer", -1),
  u: () => document.querySelector("#list [aria-current], #list li a")?.focus(),
  "?": help,
};

export function listenToKeys() {
  addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
    const isTyping = event.target.closest?.("input, select, textarea, dialog");
    const action = ACTIONS[event.key];
    if (isPlain && !isTyping && action && state.signedIn) {
      event.preventDefault();
      action();
    }
  });
}

/** Moves the focus among sessions, or among messages if it is in the transcript. */
function move(by) {
  const { activeElement } = document;
  const inTranscript = activeElement.closest("#main") && state.open;
  const items = [...document.querySelectorAll(inTranscript ? "article" : "#list li a")];
  const at = items.findIndex((item) => item.contains(activeElement));
  const next = at < 0 ? firstInSight(items) : items[at + by];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: inTranscript ? "start" : "nearest" });
}

const firstInSight = (items) =>
  items.find((item) => item.ariaCurrent === "true") ??
  items.find((item) => item.getBoundingClientRect().bottom > 200);

/** Goes to the first or last message, and loads it if necessary. */
async function edge(load, isMissing, index) {
  if (state.open?.[isMissing]) {
    await load();
    await new Promise(requestAnimationFrame);
  }
  [...document.querySelectorAll("article")].at(index)?.focus();
}

export function help() {
  show(
    "Keyboard",
    html`<dl class="keys">
      ${KEYS.map(([keys, what]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${what}</dd></div>`)}
    </dl>`,
  );
}
