// The list of sessions, archives or found messages.

import { html, nothing } from "./lit-html/lit-html.js";
import { repeat } from "./lit-html/directives/repeat.js";
import { agentName } from "./agents.js";
import { filterForm, isFiltered } from "./filter.js";
import { goesOn, idOf, loadMore, timeOf } from "./lists.js";
import { nearRows, room } from "./longlist.js";
import { href, KINDS } from "./routes.js";
import { ALL_AGENTS, state } from "./state.js";
import { count, labelsOf, plain, roleOf, shortTime, title } from "./text.js";

const SEARCH_AFTER_MILLIS = 250;
const NAMES = { sessions: "Sessions", archives: "Archives", messages: "Messages" };
const SEARCHES = {
  sessions: "Search by key, label or channel",
  archives: "Search by key, label or channel",
  messages: "Search the text of messages",
};
const ORDERS = {
  sessions: "Sessions, newest first",
  archives: "Archives, newest first",
  messages: "Found messages, best first",
};
let searching;

export const listView = () => html`
  <nav class="list" aria-label="Sessions">
    ${agentChoice()} ${kinds(state.list)} ${searchField()} ${filterForm(state.list)}
    ${counted(state.list)} ${items(state.list)}
  </nav>
`;

/** The display name of the agent, or its id, and its owner. */
const agentTitle = ({ displayName, agentId, owner }) =>
  `${plain(displayName ?? agentId)} · ${plain(owner)}`;

const agentChoice = () => html`
  <div class="field">
    <label for="agent">Agent</label>
    <select id="agent" @change=${(event) => (location.hash = event.target.value)}>
      ${mayListAll()
        ? html`<option value=${href(ALL_AGENTS, "sessions")}
            ?selected=${state.agentId === ALL_AGENTS}>All agents</option>`
        : nothing}
      ${repeat(
        state.agents,
        (agent) => agent.agentId,
        (agent) => html`
          <option value=${href(agent.agentId, "sessions")}
            ?selected=${agent.agentId === state.agentId}>
            ${agentTitle(agent)}
          </option>
        `,
      )}
      ${state.moreAgents ? html`<option value="#/more">More agents…</option>` : nothing}
    </select>
  </div>
`;

/** Only owners can have several agents. */
const mayListAll = () => state.access.owner && (state.agents.length > 1 || state.moreAgents);

/** The kinds of lists. The search text is kept. Archives are listed by agent. */
const kinds = ({ kind: shown, query: { q } }) => html`
  <div class="kinds">
    ${KINDS.filter((kind) => kind !== "archives" || state.agentId !== ALL_AGENTS).map(
      (kind) => html`
        <a href=${href(state.agentId, kind, { query: { q } })}
          aria-current=${shown === kind ? "true" : nothing}>
          ${NAMES[kind]}
        </a>
      `,
    )}
  </div>
`;

const searchField = () => html`
  <div class="field" role="search">
    <label class="unseen" for="search">${SEARCHES[state.list.kind]}</label>
    <input id="search" type="search" maxlength=${state.list.kind === "messages" ? 1000 : 255}
      placeholder=${SEARCHES[state.list.kind]}
      autocomplete="off" spellcheck="false" .value=${state.list.query.q ?? ""} @input=${onSearch}>
  </div>
`;

function onSearch(event) {
  const { value } = event.target;
  clearTimeout(searching);
  searching = setTimeout(() => {
    if (state.list && (state.list.query.q ?? "") !== value) {
      search(state.list, value);
    }
  }, SEARCH_AFTER_MILLIS);
}

/**
 * Writes the text into the URL. The back button leads to the list without a search, not to each
 * letter.
 */
