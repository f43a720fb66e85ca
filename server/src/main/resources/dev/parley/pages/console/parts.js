// The parts of messages: text, code and JSON. Long parts are cut or folded.

import { html, nothing } from "./lit-html/lit-html.js";
import { codeBlock } from "./code.js";
import { tree } from "./jsontree.js";
import { markdown } from "./markdown.js";
import { changed, state } from "./state.js";
import { pretty } from "./text.js";

const CHARACTERS_SHOWN = 20_000;
const CHARACTERS_FORMATTED = 200_000;
const CHARACTERS_TALL = 6_000;
const LINES_TALL = 100;
const FENCE = /^(```|~~~)[^]*?(?:^\1|(?![^]))/gm;
const INDENTED = /^(?: {4}|\t)[ \t]*(?![-*+] |\d+[.)] )\S/m;

export const isText = (given) => typeof given === "string";
export const isObject = (given) =>
  typeof given === "object" && given !== null && !Array.isArray(given);

/**
 * Text of a message. It is shown as Markdown, unless the reader chose raw text or Markdown would
 * break it.
 */
export function text(given, id, how) {
  if (how.tool) {
    return code(given, id);
  }
  const isRaw = how.raw || (how.user && isIndented(given));
  return long(given, id, (shown) =>
    isRaw || shown.length > CHARACTERS_FORMATTED
      ? html`<div class="text" dir="auto">${shown}</div>`
      : cached(id, shown, () => markdown(shown)),
  );
}

/** Pasted text such as logs is often indented, and Markdown would break it. */
const isIndented = (given) => INDENTED.test(given.replace(FENCE, ""));

/** Input or output of a tool: JSON as a tree, other text in monospace. */
export function code(given, id) {
  const parsed = /^\s*[[{]/.test(given) && given.length <= CHARACTERS_SHOWN ? parse(given) : null;
  return (parsed && tree(parsed)) || long(given, id, (shown) => plainCode(shown, id));
}

/** A JSON value: a tree, or text if it is too large for one. */
export const value = (given, id) =>
  tree(given) ?? long(pretty(given), id, (shown) => plainCode(shown, id));

const plainCode = (shown, id) => cached(id, shown, () => codeBlock(shown));

/** Returns the cached element of this key, or creates it. */
export function cached(id, key, make) {
  const { nodes } = state.open;
  const known = nodes.get(id);
  if (known?.key === key) {
    return known.node;
  }
  const node = make();
  nodes.set(id, { key, node });
  return node;
}

/** Text. If it is very long, only its beginning is shown at first. If it is tall, it is folded. */
function long(given, id, show) {
  const { unfolded } = state.open;
  if (given.length > CHARACTERS_SHOWN && !unfolded.has(id)) {
    return html`${show(given.slice(0, CHARACTERS_SHOWN))}
      <button class="quiet" @click=${() => toggle(id)}>
        Show all ${given.length.toLocaleString()} characters
      </button>`;
  }
  const isTall = given.length > CHARACTERS_TALL || lines(given) > LINES_TALL;
  if (!isTall) {
    return show(given);
  }
  const isOpen = unfolded.has(id);
  return html`<div class=${isOpen ? "tall" : "tall folded"}>${show(given)}</div>
    <button class="quiet" aria-expanded=${isOpen ? "true" : "false"} @click=${() => toggle(id)}>
      ${isOpen ? "Show less" : "Show more"}
    </button>`;
}

function lines(given) {
  let found = 0;
  for (let at = given.indexOf("\n"); at >= 0 && found <= LINES_TALL; found++) {
    at = given.indexOf("\n", at + 1);
  }
  return found;
}

function toggle(id) {
  const { unfolded } = state.open;
  if (!unfolded.delete(id)) {
    unfolded.add(id);
  }
  changed();
}

function parse(given) {
  try {
    return JSON.parse(given);
  } catch {
    return null;
  }
}
