// The page of keys: owner, last use, and forms to create, rotate and revoke keys.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { call } from "../api.js";
import { ask } from "../dialogs.js";
import { stateOf } from "../runview.js";
import { say, state } from "../state.js";
import { plain } from "../text.js";
import { doAndReload } from "./act.js";
import { at, loadRows, table } from "./rows.js";
import { DAY_SECONDS, OVERLAPS, showSecret } from "./secret.js";

const SCOPES = ["agent:manage", "chat", "channels", "files"];
const CHARACTERS_MAX = 255;

export const load = (page) => loadRows(page, { path: "/v1/keys", field: "keys" });

const act = (request, then) => doAndReload(load, request, then);

export const view = (page) => html`
  <div class="page-head">
    <h1>Keys</h1>
    <button class="primary" @click=${askCreate}>Create key</button>
  </div>
  <p class="hint">Secrets are shown once, when a key is created or rotated. The server keeps a
    hash.</p>
  ${page.error ? html`<p class="error" role="alert">${page.error}</p>` : nothing}
  ${table(page, {
    name: "Keys",
    none: "There are no keys yet.",
    columns: COLUMNS,
    more: () => load(page),
  })}
`;

const COLUMNS = [
  [
    "For",
    (key) => html`<strong><bdi>${plain(whose(key))}</bdi></strong>
      <br><span class="aside">${key.type === "MASTER"
        ? "master key"
        : html`agent key of <bdi>${plain(key.owner)}</bdi>`}</span>`,
  ],
  ["Client", (key) => (key.client ? html`<bdi>${plain(key.client)}</bdi>` : "–")],
  ["Scopes", (key) => (key.type === "MASTER" ? "all" : (key.scopes ?? []).join(", "))],
  ["State", stateOf],
  ["Last use", (key) => at(key.lastUseTime)],
  ["Created", (key) => at(key.createTime)],
  ["Expires", (key) => at(key.expireTime)],
  ["Actions", (key) => (key.state === "LIVE" ? actions(key) : nothing)],
];

/** Only the root key can rotate master keys. */
const actions = (key) => html`
  <div class="buttons">
    ${key.type === "AGENT" || state.access.operator
      ? html`<button @click=${() => askRotate(key)} aria-label="Rotate ${nameOf(key)}">
          Rotate
        </button>`
      : nothing}
    <button class="danger-quiet" @click=${() => askRevoke(key)} aria-label="Revoke ${nameOf(key)}">
      Revoke
    </button>
  </div>
`;

const whose = (key) => (key.agentId ? agentName(key.agentId) : key.owner);

const nameOf = (key) => plain([whose(key), key.client].filter(Boolean).join(", "));

function askCreate() {
  const types = state.access.operator ? ["AGENT", "MASTER"] : ["AGENT"];
  ask(
    "Create a key",
    html`
      <label for="key-type">Type</label>
      <select id="key-type" @change=${showFields}>
        ${types.map((type) => html`<option value=${type}>
          ${type === "AGENT" ? "Agent key: one agent" : "Master key: all agents of an owner"}
        </option>`)}
      </select>
      <div class="fields" id="for-agent">
        <label for="key-agent">Agent</label>
        <select id="key-agent">
          ${state.agents.map((agent) => html`<option value=${agent.agentId}>
            ${plain(agent.displayName ?? agent.agentId)} · ${plain(agent.owner)}</option>`)}
        </select>
        <fieldset>
          <legend>May, besides reading</legend>
          ${SCOPES.map((scope) => html`<label class="check">
            <input type="checkbox" name="scope" value=${scope} ?checked=${scope === "chat"}>
            <code>${scope}</code></label>`)}
        </fieldset>
      </div>
      <div class="fields" id="for-owner" hidden>
        <label for="key-owner">Owner</label>
        <input id="key-owner" maxlength=${CHARACTERS_MAX} autocomplete="off">
      </div>
      <label for="key-client">Client, for whom the key is</label>
      <input id="key-client" maxlength=${CHARACTERS_MAX} autocomplete="off">
      <label for="key-expiry">Expires (optional)</label>
      <input id="key-expiry" type="datetime-local">
    `,
    "Create",
    (dialog) => act(() => call("POST", "/v1/keys", { body: wanted(dialog) }), showKey),
  );
}

function showFields({ target }) {
  const form = target.closest("form");
  form.querySelector("#for-agent").hidden = target.value !== "AGENT";
  form.querySelector("#for-owner").hidden = target.value === "AGENT";
}

/** The request of a form. */
function wanted(dialog) {
  const value = (id) => dialog.querySelector(`#${id}`).value.trim();
  const expiry = value("key-expiry");
  const scopes = [...dialog.querySelectorAll("[name=scope]:checked")].map((box) => box.value);
  return {
    type: value("key-type"),
    ...(value("key-type") === "AGENT"
      ? { agentId: value("key-agent"), scopes }
      : { owner: value("key-owner") }),
    ...(value("key-client") && { client: value("key-client") }),
    ...(expiry && { expireTime: new Date(expiry).toISOString() }),
  };
}

function askRotate(key) {
  const isMaster = key.type === "MASTER";
  ask(
    "Rotate the key?",
    html`
      <p class="named"><strong><bdi>${nameOf(key)}</bdi></strong></p>
      <p>A new key with the same scopes is created.</p>
      ${isMaster
        ? html`<p>The old key stops working at once.</p>`
        : html`<label for="overlap">The old key stops working</label>
            <select id="overlap">
              ${OVERLAPS.map(([seconds, text]) => html`<option value=${seconds}
                ?selected=${seconds === DAY_SECONDS}>${text}</option>`)}
            </select>`}
    `,
    "Rotate",
    (dialog) => {
      const overlapSeconds = Number(dialog.querySelector("#overlap")?.value ?? 0);
      const path = `/v1/keys/${encodeURIComponent(key.keyId)}:rotate`;
      return act(() => call("POST", path, { body: { overlapSeconds } }), showKey);
    },
  );
}

function askRevoke(key) {
  ask(
    "Revoke the key?",
    html`
      <p class="named"><strong><bdi>${nameOf(key)}</bdi></strong></p>
      <p>Calls with this key are rejected at once. This cannot be undone.
        ${key.type === "MASTER" ? "The keys of the owner's agents are revoked, too." : ""}</p>
    `,
    "Revoke",
    () =>
      act(
        () => call("DELETE", `/v1/keys/${encodeURIComponent(key.keyId)}`),
        () => say("Revoked."),
      ),
    "danger",
  );
}

const showKey = ({ secret }) => showSecret("The key", secret);