function search({ kind, query }, q) {
  const { agentId: of, sessionId, sequence } = state.open ?? {};
  // The API does not combine a search with a filter.
  const wanted = { ...(kind === "messages" ? query : {}), q };
  const address = href(state.agentId, kind, { of, sessionId, sequence, query: wanted });
  history[query.q ? "replaceState" : "pushState"](null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

const counted = ({ count: sessions }) =>
  sessions
    ? html`<p class="counted">${sessions.more ? "More than " : ""}${count(
        sessions.count ?? 0,
        "session",
      )}</p>`
    : nothing;

function items(list) {
  const near = nearRows(list);
  const rows = list.items.slice(near.first, near.end);
  return html`
    <div class="scroll" id="list" tabindex="0" role="group"
      aria-label=${ORDERS[list.kind]}
      aria-busy=${list.loading}>
      <ul class=${list.kind} ${room(near)}>
        ${repeat(
          rows,
          idOf,
          (item, i) => html`<li aria-posinset=${near.first + i + 1}
            aria-setsize=${list.next ? -1 : list.items.length}>
            ${item.message ? result(item) : entry(item)}</li>`,
        )}
      </ul>
      ${list.error ? html`<p class="error" role="alert">${list.error}</p>` : nothing}
      ${list.begun && !list.items.length && !list.next
        ? html`<p class="none">${none(list)}</p>`
        : nothing}
      ${list.loading ? html`<p class="none">Loading…</p>` : nothing}
      ${!list.loading && (list.next || list.error)
        ? html`<button id="more" class="quiet wide" @click=${loadMore}>
            ${list.error ? "Try again" : goesOn(list) ? "Load more" : "Search further"}
          </button>`
        : nothing}
    </div>
  `;
}

function none(list) {
  if (list.query.q?.trim() || isFiltered(list)) {
    return "Nothing found.";
  }
  return {
    sessions: "This agent has no sessions yet.",
    archives: "This agent has no archives.",
    messages: 'Words, "phrases in quotes", beginnings such as config*, and -words to leave out.',
  }[list.kind];
}

/** The URL of a session or message; the state of the list is kept. */
const here = ({ agentId: of, sessionId }, sequence) =>
  href(state.agentId, state.list.kind, { of, sessionId, sequence, query: state.list.query });

/** A message that a search has found. */
function result({ session, message, snippet }) {
  const current =
    session.sessionId === state.open?.sessionId && message.sequence === state.open.sequence;
  const written = message.clientTime ?? message.createTime;
  return html`
    <a href=${here(session, message.sequence)} aria-current=${current ? "true" : nothing}>
      <span class="line">
        <span class="title"><bdi>${title(session)}</bdi></span>
        <span class="count">${roleOf(message)}</span>
        <time datetime=${written}>${shortTime(written)}</time>
      </span>
      <span class="snippet" dir="auto">${marked(snippet)}</span>
    </a>
  `;
}

/** The text of a snippet with its ranges marked. Ranges are in code points. */
function marked({ text = "", ranges = [] }) {
  const points = Array.from(text);
  const slice = (from, to) => plain(points.slice(from, to).join("").replace(/\s+/g, " "));
  const parts = [];
  let last = 0;
  for (const { start = 0, end } of ranges) {
    parts.push(slice(last, start), html`<mark>${slice(start, end)}</mark>`);
    last = end;
  }
  return [...parts, slice(last)];
}

function entry(session) {
  const { query } = state.list;
  const time = timeOf(state.list, session);
  const channels = session.lastChannel ? [plain(session.lastChannel)] : [];
  const chips = [...channels, ...labelsOf(session)];
  const current = session.sessionId === state.open?.sessionId;
  return html`
    <a href=${here(session)} aria-current=${current ? "true" : nothing}>
      <span class="line">
        <span class="title"><bdi>${title(session)}</bdi></span>
        <time datetime=${time}>${shortTime(time)}</time>
      </span>
      <span class="line">
        <span class="key">
        ${state.agentId === ALL_AGENTS
          ? html`<bdi>${plain(agentName(session.agentId))}</bdi>`
          : nothing}
        ${session.label ? html`<bdi>${plain(session.key)}</bdi>` : nothing}
        ${query.archived && session.archiveTime
          ? html`<span class="chip">archived</span>`
          : nothing}
        ${chips.length
          ? html`<span class="chips">
              ${chips.map((label) => html`<span class="chip"><bdi>${label}</bdi></span>`)}
            </span>`
          : nothing}
        </span>
        <span class="count">${count(session.messageCount, "message")}</span>
      </span>
    </a>
  `;
}
