// The page of runs of an agent or of all agents, by state, newest first.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { agentPath } from "../api.js";
import { href, pageHref } from "../routes.js";
import { RUN_COLUMNS, RUN_STATES, firstMessage } from "../runview.js";
import { endedBy } from "../signin.js";
import { ALL_AGENTS, changed, state } from "../state.js";
import { plain } from "../text.js";
import { loadRows, table } from "./rows.js";

const ERROR_CHARACTERS = 200;

/** The agent of the page. Only owners can have several agents. */
const agentOf = ({ query }) =>
  query.agent ?? (state.access.owner ? ALL_AGENTS : state.agents[0].agentId);

export const load = (page) =>
  loadRows(page, {
    path: `${agentPath(agentOf(page))}/sessions/-/runs`,
    query: { states: RUN_STATES.includes(page.query.state) ? page.query.state : "" },
    field: "runs",
  });

export const view = (page) => html`
  <div class="page-head"><h1>Runs</h1></div>
  <form class="page-filter" @change=${({ currentTarget }) => {
    location.hash = pageHref("runs", Object.fromEntries(new FormData(currentTarget)));
  }} @submit=${(event) => event.preventDefault()}>
    <label for="runs-state">State</label>
    <select id="runs-state" name="state">
      <option value="">any</option>
      ${RUN_STATES.map((each) => html`<option value=${each} ?selected=${page.query.state === each}>
        ${each.toLowerCase()}</option>`)}
    </select>
    ${state.access.owner ? agentChoice(page) : nothing}
  </form>
  ${page.error ? html`<p class="error" role="alert">${page.error}</p>` : nothing}
  ${table(page, {
    name: "Runs",
    none: "There are no such runs.",
    columns: COLUMNS,
    more: () => load(page),
  })}
`;

const agentChoice = ({ query }) => html`
  <label for="runs-agent">Agent</label>
  <select id="runs-agent" name="agent">
    <option value="">all</option>
    ${state.agents.map((agent) => html`<option value=${agent.agentId}
      ?selected=${query.agent === agent.agentId}>
      ${plain(agent.displayName ?? agent.agentId)}</option>`)}
  </select>
`;

const COLUMNS = [
  [
    "Run",
    (run) => html`<a href=${href(run.agentId, "sessions", { sessionId: run.sessionId, runs: "all" })}
      @click=${(event) => open(event, run)}><code><bdi>${plain(run.runId)}</bdi></code></a>
      ${run.error
        ? html`<br><span class="aside"><bdi>${cut(plain(run.error))}</bdi></span>`
        : nothing}`,
  ],
  ["Agent", (run) => html`<bdi>${plain(agentName(run.agentId))}</bdi>`],
  ...RUN_COLUMNS,
];

const cut = (text) =>
  text.length > ERROR_CHARACTERS ? `${text.slice(0, ERROR_CHARACTERS)}…` : text;

/** Opens the session at the first message of the run, if it has one. */
async function open(event, run) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  const { page } = state;
  const { agentId, sessionId } = run;
  try {
    const sequence = await firstMessage(run);
    if (page === state.page) {
      location.hash = href(agentId, "sessions", { sessionId, sequence, runs: "all" });
    }
  } catch (e) {
    if (!endedBy(e)) {
      page.error = e.message;
      changed();
    }
  }
}
