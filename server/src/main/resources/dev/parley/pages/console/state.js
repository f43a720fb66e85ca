// The state of the page, and its listeners.

import { NOTHING } from "./access.js";

/** The state of the page. Only actions change it, and then call changed(). */
export const state = {
  signedIn: false,
  signingIn: false,
  signInError: "",
  agents: [],
  moreAgents: null,
  /** The agent whose conversations are listed, or ALL_AGENTS. */
  agentId: null,
  /** What the key may do; see access.js. */
  access: NOTHING,
  /** The shown page; null for the conversations. */
  page: null,
  list: null,
  open: null,
  offline: false,
  /** Whether the links to the pages are shown on a narrow screen. */
  menuOpen: false,
  /** Grows with each change but those that only add messages; see messagesAdded(). */
  version: 0,
};

/** Stands for all agents that the key may see. */
export const ALL_AGENTS = "-";

/** A list that is not loaded yet, with its search and filter. */
export const newList = (kind, query) => ({
  kind,
  query,
  filtering: false,
  count: null,
  items: [],
  ids: new Set(),
  next: null,
  begun: false,
  loading: false,
  emptyPages: 0,
  error: "",
});

/** A session that is not loaded yet, and the message to show; null for the newest. */
export const newOpen = (agentId, sessionId, sequence) => ({
  agentId,
  sessionId,
  sequence,
  session: null,
  messages: [],
  /** Whether the session has messages before and after those. */
  older: false,
  newer: false,
  /** The scroll position of the next rendering: "start", "end", or null to keep it. */
  goTo: null,
  loading: true,
  /** The promise of the load in progress. */
  work: null,
  runs: new Map(),
  contexts: new Map(),
  unfolded: new Set(),
  /** The messages that are shown raw or as JSON. */
  raw: new Set(),
  json: new Set(),
  /** A cache of elements that were created from text. */
  nodes: new Map(),
  /** The text to find in the messages; null for none. */
  find: null,
  /** The table of runs; null if it is closed. */
  panel: null,
  unread: 0,
  error: "",
  notice: "",
});

let draw = () => {};
let drawing = false;

/** Schedules one rendering after any number of changes. */
export function changed() {
  state.version++;
  drawSoon();
}

/** The same, but messages that are drawn stay as they are. */
export const messagesAdded = () => drawSoon();

function drawSoon() {
  if (!drawing) {
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      draw();
    });
  }
}

export function onChange(listener) {
  draw = listener;
}

/** Announces a text to screen readers. */
export function say(text) {
  document.getElementById("said").textContent = text;
}
