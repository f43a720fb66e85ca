// The open session: its messages and runs, and its actions.

import { call, sessionPath } from "./api.js";
import { refreshList, replaceInList } from "./lists.js";
import { endedBy } from "./signin.js";
import { changed, messagesAdded, newOpen, say, state } from "./state.js";

const PAGE_SIZE = 50;

/**
 * The maximum number of loaded messages, which are all in the document. Further scrolling removes
 * those at the other end, so that a session of any length scrolls like a short one.
 */
const MESSAGES_MAX = 200;
const PAGES_TO_CATCH_UP = MESSAGES_MAX / PAGE_SIZE;
const OLDEST_FIRST = "OLDEST_FIRST";

/**
 * The approximate number of characters that are added to the document per frame, so that scrolling
 * stays smooth. The buttons of a message count as text.
 */
const CHARACTERS_PER_FRAME = 2500;
const CHARACTERS_PER_MESSAGE = 200;
const FRAME_MILLIS_MAX = 100;

/** Shows the newest messages of a session, or those around a message. */
export async function showSession(agentId, sessionId, sequence) {
  const open = newOpen(agentId, sessionId, sequence);
  state.open = open;
  await work(open, async () => {
    const start = sequence ? { startSequence: sequence, around: true } : {};
    const [session, page] = await Promise.all([
      call("GET", pathOf(open)),
      messages(open, start),
      loadRuns(open),
    ]);
    open.session = session;
    open.newer = Boolean(sequence && page.previousPageToken);
    if (sequence) {
      open.messages = page.messages.reverse();
    } else {
      await prepend(open, page.messages);
    }
    open.older = Boolean(page.nextPageToken);
  });
}

/** Loads the messages before the oldest loaded message. */
export const loadOlder = () =>
  load(async (open) => {
    if (open.older) {
      const page = await messages(open, { startSequence: next(open.messages[0], -1n) });
      await prepend(open, page.messages);
      open.older = Boolean(page.nextPageToken);
    }
  });

/** Loads the messages after the newest loaded message. */
export const loadNewer = () =>
  load(async (open) => {
    if (open.newer) {
      const start = { order: OLDEST_FIRST, startSequence: next(open.messages.at(-1), 1n) };
      const page = await messages(open, start);
      await append(open, page.messages);
      open.newer = Boolean(page.nextPageToken);
    }
  });

/** Adds messages above the loaded ones. They are sorted newest first. */
const prepend = (open, messages) =>
  addInSteps(open, messages, (step) => {
    const loaded = [...step.reverse(), ...open.messages];
    open.newer ||= loaded.length > MESSAGES_MAX;
    show(open, loaded.slice(0, MESSAGES_MAX));
  });

/** Adds messages below the loaded ones. They are sorted oldest first. */
const append = (open, messages) =>
  addInSteps(open, messages, (step) => {
    const loaded = [...open.messages, ...step];
    open.older ||= loaded.length > MESSAGES_MAX;
    show(open, loaded.slice(-MESSAGES_MAX));
  });

/** Adds a few messages per frame, because rendering the Markdown of many takes long. */
async function addInSteps(open, messages, add) {
  let step = [];
  let characters = 0;
  for (const [i, message] of messages.entries()) {
    step.push(message);
    characters += CHARACTERS_PER_MESSAGE + JSON.stringify(message.content ?? "").length;
    if (characters >= CHARACTERS_PER_FRAME || i === messages.length - 1) {
      add(step);
      messagesAdded();
      await nextFrame();
      [step, characters] = [[], 0];
    }
    if (open !== state.open) {
      return;
    }
  }
}

/** Hidden pages have no frames. */
const nextFrame = () =>
  new Promise((done) => {
    requestAnimationFrame(done);
    setTimeout(done, FRAME_MILLIS_MAX);
  });

/** Goes to the first message of the session. */
export const loadFirst = () =>
  load(async (open) => {
    const page = await messages(open, { order: OLDEST_FIRST });
    Object.assign(open, { older: false, newer: Boolean(page.nextPageToken), goTo: "start" });
    show(open, page.messages);
  }, true);

/** Goes to the newest message of the session. */
export const loadNewest = () =>
  load(async (open) => {
    const page = await messages(open);
    Object.assign(open, { older: Boolean(page.nextPageToken), newer: false, goTo: "end" });
    show(open, page.messages.reverse());
  }, true);

/**
 * Loads other messages of the open session.
 *
 * @param waits whether to wait for a load in progress; otherwise, nothing is loaded
 */
async function load(act, waits = false) {
  const { open } = state;
  while (waits && open?.loading) {
    await open.work;
  }
  if (open && !open.loading) {
    await work(open, () => act(open));
  }
}

/** Runs an action that changes the loaded messages. Only one runs at a time. */
function work(open, act) {
  open.loading = true;
  open.error = "";
  changed();
  open.work = tryFor(open, act).then(() => {
    open.loading = false;
    changed();
  });
  return open.work;
}

