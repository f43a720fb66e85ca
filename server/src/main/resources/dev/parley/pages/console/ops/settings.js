// The page of the effective settings and the health of the server.

import { html, nothing } from "../lit-html/lit-html.js";
import { call } from "../api.js";
import { endedBy } from "../signin.js";
import { changed } from "../state.js";
import { plain } from "../text.js";
import { grid } from "./rows.js";

const HEALTH = {
  READY: "Ready",
  READ_ONLY: "The store can be read, but not written",
  STORE_UNAVAILABLE: "The store cannot be read",
  STOPPING: "Stopping",
};

export async function load(page) {
  try {
    const [answer, health] = await Promise.all([call("GET", "/v1/settings"), readHealth()]);
    Object.assign(page, { settings: answer.settings ?? [], version: answer.version, health });
  } catch (e) {
    if (endedBy(e)) {
      return;
    }
    page.error = e.message;
  }
  changed();
}

/**
 * The response of the readiness probe. It needs no key, and has status 503 if the server is not
 * ready.
 */
async function readHealth() {
  try {
    const answer = await fetch("/readyz", { cache: "no-store", credentials: "omit" });
    return (await answer.json()).status;
  } catch {
    return "";
  }
}

export const view = (page) => html`
  <div class="page-head"><h1>Settings</h1></div>
  <p class="hint">What this server was started with. The server does not send secrets.</p>
  ${page.error ? html`<p class="error" role="alert">${page.error}</p>` : nothing}
  ${page.settings
    ? html`
        <dl class="tiles words">
          <div><dt>Health</dt><dd>${HEALTH[page.health] ?? "Unknown"}</dd></div>
          <div><dt>Version</dt><dd>${plain(page.version)}</dd></div>
        </dl>
        ${groups(page.settings).map(group)}
      `
    : nothing}
`;

/** The settings by group, in the order of the server. */
function groups(settings) {
  const found = new Map();
  for (const setting of settings) {
    found.set(setting.group, [...(found.get(setting.group) ?? []), setting]);
  }
  return [...found];
}

const group = ([name, settings]) => html`
  <section>
    <h2>${plain(name)}</h2>
    ${grid(plain(name), COLUMNS, settings)}
  </section>
`;

const COLUMNS = [
  [
    "Setting",
    ({ name, description }) => html`<code>${plain(name)}</code>
      <br><span class="aside">${plain(description)}</span>`,
  ],
  [
    "Value",
    ({ value }) =>
      value === undefined
        ? html`<span class="aside">not set</span>`
        : html`<code><bdi>${plain(value)}</bdi></code>`,
    "value-cell",
  ],
  ["From", ({ source }) => (source ? html`<bdi>${plain(source)}</bdi>` : "–"), "from-cell"],
];
