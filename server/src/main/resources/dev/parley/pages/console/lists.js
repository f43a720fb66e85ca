// Lists of sessions, archives and found messages: pages, search, refreshing.

import { agentPath, call } from "./api.js";
import { filterOf } from "./filter.js";
import { endedBy } from "./signin.js";
import { changed, newList, say, state } from "./state.js";

const PAGE_SIZE = 100;

/** The fields of a session that the list shows. */
const FIELDS = "agentId,sessionId,key,label,labels,lastChannel,createTime,updateTime,archiveTime";
const EMPTY_PAGES_IN_A_ROW = 5;

/** Shows a list from its first page. */
export async function showList(kind, query) {
  const list = newList(kind, query);
  state.list = list;
  changed();
  await Promise.all([loadMore(), count(list)]);
  if (Object.keys(query).length && state.list === list) {
    say(`${list.items.length}${list.next ? " or more" : ""} found.`);
  }
}

/** Counts the sessions of a list. Searches and lists with archives have no count. */
async function count(list) {
  if (list.kind !== "sessions" || list.query.q || list.query.archived) {
    return;
  }
  try {
    const query = { filter: filterOf(list) };
    list.count = await call("GET", `${agentPath(state.agentId)}/sessions:count`, { query });
    changed();
  } catch {
    // The list shows the error.
  }
}

/** Whether the next page is loaded automatically when the end of the list is visible. */
export const goesOn = (list) =>
  !list.loading && !list.error && list.next && list.emptyPages < EMPTY_PAGES_IN_A_ROW;

/** Loads the next page. */
export async function loadMore() {
  const list = state.list;
  if (list.loading || (list.begun && !list.next)) {
    return;
  }
  list.loading = true;
  list.error = "";
  changed();
  try {
    const page = await load(list, list.next);
    const come = page.items.filter((item) => !list.ids.has(idOf(item)));
    come.forEach((item) => list.ids.add(idOf(item)));
    list.items = [...list.items, ...come];
    list.next = page.next;
    list.emptyPages = page.items.length ? 0 : list.emptyPages + 1;
    list.begun = true;
  } catch (e) {
    if (endedBy(e)) {
      return;
    }
    list.error = e.message;
  }
  list.loading = false;
  changed();
}

/** Reloads the first page, with the items that have moved there. */
export async function refreshList() {
  const list = state.list;
  if (!list?.begun || list.loading || list.kind === "messages") {
    return;
  }
  const [page] = await Promise.all([load(list, null), count(list)]);
  if (list !== state.list || list.loading) {
    return;
  }
  const fresh = new Set(page.items.map((item) => item.sessionId));
  const last = page.items.at(-1);
  const below = page.next
    ? list.items.filter(
        (item) => !fresh.has(item.sessionId) && time(list, item) < time(list, last),
      )
    : [];
  if (!below.length) {
    list.next = page.next;
  }
  const known = list.items.slice(0, page.items.length);
  if (
    list.items.length !== page.items.length + below.length ||
    JSON.stringify(known) !== JSON.stringify(page.items)
  ) {
    list.items = [...page.items, ...below];
    page.items.forEach((item) => list.ids.add(idOf(item)));
    changed();
  }
}

/** Replaces a changed session in the list, or removes it. */
export function replaceInList(sessionId, session) {
  const { list } = state;
  if (list.kind === "messages") {
    return;
  }
  const belongs =
    session &&
    (listsBoth(list) || Boolean(session.archiveTime) === (list.kind === "archives"));
  list.items = belongs
    ? list.items.map((item) => (item.sessionId === sessionId ? session : item))
    : list.items.filter((item) => item.sessionId !== sessionId);
}

/** Identifies an item of a list: a session, or a message of a session. */
export const idOf = (item) =>
  item.message ? `${item.session.sessionId}/${item.message.sequence}` : item.sessionId;

async function load(list, pageToken) {
  if (list.kind === "messages") {
    return search(list, pageToken);
  }
  const page = await call("GET", `${agentPath(state.agentId)}/${list.kind}`, {
    query: {
      pageSize: PAGE_SIZE,
      search: list.query.q,
      filter: filterOf(list),
      // Active and archived sessions together are listed in this order only.
      ...(listsBoth(list) && { showArchived: true, orderBy: "create_time desc" }),
      readMask: list.kind === "sessions" ? FIELDS : "",
      pageToken,
    },
  });
  return { items: page[list.kind], next: page.nextPageToken ?? null };
}

/** Searches the text of messages. Without words to search for, the list is empty. */
async function search(list, pageToken) {
  if (!list.query.q?.trim()) {
    return { items: [], next: null };
  }
  const page = await call("GET", `${agentPath(state.agentId)}/messages:search`, {
    query: { pageSize: PAGE_SIZE, query: list.query.q, filter: filterOf(list), pageToken },
  });
  return { items: page.results ?? [], next: page.nextPageToken ?? null };
}

/** Whether a list has active and archived sessions. The API does not search both together. */
const listsBoth = ({ query }) => query.archived && !query.q;

/** The time by which a list is sorted. */
export const timeOf = (list, { createTime, updateTime, archiveTime }) =>
  listsBoth(list) ? createTime : (archiveTime ?? updateTime);

/** The same with a fixed number of digits, so that the order of texts is the order of times. */
const time = (list, session) => {
  const at = timeOf(list, session);
  return at.replace(/(?:\.(\d+))?Z$/, (all, fraction = "") => `.${fraction.padEnd(9, "0")}Z`);
};