const next = (message, step) => message && String(BigInt(message.sequence) + step);

/** Shows these messages and removes the cached elements of others. */
function show(open, loaded) {
  open.messages = loaded;
  const sequences = new Set(loaded.map((message) => message.sequence));
  for (const id of open.nodes.keys()) {
    const [first] = id.split("/");
    if (first !== "run" && !sequences.has(first)) {
      open.nodes.delete(id);
    }
  }
}

/**
 * Refreshes the session. Announces the number of new messages.
 *
 * @param atTheEnd whether new messages are shown immediately, because the newest message is visible
 */
export async function refreshSession(atTheEnd) {
  const { open } = state;
  while (open?.loading) {
    await open.work;
  }
  if (!open?.session) {
    return 0;
  }
  let session;
  try {
    session = await call("GET", pathOf(open));
  } catch (e) {
    if (e.status !== 404) {
      throw e;
    }
    open.notice = "This session is no longer there.";
    changed();
    return 0;
  }
  const loaded = Number(open.messages.at(-1)?.sequence ?? 0);
  const head = Number(session.headSequence);
  let come = Math.max(0, head - Math.max(loaded, Number(open.session.headSequence)));
  if (head > loaded && atTheEnd && !open.newer) {
    come = await catchUp(open);
  } else if (come) {
    open.newer = true;
  }
  const moved = session.etag !== open.session.etag || come > 0;
  const running = [...open.runs.values()].some((run) => !run.endTime);
  if (moved || running) {
    await loadRuns(open);
  }
  open.session = session;
  if (moved || running) {
    changed();
  }
  return come;
}

/** Loads new messages and returns their number. If there are very many, the newest are shown. */
async function catchUp(open) {
  const known = BigInt(open.messages.at(-1)?.sequence ?? 0);
  let found = [];
  let pageToken;
  for (let i = 0; i < PAGES_TO_CATCH_UP; i++) {
    const page = await messages(open, { pageToken });
    const come = page.messages.filter((message) => BigInt(message.sequence) > known);
    found = [...come.reverse(), ...found];
    pageToken = page.nextPageToken;
    if (!pageToken || come.length < page.messages.length) {
      const loaded = [...open.messages, ...found];
      open.older ||= loaded.length > MESSAGES_MAX;
      show(open, loaded.slice(-MESSAGES_MAX));
      return found.length;
    }
  }
  open.older = true;
  show(open, found);
  return found.length;
}

/** Loads the retrieved context of a run once. */
export async function loadContext(runId) {
  const { open } = state;
  if (open.contexts.has(runId)) {
    return;
  }
  open.contexts.set(runId, { loading: true });
  changed();
  try {
    const path = `${pathOf(open)}/runs/${encodeURIComponent(runId)}/retrievedContext`;
    const context = await call("GET", path);
    open.contexts.set(runId, { items: context.items });
  } catch (e) {
    open.contexts.set(runId, { error: e.message });
  }
  changed();
}

/** Sets or clears the title. */
export const rename = (label) => update("label", label, "Renamed.");

/** Replaces the labels. */
export const setLabels = (labels) => update("labels", labels, "Labels saved.");

const update = (field, value, said) =>
  change(
    async (path, { etag }) =>
      call("PATCH", path, { query: { updateMask: field }, body: { [field]: value, etag } }),
    said,
  );

export const archive = () =>
  change(async (path) => call("POST", `${path}:archive`, { body: {} }), "Archived.");

export const restore = () =>
  change(async (path) => call("POST", `${path}:restore`, { body: {} }), "Restored.");

export const remove = () =>
  change(async (path) => {
    await call("DELETE", path);
    return null;
  }, "Deleted.");

/** Runs an action on the open session. Returns whether it succeeded. */
async function change(act, said) {
  const { open } = state;
  open.error = "";
  try {
    open.session = await act(pathOf(open), open.session);
    replaceInList(open.sessionId, open.session);
    say(said);
    refreshList().catch(() => {});
    return true;
  } catch (e) {
    if (!endedBy(e)) {
      open.error = e.message;
    }
    return false;
  } finally {
    changed();
  }
}

/** The path of the open session. */
export const pathOf = ({ agentId, sessionId }) => sessionPath(agentId, sessionId);

const messages = (open, start) =>
  call("GET", `${pathOf(open)}/messages`, { query: { pageSize: PAGE_SIZE, ...start } });

async function loadRuns(open) {
  const { runs } = await call("GET", `${pathOf(open)}/runs`, { query: { pageSize: 200 } });
  runs.forEach((run) => open.runs.set(run.runId, run));
}

async function tryFor(open, act) {
  try {
    await act();
  } catch (e) {
    if (!endedBy(e)) {
      open.error = e.message;
    }
  }
}
