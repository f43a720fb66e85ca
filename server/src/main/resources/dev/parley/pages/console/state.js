// What is shown, and who is told when it changes.

import { NOTHING } from "./access.js";

/** Everything that the page shows. Changed by actions alone, which then call changed(). */
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
  /** The page beside the conversations that is shown; null for the conversations. */
  page: null,
  list: null,
  open: null,
  offline: false,
  /** Grows with each change but those that only add messages; see messagesAdded(). */
  version: 0,
};

/** Stands for all agents that the key may see. */
export const ALL_AGENTS = "-";

/** A list that nothing was loaded of yet, and what it is searched and filtered by. */
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

/** A session that nothing was loaded of yet, and the message to show; null for the newest. */
export const newOpen = (agentId, sessionId, sequence) => ({
  agentId,
  sessionId,
  sequence,
  session: null,
  messages: [],
  /** Whether the session has messages before and after those. */
  older: false,
  newer: false,
  /** Where to scroll to when it is drawn next: "start", "end", or null to stay. */
  goTo: null,
  loading: true,
  /** What loads messages now, as a promise. */
  work: null,
  runs: new Map(),
  contexts: new Map(),
  unfolded: new Set(),
  /** The messages that are shown raw, and those whose JSON is shown. */
  raw: new Set(),
  json: new Set(),
  /** Elements that were made from text, so that they are made once. */
  nodes: new Map(),
  /** What is looked for in the messages; null if nothing is. */
  find: null,
  /** The table of runs; null if it is closed. */
  panel: null,
  unread: 0,
  error: "",
  notice: "",
});

let draw = () => {};
let drawing = false;

/** Calls draw, once, after any number of changes. */
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

/** Tells those who do not see it. */
export function say(text) {
  document.getElementById("said").textContent = text;
}
