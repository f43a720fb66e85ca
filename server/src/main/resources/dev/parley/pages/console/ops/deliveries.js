// The failed deliveries of a webhook, which can be sent again or removed.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { call } from "../api.js";
import { show } from "../dialogs.js";
import { href, pageHref } from "../routes.js";
import { say, state } from "../state.js";
import { plain } from "../text.js";
import { doAndReload } from "./act.js";
import { at, loadRows, table } from "./rows.js";

const path = (page) => `/v1/webhooks/${encodeURIComponent(page.query.webhook)}/deliveries`;

export const load = (page) => loadRows(page, { path: path(page), field: "deliveries" });

export const view = (page) => html`
  <div class="page-head">
    <h1>Failed deliveries</h1>
    <a href=${pageHref("webhooks")}>All webhooks</a>
  </div>
  <p class="hint">Events that the webhook <code>${plain(page.query.webhook)}</code> gave up to send.
    Those that are still to be sent are not listed.</p>
  ${page.error ? html`<p class="error" role="alert">${page.error}</p>` : nothing}
  ${table(page, {
    name: "Failed deliveries",
    none: "There are no failed deliveries.",
    columns: COLUMNS,
    more: () => load(page),
  })}
`;

const COLUMNS = [
  ["Failed", (delivery) => at(delivery.failTime)],
  [
    "Event",
    ({ eventType, deliveryId }) => html`${eventType.toLowerCase().replace("_", " ")}
      <br><span class="aside"><code>${plain(deliveryId)}</code></span>`,
  ],
  [
    "Of",
    ({ agentId, sessionId, sequence, runId }) => html`
      <a href=${href(agentId, "sessions", { sessionId, sequence })}>
        ${sequence ? `message ${sequence}` : "session"}</a>
      ${runId ? html`<br><span class="aside">run <code>${plain(runId)}</code></span>` : nothing}
      <br><span class="aside"><bdi>${plain(agentName(agentId))}</bdi></span>`,
  ],
  ["Attempts", ({ attempts }) => attempts ?? 0],
  ["Error", ({ error }) => html`<bdi>${plain(error ?? "")}</bdi>`],
  [
    "Actions",
    (delivery) => html`<div class="buttons">
      <button aria-label="Send again: ${plain(delivery.deliveryId)}"
        @click=${() => redeliver(delivery)}>Send again</button>
      <button class="danger-quiet" aria-label="Remove: ${plain(delivery.deliveryId)}"
        @click=${() => remove(delivery)}>Remove</button>
    </div>`,
  ],
];

const pathOf = ({ deliveryId }) => `${path(state.page)}/${encodeURIComponent(deliveryId)}`;

const redeliver = (delivery) =>
  doAndReload(
    load,
    () => call("POST", `${pathOf(delivery)}:redeliver`, { body: {} }),
    (attempt) => show("The delivery", outcome(attempt)),
  );

const remove = (delivery) =>
  doAndReload(
    load,
    () => call("DELETE", pathOf(delivery)),
    () => say("Removed."),
  );

/** The answer of a receiver. */
export const outcome = ({ accepted, statusCode, error }) => html`
  <p>${accepted ? "The receiver accepted the event" : "The receiver did not accept the event"}${
    statusCode ? `, with the status ${statusCode}.` : "."}</p>
  ${error ? html`<p class="error"><bdi>${plain(error)}</bdi></p>` : nothing}
`;
