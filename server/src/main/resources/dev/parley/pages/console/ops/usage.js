// Tokens by day and agent, from the usage of the newest runs.

import { html, nothing } from "../lit-html/lit-html.js";
import { agentName } from "../agents.js";
import { agentPath, call } from "../api.js";
import { tokensOf } from "../runview.js";
import { ALL_AGENTS, changed, state } from "../state.js";
import { number, plain } from "../text.js";

const RUNS_PER_PAGE = 200;
const RUNS_MAX = 1000;
const ROWS_MAX = 50;

/** Adds up the tokens of the newest runs, page by page. */
export async function loadUsage(page) {
  const usage = { rows: new Map(), runs: 0, more: false, error: "" };
  page.usage = usage;
  let pageToken;
  try {
    do {
      const answer = await call("GET", `${agentPath(ALL_AGENTS)}/sessions/-/runs`, {
        query: { pageSize: RUNS_PER_PAGE, pageToken },
      });
      (answer.runs ?? []).forEach((run) => add(usage, run));
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

/** The table; nothing while no run has tokens. */
export function usageTable({ usage }) {
  if (usage?.error) {
    return html`<p class="error" role="alert">${usage.error}</p>`;
  }
  const rows = [...(usage?.rows.values() ?? [])]
    .filter(({ tokens }) => tokens)
    .sort((a, b) => b.day.localeCompare(a.day) || b.tokens - a.tokens)
    .slice(0, ROWS_MAX);
  return rows.length
    ? html`
        <section aria-labelledby="usage-heading">
          <h2 id="usage-heading">Tokens by day and agent</h2>
          <div class="table wide-table" tabindex="0" role="region" aria-label="Tokens">
            <table>
              <thead>
                <tr>
                  <th scope="col">Day</th>
                  <th scope="col">Agent</th>
                  <th scope="col">Runs</th>
                  <th scope="col">Tokens</th>
                </tr>
              </thead>
              <tbody>
                ${rows.map(
                  ({ day, agentId, runs, tokens }) => html`<tr>
                    <td>${day}</td>
                    <td><bdi>${plain(agentName(agentId))}</bdi></td>
                    <td>${number(runs)}</td>
                    <td>${number(tokens)}</td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>
          <p class="hint">
            The usage of ${usage.more ? `the newest ${number(usage.runs)} runs` : "all runs"}, by the
            day in UTC on which a run was created.
          </p>
        </section>
      `
    : nothing;
}
