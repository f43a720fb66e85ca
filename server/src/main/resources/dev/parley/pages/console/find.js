// Find in the loaded messages, and on request in older and newer ones.

import { html, nothing } from "./lit-html/lit-html.js";
import { loadNewer, loadOlder } from "./session.js";
import { changed, say, state } from "./state.js";
import { count } from "./text.js";

const HITS_MAX = 1000;
const PAGES_AT_A_TIME = 10;
const OUTLINED = "matched";

export const findBar = ({ find, older, newer, loading }) =>
  find
    ? html`
        <form class="find" role="search" @submit=${onSubmit} @keydown=${onKey}>
          <label class="unseen" for="find">Find in this session</label>
          <input id="find" type="search" placeholder="Find in this session" autocomplete="off"
            maxlength="255" spellcheck="false" .value=${find.text} @input=${onInput}>
          <span class="aside hits">${told(find)}</span>
          <button aria-label="Previous match" ?disabled=${!find.hits} type="button"
            @click=${() => step(-1)}>↑</button>
          <button aria-label="Next match" ?disabled=${!find.hits}>↓</button>
          ${older && find.text
            ? html`<button type="button" ?disabled=${loading} @click=${() => search(loadOlder)}>
                Search older messages
              </button>`
            : nothing}
          ${newer && find.text
            ? html`<button type="button" ?disabled=${loading} @click=${() => search(loadNewer)}>
                Search newer messages
              </button>`
            : nothing}
          <button type="button" @click=${closeFind}>Close</button>
        </form>
      `
    : nothing;

function told({ text, hits, at }) {
  if (!text) {
    return "";
  }
  const all = `${hits}${hits === HITS_MAX ? "+" : ""}`;
  return hits ? `${at + 1} of ${all}` : "Nothing found";
}

/** Opens the field or moves the focus to it. */
export async function openFind() {
  if (!state.open?.session) {
    return;
  }
  state.open.find ??= { text: "", hits: 0, at: 0 };
  changed();
  await Promise.resolve();
  requestAnimationFrame(() => document.getElementById("find")?.select());
}

export function closeFind() {
  state.open.find = null;
  clear();
  changed();
  document.getElementById("transcript")?.focus();
}

function onInput({ target }) {
  Object.assign(state.open.find, { text: target.value, at: 0 });
  show(mark());
  changed();
}

function onSubmit(event) {
  event.preventDefault();
  step(1);
}

function onKey(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    closeFind();
  } else if (event.key === "Enter" && event.shiftKey) {
    event.preventDefault();
    step(-1);
  }
}

function step(by) {
  const { find } = state.open;
  if (find.hits) {
    find.at = (find.at + by + find.hits) % find.hits;
    show(mark());
    say(told(find));
    changed();
  }
}

/** Loads messages in one direction until one matches, up to a maximum number of pages. */
async function search(load) {
  const { open } = state;
  const known = new Set(open.messages.map((message) => message.sequence));
  const isNew = (range) => !known.has(sequenceOf(range));
  let ranges = [];
  for (let i = 0; i < PAGES_AT_A_TIME && open.find && open === state.open; i++) {
    const side = load === loadOlder ? open.older : open.newer;
    if (!side || (i > 0 && open.error) || ranges.some(isNew)) {
      break;
    }
    await load();
    await new Promise(requestAnimationFrame);
    ranges = open.find ? find(open.find.text) : [];
  }
  if (open.find) {
    // The match that is nearest to the start of the search.
    const at = load === loadOlder ? ranges.findLastIndex(isNew) : ranges.findIndex(isNew);
    open.find.at = Math.max(0, at);
    show(mark());
    say(`${count(open.find.hits, "match", "matches")}.`);
    changed();
  }
}

const sequenceOf = (range) => range.startContainer.parentElement.closest("li.message")?.dataset.sequence;

/** Marks the matches again after the shown messages have changed. */
export function refreshFind() {
  const wanted = state.open?.find;
  if (!wanted?.text) {
    clear();
    return;
  }
  const { hits } = wanted;
  mark();
  if (hits !== wanted.hits) {
    changed();
  }
}

/** Marks the matches; returns the current one. */
function mark() {
  const wanted = state.open.find;
  const ranges = wanted.text ? find(wanted.text) : [];
  wanted.hits = ranges.length;
  wanted.at = Math.min(wanted.at, Math.max(0, ranges.length - 1));
  const current = ranges[wanted.at];
  if (canHighlight()) {
    CSS.highlights.set("found", new Highlight(...ranges));
    CSS.highlights.set("current", current ? new Highlight(current) : new Highlight());
  } else {
    outline(current?.startContainer.parentElement);
  }
  return current;
}

/** Whether the browser can mark text without changing the elements around it. */
const canHighlight = () => Boolean(globalThis.Highlight && CSS.highlights);

/** Marks the element of the current match instead; none if absent. */
function outline(element) {
  document.querySelectorAll(`.${OUTLINED}`).forEach((each) => each.classList.remove(OUTLINED));
  element?.classList.add(OUTLINED);
}

function clear() {
  if (canHighlight()) {
    CSS.highlights.delete("found");
    CSS.highlights.delete("current");
  } else {
    outline();
  }
}

/** Scrolls to a match and opens the elements that hide it. */
function show(range) {
  const element = range?.startContainer.parentElement;
  if (!element) {
    return;
  }
  for (let each = element.closest("details"); each; each = each.parentElement.closest("details")) {
    each.open = true;
  }
  element.scrollIntoView({ block: "center" });
}

/** The matches in the shown messages. */
function find(text) {
  const wanted = text.toLowerCase();
  const ranges = [];
  for (const article of document.querySelectorAll("#transcript article")) {
    const nodes = textNodes(article);
    const whole = nodes.map((node) => node.data).join("").toLowerCase();
    for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length)) {
      ranges.push(range(nodes, at, at + wanted.length));
      if (ranges.length === HITS_MAX) {
        return ranges;
      }
    }
  }
  return ranges;
}

function textNodes(article) {
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.closest("button, header, .code-bar")
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  const nodes = [];
  while (walker.nextNode()) {
    nodes.push(walker.currentNode);
  }
  return nodes;
}

function range(nodes, start, end) {
  const found = document.createRange();
  let at = 0;
  for (const node of nodes) {
    const next = at + node.length;
    if (start >= at && start < next) {
      found.setStart(node, start - at);
    }
    if (end > at && end <= next) {
      found.setEnd(node, end - at);
      break;
    }
    at = next;
  }
  return found;
}
