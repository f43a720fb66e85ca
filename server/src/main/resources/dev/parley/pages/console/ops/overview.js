// The overview: metrics of the server since the page was first opened in this tab, and the
// number of sessions of each agent.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentPath, call } from "../api.js";
import { href } from "../routes.js";
import { changed, state } from "../state.js";
import { duration, number, plain, size } from "../text.js";
import { figure, newChart } from "./chart.js";
import { rate, readMetrics, slowest } from "./metrics.js";
import { grid } from "./rows.js";
import { loadUsage, usageTable } from "./usage.js";

const SAMPLE_MILLIS = 5000;

/** A chart needs three samples. The first samples are taken at shorter intervals. */
const FIRST_SAMPLES = 3;
const FIRST_SAMPLE_MILLIS = 1000;
const SAMPLES_MAX = 720;
const AGENTS_COUNTED = 50;

const CHARTS = [
  ["Calls per second", (before, now) => rate(before, now, "calls")],
  ["Appends per second", (before, now) => rate(before, now, "appends")],
  ["Errors per second", (before, now) => rate(before, now, "errors")],
  ["99th percentile, ms", slowest],
];

/** The samples of this tab. They are also taken while other pages are shown. */
let samples = [];
let attempts = 0;
let following = false;

/** The page whose charts exist. */
let drawn = null;

export async function load(page) {
  Object.assign(page, { samples, charts: new Map(), counts: new Map(), error: "" });
  draw();
  if (!following) {
    following = true;
    follow();
  }
  for (const { agentId } of state.agents.slice(0, AGENTS_COUNTED)) {
    if (page !== state.page) {
      return;
    }
    try {
      page.counts.set(agentId, await call("GET", `${agentPath(agentId)}/sessions:count`));
    } catch (e) {
      page.counts.set(agentId, { error: e.message });
    }
    changed();
  }
  if (state.access.runs && page === state.page) {
    await loadUsage(page);
  }
}

/** Takes samples until the user signs out, while the tab is visible. */
async function follow() {
  if (!state.signedIn) {
    samples = [];
    attempts = 0;
    following = false;
    draw();
    return;
  }
  if (document.visibilityState === "visible") {
    let error = "";
    attempts++;
    try {
      samples = [...samples, await readMetrics()].slice(-SAMPLES_MAX);
    } catch (e) {
      error = e.message;
    }
    if (state.page?.name === "overview") {
      Object.assign(state.page, { samples, error });
      changed();
    }
    draw();
  }
  setTimeout(follow, attempts < FIRST_SAMPLES ? FIRST_SAMPLE_MILLIS : SAMPLE_MILLIS);
}

/** Renders the charts, and removes those of a page that is no longer shown. */
function draw() {
  const page = state.page?.name === "overview" ? state.page : null;
  if (drawn !== page) {
    drawn?.charts.forEach((chart) => chart.close());
    drawn = page;
  }
  if (!page) {
    return;
  }
  const later = page.samples.slice(1);
  for (const [name, of] of CHARTS) {
    if (!page.charts.has(name)) {
      page.charts.set(name, newChart());
    }
    page.charts.get(name).set(
      later.map(({ time }) => time),
      later.map((now, i) => of(page.samples[i], now)),
    );
  }
}

export const view = (page) => html`
  <div class="page-head"><h1>Overview</h1></div>
  ${page.error ? html`<p class="error" role="alert">${page.error}</p>` : nothing}
  ${page.samples?.length ? [tiles(page), charts(page)] : nothing}
  ${page.counts ? [agents(page), usageTable(page)] : nothing}
`;

const tiles = ({ samples, counts }) => {
  const now = samples.at(-1);
  return html`<dl class="tiles">
    ${[
      ["Sessions", sum(counts), (found) => `${number(found)}${isMore(counts) ? "+" : ""}`],
      ["Messages (estimate)", now.messages, number],
      ["Store size", now.bytes, size],
      ["Watches", now.watches, number],
      ["Calls in flight", now.inFlight, number],
      ["Search index lag", now.lag, (seconds) => duration(seconds * 1000)],
    ]
      .filter(([, value]) => Number.isFinite(value))
      .map(([name, value, show]) => html`<div><dt>${name}</dt><dd>${show(value)}</dd></div>`)}
  </dl>`;
};

/** The number of sessions of all agents; NaN until all agents were counted. */
const sum = (counts) =>
  counts.size < Math.min(state.agents.length, AGENTS_COUNTED)
    ? NaN
    : [...counts.values()].reduce((all, { count = 0 }) => all + count, 0);

const isMore = (counts) =>
  Boolean(state.moreAgents) ||
  state.agents.length > AGENTS_COUNTED ||
  [...counts.values()].some(({ more, error }) => more || error);

function charts({ samples, charts }) {
  const [before, now] = samples.slice(-2);
  return html`
    <section aria-labelledby="charts-heading">
      <h2 id="charts-heading">Since this page was first opened</h2>
      <div class="charts">
        ${CHARTS.map(([name, of]) =>
          figure(name, now ? shown(of(before, now)) : "measuring…", charts.get(name)),
        )}
      </div>
      <p class="hint">Calls that this server answers, in steps of five seconds. This tab goes on
        measuring while it shows other pages.</p>
    </section>
  `;
}

const shown = (value) => (value === null ? "no calls" : number(Number(value.toFixed(1))));

const agents = ({ counts }) => html`
  <section aria-labelledby="agents-heading">
    <h2 id="agents-heading">Agents</h2>
    ${grid("Agents", columns(counts), state.agents.slice(0, AGENTS_COUNTED))}
    ${state.agents.length > AGENTS_COUNTED || state.moreAgents
      ? html`<p class="hint">The first ${AGENTS_COUNTED} agents. The list of sessions has all.</p>`
      : nothing}
  </section>
`;

const columns = (counts) => [
  [
    "Agent",
    (agent) => html`<a href=${href(agent.agentId, "sessions")}>
        <bdi>${plain(agent.displayName ?? agent.agentId)}</bdi></a>
      ${agent.description
        ? html`<br><span class="aside"><bdi>${plain(agent.description)}</bdi></span>`
        : nothing}`,
  ],
  ["Owner", ({ owner }) => html`<bdi>${plain(owner)}</bdi>`],
  ["Sessions", ({ agentId }) => counted(counts.get(agentId)), "number"],
];

const counted = (found) =>
  found?.error ?? (found ? `${number(found.count ?? 0)}${found.more ? "+" : ""}` : "…");
