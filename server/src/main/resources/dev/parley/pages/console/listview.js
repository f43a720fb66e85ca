// The list of sessions or archives.

import { html, nothing } from "./lit-html/lit-html.js";
import { repeat } from "./lit-html/directives/repeat.js";
import { goesOn, loadMore, showList } from "./lists.js";
import { href } from "./routes.js";
import { state } from "./state.js";
import { count, plain, shortTime, title } from "./text.js";

const SEARCH_AFTER_MILLIS = 250;
let searching;

export const listView = () => html`
  <nav class="list" aria-label="Sessions">
    ${agentChoice()} ${kinds()} ${searchField()} ${items(state.list)}
  </nav>
`;

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
            ${plain(agent.displayName ?? agent.owner)} · ${agent.agentId}
          </option>
        `,
      )}
      ${state.moreAgents ? html`<option value="#/more">More agents…</option>` : nothing}
    </select>
  </div>
`;

const kinds = () => html`
  <div class="kinds">
    ${["sessions", "archives"].map(
      (kind) => html`
        <a href=${href(state.agentId, kind)}
          aria-current=${state.list.kind === kind ? "true" : nothing}>
          ${kind === "sessions" ? "Sessions" : "Archives"}
        </a>
      `,
    )}
  </div>
`;

const searchField = () => html`
  <div class="field" role="search">
    <label class="unseen" for="search">Search by key or label</label>
    <input id="search" type="search" maxlength="255" placeholder="Search by key or label"
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
    aria-label=${list.kind === "sessions" ? "Sessions, newest first" : "Archives, newest first"}
    aria-busy=${list.loading}>
    <ul>
      ${repeat(list.items, (item) => item.sessionId, entry)}
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

const none = (list) =>
  list.search
    ? "Nothing found."
    : list.kind === "sessions"
      ? "This agent has no sessions yet."
      : "This agent has no archives.";

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
