// The session that is open: its messages and runs, and what can be done to it.

import { call, sessionPath } from "./api.js";
import { refreshList, replaceInList } from "./lists.js";
import { endedBy } from "./signin.js";
import { changed, newOpen, say, state } from "./state.js";

const PAGE_SIZE = 50;
const PAGES_TO_CATCH_UP = 4;

/** Shows the newest messages of a session, or those around a message. */
export async function showSession(sessionId, sequence) {
  const open = newOpen(sessionId, sequence);
  state.open = open;
  changed();
  await tryFor(open, async () => {
    const [session, page] = await Promise.all([
      call("GET", sessionPath(state.agentId, sessionId)),
      messages(open, null, around(open)),
      loadRuns(open),
    ]);
    open.session = session;
    open.messages = page.messages.reverse();
    open.older = page.nextPageToken;
    open.newer = sequence ? page.previousPageToken : null;
  });
  open.loading = false;
  changed();
}

/** Loads the page after the newest message that is shown. */
export async function loadNewer() {
  const { open } = state;
  if (open.loading || !open.newer) {
    return;
  }
  open.loading = true;
  changed();
  await tryFor(open, async () => {
    const page = await messages(open, open.newer, around(open));
    open.messages = [...open.messages, ...page.messages.reverse()];
    open.newer = page.previousPageToken ?? null;
  });
  open.loading = false;
  changed();
}

/** Loads the page before the oldest message that is shown. */
export async function loadOlder() {
  const { open } = state;
  if (open.loading || !open.older) {
    return;
  }
  open.loading = true;
  changed();
  await tryFor(open, async () => {
    const page = await messages(open, open.older, around(open));
    open.messages = [...page.messages.reverse(), ...open.messages];
    open.older = page.nextPageToken;
  });
  open.loading = false;
  changed();
}

/** Brings what is shown up to date. Says how many messages have come. */
export async function refreshSession() {
  const { open } = state;
  if (!open?.session || open.loading) {
    return 0;
  }
  let session;
  try {
    session = await call("GET", sessionPath(state.agentId, open.sessionId));
  } catch (e) {
    if (e.status !== 404) {
      throw e;
    }
    open.notice = "This session is no longer there.";
    changed();
    return 0;
  }
  const known = Number(open.messages.at(-1)?.sequence ?? 0);
  const come =
    !open.newer && Number(session.headSequence) > known ? await messagesAfter(open, known) : [];
  const moved = session.etag !== open.session.etag || come.length > 0;
  const running = [...open.runs.values()].some((run) => !run.endTime);
  if (moved || running) {
    await loadRuns(open);
  }
  open.session = session;
  if (moved || running) {
    open.messages = [...open.messages, ...come];
    changed();
  }
  return come.length;
}

/** The messages after a sequence; of very many, the newest, and the others are let go. */
async function messagesAfter(open, known) {
  const found = [];
  let pageToken;
  for (let i = 0; i < PAGES_TO_CATCH_UP; i++) {
    const page = await messages(open, pageToken);
    found.unshift(...page.messages.reverse().filter((each) => Number(each.sequence) > known));
    pageToken = page.nextPageToken;
    if (!pageToken || Number(found[0]?.sequence) === known + 1) {
      return found;
    }
  }
  open.messages = [];
  open.older = pageToken;
  return found;
}

/** Loads what a run retrieved, once. */
export async function loadContext(runId) {
  const { open } = state;
  if (open.contexts.has(runId)) {
    return;
  }
  open.contexts.set(runId, { loading: true });
  changed();
  try {
    const path = `${sessionPath(state.agentId, open.sessionId)}/runs/${encodeURIComponent(runId)}`;
    const context = await call("GET", `${path}/retrievedContext`);
    open.contexts.set(runId, { items: context.items });
  } catch (e) {
    open.contexts.set(runId, { error: e.message });
  }
  changed();
}

/** Sets or clears the label. */
export const rename = (label) =>
  change(
    async (path, { etag }) =>
      call("PATCH", path, { query: { updateMask: "label" }, body: { label, etag } }),
    "Renamed.",
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

/** Does something to the session that is open. Says whether it was done. */
async function change(act, said) {
  const { open } = state;
  open.error = "";
  try {
    open.session = await act(sessionPath(state.agentId, open.sessionId), open.session);
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

const messages = (open, pageToken, start = {}) =>
  call("GET", `${sessionPath(state.agentId, open.sessionId)}/messages`, {
    query: { pageSize: PAGE_SIZE, pageToken, ...start },
  });

/** The start of the list that the tokens of a session belong to. */
const around = ({ sequence }) => (sequence ? { startSequence: sequence, around: true } : {});

async function loadRuns(open) {
  const path = `${sessionPath(state.agentId, open.sessionId)}/runs`;
  const { runs } = await call("GET", path, { query: { pageSize: 200 } });
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
