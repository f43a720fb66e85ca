// Tokens by day and agent, from the usage of the newest runs.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { agentPath, call } from "../api.js";
import { tokensOf } from "../runview.js";
import { ALL_AGENTS, changed, state } from "../state.js";
import { number, plain } from "../text.js";
import { figure, newDayChart } from "./chart.js";
import { grid } from "./rows.js";

const RUNS_PER_PAGE = 200;
const RUNS_MAX = 1000;
const ROWS_MAX = 50;

/** The days in the chart. */
const DAYS_MAX = 30;
const DAY_SECONDS = 86_400;
const MILLIS = 1000;

/** Adds up the tokens of the newest runs, page by page. */
export async function loadUsage(page) {
  const chart = newDayChart();
  const usage = { rows: new Map(), runs: 0, more: false, error: "", chart };
  page.usage = usage;
  page.charts.set("usage", chart);
  let pageToken;
  try {
    do {
      const answer = await call("GET", `${agentPath(ALL_AGENTS)}/sessions/-/runs`, {
        query: { pageSize: RUNS_PER_PAGE, pageToken },
      });
      (answer.runs ?? []).forEach((run) => add(usage, run));
      if (usage.rows.size) {
        drawDays(usage);
      }
      pageToken = answer.nextPageToken;
      usage.more = Boolean(pageToken);
      changed();
    } while (pageToken && usage.runs < RUNS_MAX && page === state.page);
  } catch (e) {
    usage.error = e.message;
    changed();
  }
}

function add(usage, run) {
  const day = run.createTime.slice(0, 10);
  const key = `${day} ${run.agentId}`;
  const row = usage.rows.get(key) ?? { day, agentId: run.agentId, runs: 0, tokens: 0 };
  row.runs++;
  row.tokens += tokensOf(run).total ?? 0;
  usage.rows.set(key, row);
  usage.runs++;
}

/** Sets the bars of the chart: one for each day of the last weeks, also for days without runs. */
function drawDays({ rows, chart }) {
  const sums = new Map();
  for (const { day, tokens } of rows.values()) {
    const time = Date.parse(day) / MILLIS;
    sums.set(time, (sums.get(time) ?? 0) + tokens);
  }
  const last = Math.max(...sums.keys());
  const first = Math.max(Math.min(...sums.keys()), last - (DAYS_MAX - 1) * DAY_SECONDS);
  const days = [];
  for (let day = first; day <= last; day += DAY_SECONDS) {
    days.push(day);
  }
  chart.set(
    days,
    days.map((day) => sums.get(day) ?? 0),
  );
}

const COLUMNS = [
  ["Day", ({ day }) => day],
  ["Agent", ({ agentId }) => html`<bdi>${plain(agentName(agentId))}</bdi>`],
  ["Runs", ({ runs }) => number(runs), "number"],
  ["Tokens", ({ tokens }) => number(tokens), "number"],
];

/** The tokens of the last day, which is the first of the rows. */
const lastDay = (rows) =>
  rows.filter(({ day }) => day === rows[0].day).reduce((all, { tokens }) => all + tokens, 0);

/** The chart and the table; nothing while no run has tokens. */
export function usageTable({ usage }) {
  if (usage?.error) {
    return html`<p class="error" role="alert">${usage.error}</p>`;
  }
  const rows = [...(usage?.rows.values() ?? [])]
    .filter(({ tokens }) => tokens)
    .sort((a, b) => b.day.localeCompare(a.day) || b.tokens - a.tokens);
  return rows.length
    ? html`
        <section aria-labelledby="usage-heading">
          <h2 id="usage-heading">Tokens by day and agent</h2>
          <div class="charts">
            ${figure("Tokens per day", number(lastDay(rows)), usage.chart)}
          </div>
          ${grid("Tokens", COLUMNS, rows.slice(0, ROWS_MAX))}
          <p class="hint">
            The usage of ${usage.more ? `the newest ${number(usage.runs)} runs` : "all runs"}, by the
            day in UTC on which a run was created.
          </p>
        </section>
      `
    : nothing;
}
