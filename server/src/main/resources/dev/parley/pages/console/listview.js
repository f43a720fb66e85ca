// The list of sessions, archives or found messages.

import { html, nothing } from "./lit-html/lit-html.js";
import { repeat } from "./lit-html/directives/repeat.js";
import { goesOn, idOf, loadMore, showList } from "./lists.js";
import { href, KINDS } from "./routes.js";
import { state } from "./state.js";
import { count, plain, shortTime, title } from "./text.js";

const SEARCH_AFTER_MILLIS = 250;
const NAMES = { sessions: "Sessions", archives: "Archives", messages: "Messages" };
const SEARCHES = {
  sessions: "Search by key or label",
  archives: "Search by key or label",
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
    ${agentChoice()} ${kinds()} ${searchField()} ${items(state.list)}
  </nav>
`;

/** The name that people gave the agent, else its id, and its owner. */
const agentName = ({ displayName, agentId, owner }) =>
  `${plain(displayName ?? agentId)} · ${plain(owner)}`;

const agentChoice = () => html`
  <div class="field">
    <label for="agent">Agent</label>
    <select id="agent" @change=${(event) => (location.hash = event.target.value)}>
      ${repeat(
        state.agents,
        (agent) => agent.agentId,
        (agent) => html`
          <option value=${href(agent.agentId, "sessions")}
            ?selected=${agent.agentId === state.agentId}>
            ${agentName(agent)}
          </option>
        `,
      )}
      ${state.moreAgents ? html`<option value="#/more">More agents…</option>` : nothing}
    </select>
  </div>
`;

const kinds = () => html`
  <div class="kinds">
    ${KINDS.map(
      (kind) => html`
        <a href=${href(state.agentId, kind)}
          aria-current=${state.list.kind === kind ? "true" : nothing}>
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
      autocomplete="off" spellcheck="false" .value=${state.list.search} @input=${onSearch}>
  </div>
`;

function onSearch(event) {
  const { value } = event.target;
  clearTimeout(searching);
  searching = setTimeout(() => {
    if (state.list && state.list.search !== value) {
      showList(state.list.kind, value);
    }
  }, SEARCH_AFTER_MILLIS);
}

const items = (list) => html`
  <div class="scroll" id="list" tabindex="0" role="group"
    aria-label=${ORDERS[list.kind]}
    aria-busy=${list.loading}>
    <ul>
      ${repeat(list.items, idOf, (item) => (item.message ? result(item) : entry(item)))}
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

function none(list) {
  if (list.search.trim()) {
    return "Nothing found.";
  }
  return {
    sessions: "This agent has no sessions yet.",
    archives: "This agent has no archives.",
    messages: 'Words, "phrases in quotes", beginnings such as config*, and -words to leave out.',
  }[list.kind];
}

/** A message that a search has found. */
function result({ session, message, snippet }) {
  const current =
    session.sessionId === state.open?.sessionId && message.sequence === state.open.sequence;
  const written = message.clientTime ?? message.createTime;
  return html`
    <li>
      <a href=${href(state.agentId, "messages", session.sessionId, message.sequence)}
        aria-current=${current ? "true" : nothing}>
        <span class="title"><bdi>${title(session)}</bdi></span>
        <time datetime=${written}>${shortTime(written)}</time>
        <span class="snippet" dir="auto">${marked(snippet)}</span>
      </a>
    </li>
  `;
}

/** The text of a snippet with its ranges marked. They count code points. */
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
  const time = session.archiveTime ?? session.updateTime;
  const current = session.sessionId === state.open?.sessionId;
  return html`
    <li>
      <a href=${href(state.agentId, state.list.kind, session.sessionId)}
        aria-current=${current ? "true" : nothing}>
        <span class="title"><bdi>${title(session)}</bdi></span>
        <time datetime=${time}>${shortTime(time)}</time>
        <span class="key">${session.label ? html`<bdi>${plain(session.key)}</bdi>` : nothing}</span>
        <span class="count">${count(session.messageCount, "message")}</span>
      </a>
    </li>
  `;
}
