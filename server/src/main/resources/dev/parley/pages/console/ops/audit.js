// The page of the audit log, newest first.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { href, pageHref } from "../routes.js";
import { state } from "../state.js";
import { plain } from "../text.js";
import { at, loadRows, table } from "./rows.js";

const ACTIONS = ["agent.", "backup.", "key.", "message.", "session.", "webhook."];

export const load = (page) =>
  loadRows(page, {
    path: "/v1/auditEntries",
    query: { agentId: page.query.agent, action: page.query.action },
    field: "entries",
  });

export const view = (page) => html`
  <div class="page-head"><h1>Audit log</h1></div>
  <form class="page-filter" @change=${({ currentTarget }) => {
    location.hash = pageHref("audit", Object.fromEntries(new FormData(currentTarget)));
  }} @submit=${(event) => event.preventDefault()}>
    <label for="audit-action">Changes of</label>
    <select id="audit-action" name="action">
      <option value="">everything</option>
      ${ACTIONS.map((action) => html`<option value=${action}
        ?selected=${page.query.action === action}>${action.slice(0, -1)}s</option>`)}
    </select>
    <label for="audit-agent">Agent</label>
    <select id="audit-agent" name="agent">
      <option value="">all</option>
      ${state.agents.map((agent) => html`<option value=${agent.agentId}
        ?selected=${page.query.agent === agent.agentId}>
        ${plain(agent.displayName ?? agent.agentId)}</option>`)}
    </select>
  </form>
  ${table(page, {
    name: "Audit log",
    none: "There are no entries.",
    columns: COLUMNS,
    more: () => load(page),
  })}
`;

const COLUMNS = [
  ["Time", (entry) => at(entry.time)],
  ["Action", (entry) => html`<code>${plain(entry.action)}</code>`],
  ["By", (entry) => html`<bdi>${plain(entry.identity)}</bdi>`],
  [
    "Of",
    (entry) => html`
      ${entry.agentId ? html`<bdi>${plain(agentName(entry.agentId))}</bdi><br>` : nothing}
      ${[
        ["session", entry.sessionId],
        ["message", entry.messageSequence],
        ["webhook", entry.webhookId],
        ["key", entry.keyId],
        ["new key", entry.successorKeyId],
      ]
        .filter(([, id]) => id)
        .map(
          ([what, id]) => html`<span class="aside">${what} ${
            what === "session" && entry.action !== "session.delete"
              ? html`<a href=${href(entry.agentId, "sessions", { sessionId: id })}
                  ><code>${plain(id)}</code></a>`
              : html`<code>${plain(id)}</code>`}</span><br>`,
        )}
      ${entry.owner && !entry.agentId ? html`<bdi>${plain(entry.owner)}</bdi>` : nothing}
    `,
  ],
  [
    "From",
    ({ address, face, transport }) => html`<bdi>${plain(address || "–")}</bdi>
      <br><span class="aside">${plain([face, transport].filter(Boolean).join(", "))}</span>`,
  ],
  ["Request", (entry) => html`<code>${plain(entry.requestId)}</code>`],
];
