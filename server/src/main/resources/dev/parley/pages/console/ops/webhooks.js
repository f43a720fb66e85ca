// The page of webhooks: their targets, their progress, and failed deliveries.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { call } from "../api.js";
import { ask, show } from "../dialogs.js";
import { pageHref } from "../routes.js";
import { say } from "../state.js";
import { plain } from "../text.js";
import { doAndReload } from "./act.js";
import * as deliveries from "./deliveries.js";
import { at, loadRows, table } from "./rows.js";
import { DAY_SECONDS, OVERLAPS, showSecret } from "./secret.js";
import { createFields, editFields, edited, wanted } from "./webhookform.js";

const REASONS = {
  BY_CALLER: "turned off",
  GONE: "off: the receiver answered 410",
  FAILING: "off: nothing was accepted for 3 days",
  TOO_MANY_FAILURES: "off: 1000 failed deliveries",
  AGENT_DELETED: "off: the agent was deleted",
};

const path = ({ webhookId }) => `/v1/webhooks/${encodeURIComponent(webhookId)}`;

export const load = (page) =>
  page.query.webhook
    ? deliveries.load(page)
    : loadRows(page, { path: "/v1/webhooks", field: "webhooks" });

export const view = (page) => (page.query.webhook ? deliveries.view(page) : webhooks(page));

const act = (request, then) => doAndReload(load, request, then);

const webhooks = (page) => html`
  <div class="page-head">
    <h1>Webhooks</h1>
    <button class="primary" @click=${askCreate}>Create webhook</button>
  </div>
  <p class="hint">Events of sessions are sent to these URLs as signed requests, from the creation of
    the webhook on. Secrets are shown once.</p>
  ${page.error ? html`<p class="error" role="alert">${page.error}</p>` : nothing}
  ${table(page, {
    name: "Webhooks",
    none: "There are no webhooks yet.",
    columns: COLUMNS,
    more: () => load(page),
  })}
`;

const COLUMNS = [
  [
    "Receiver",
    (webhook) => html`<strong><bdi>${plain(webhook.url)}</bdi></strong>
      ${webhook.description
        ? html`<br><span class="aside"><bdi>${plain(webhook.description)}</bdi></span>`
        : nothing}
      <br><span class="aside">created ${at(webhook.createTime)}</span>`,
    "url",
  ],
  [
    "Sessions of",
    ({ agentId, owner }) => html`${agentId
        ? html`<bdi>${plain(agentName(agentId))}</bdi>`
        : "all agents"}
      <br><span class="aside">of <bdi>${plain(owner)}</bdi></span>`,
  ],
  ["Events", ({ eventTypes }) => (eventTypes ?? []).map(words).join(", ")],
  [
    "State",
    (webhook) => html`<span class="state ${webhook.disabled ? "off" : "live"}">
        ${webhook.disabled ? (REASONS[webhook.disabledReason] ?? "off") : "on"}</span>
      ${webhook.failingSinceTime
        ? html`<br><span class="aside">failing since ${at(webhook.failingSinceTime)}</span>`
        : nothing}
      ${webhook.lastError
        ? html`<br><span class="aside"><bdi>${plain(webhook.lastError)}</bdi></span>`
        : nothing}
      <br><a href=${pageHref("webhooks", { webhook: webhook.webhookId })}
        aria-label="Failed deliveries: ${plain(webhook.url)}">Failed deliveries</a>`,
  ],
  ["Last success", (webhook) => at(webhook.lastSuccessTime)],
  ["Actions", (webhook) => actions(webhook)],
];

const words = (type) => type.toLowerCase().replace("_", " ");

const actions = (webhook) => html`
  <div class="buttons wrap">
    ${[
      ["Test", () => test(webhook)],
      ["Edit", () => askEdit(webhook)],
      [webhook.disabled ? "Turn on" : "Turn off", () => turn(webhook)],
      ["New secret", () => askRotate(webhook)],
    ].map(
      ([name, act]) => html`<button aria-label="${name}: ${plain(webhook.url)}" @click=${act}>
        ${name}</button>`,
    )}
    <button class="danger-quiet" aria-label="Delete: ${plain(webhook.url)}"
      @click=${() => askDelete(webhook)}>Delete</button>
  </div>
`;

function askCreate() {
  ask("Create a webhook", createFields(), "Create", (dialog) =>
    act(
      () => call("POST", "/v1/webhooks", { body: wanted(dialog) }),
      ({ secret }) => showSecret("The secret of the webhook", secret),
    ),
  );
}

function askEdit(webhook) {
  ask("Edit the webhook", editFields(webhook), "Save", (dialog) =>
    act(
      () =>
        call("PATCH", path(webhook), {
          query: { updateMask: "url,eventTypes,description" },
          body: edited(dialog),
        }),
      () => say("Saved."),
    ),
  );
}

const turn = (webhook) =>
  act(
    () =>
      call("PATCH", path(webhook), {
        query: { updateMask: "disabled" },
        body: { disabled: !webhook.disabled },
      }),
    () => say(webhook.disabled ? "Turned on." : "Turned off."),
  );

const test = (webhook) =>
  act(
    () => call("POST", `${path(webhook)}:test`, { body: {} }),
    (attempt) => show("The test", deliveries.outcome(attempt)),
  );

function askRotate(webhook) {
  ask(
    "Replace the secret?",
    html`
      ${named(webhook)}
      <label for="overlap">Requests are no longer signed with the old secret</label>
      <select id="overlap">
        ${OVERLAPS.map(([seconds, text]) => html`<option value=${seconds}
          ?selected=${seconds === DAY_SECONDS}>${text}</option>`)}
      </select>
    `,
    "Replace",
    (dialog) => {
      const overlap = `${dialog.querySelector("#overlap").value}s`;
      return act(
        () => call("POST", `${path(webhook)}:rotateSecret`, { body: { overlap } }),
        ({ secret }) => showSecret("The new secret of the webhook", secret),
      );
    },
  );
}

function askDelete(webhook) {
  ask(
    "Delete the webhook?",
    html`${named(webhook)}<p>Its failed deliveries are deleted, too. This cannot be undone.</p>`,
    "Delete",
    () =>
      act(
        () => call("DELETE", path(webhook)),
        () => say("Deleted."),
      ),
    "danger",
  );
}

const named = ({ url }) => html`<p class="named"><strong><bdi>${plain(url)}</bdi></strong></p>`;
