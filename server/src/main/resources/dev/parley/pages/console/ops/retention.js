// The page of retention: sessions that will be deleted because they expire.

import { html } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { href, pageHref } from "../routes.js";
import { count, plain } from "../text.js";
import { at, loadRows, table } from "./rows.js";

const HOUR_MILLIS = 3_600_000;
const WITHIN = [
  ["24", "a day"],
  ["168", "a week"],
  ["720", "30 days"],
  ["8760", "a year"],
];
const REASONS = {
  EXPIRE_TIME: "its expire time",
  TTL: "its time to live",
  DEFAULT_TTL: "the default of the agent",
};

const within = ({ query }) =>
  WITHIN.some(([hours]) => hours === query.within) ? query.within : WITHIN[1][0];

export function load(page) {
  page.until ??= new Date(Date.now() + within(page) * HOUR_MILLIS).toISOString();
  return loadRows(page, {
    path: "/v1/retention/preview",
    query: { until: page.until },
    field: "sessions",
  });
}

export const view = (page) => html`
  <div class="page-head"><h1>Retention</h1></div>
  <p class="hint">These sessions are deleted with all their messages when they expire, unless
    messages are appended before. Nothing is deleted by looking.</p>
  <form class="page-filter" @submit=${(event) => event.preventDefault()}>
    <label for="within">Expire within</label>
    <select id="within" @change=${({ target }) => {
      location.hash = pageHref("retention", { within: target.value });
    }}>
      ${WITHIN.map(([hours, text]) => html`<option value=${hours}
        ?selected=${hours === within(page)}>${text}</option>`)}
    </select>
  </form>
  ${table(page, {
    name: "Sessions that expire",
    none: "No session expires in this time.",
    columns: COLUMNS,
    more: () => load(page),
  })}
`;

const COLUMNS = [
  ["Expires", (session) => at(session.expireTime)],
  [
    "Session",
    ({ agentId, sessionId, key }) => html`<a href=${href(agentId, "sessions", { sessionId })}>
      <bdi>${plain(key)}</bdi></a>`,
  ],
  ["Agent", (session) => html`<bdi>${plain(agentName(session.agentId))}</bdi>`],
  ["Messages", (session) => count(session.messageCount ?? 0, "message")],
  ["Last update", (session) => at(session.updateTime)],
  ["Because of", (session) => REASONS[session.reason] ?? plain(session.reason)],
];
