// A run: its state, its usage, and its retrieved context.

import { html, nothing } from "./lit-html/lit-html.js";
import { repeat } from "./lit-html/directives/repeat.js";
import { json } from "./blocks.js";
import { call, sessionPath } from "./api.js";
import { at } from "./ops/rows.js";
import { loadContext } from "./session.js";
import { state } from "./state.js";
import { count, duration, plain } from "./text.js";

export const RUN_STATES = ["RUNNING", "COMPLETED", "FAILED", "CANCELLED", "PENDING"];

/** The columns that tables of runs have in common. */
export const RUN_COLUMNS = [
  ["State", (run) => stateOf(run)],
  ["Model", (run) => (run.model ? html`<bdi>${plain(run.model)}</bdi>` : "–"), "model"],
  ["Used", (run) => used(measures(run))],
  ["Created", (run) => at(run.createTime)],
];

const used = (values) =>
  values.length ? values.map((each) => html`<span class="measure">${each}</span>`) : "–";

/** The sequence of the first message of a run; null if it has none. */
export async function firstMessage({ agentId, sessionId, runId }) {
  const page = await call("GET", `${sessionPath(agentId, sessionId)}/messages`, {
    query: { runId, order: "OLDEST_FIRST", pageSize: 1 },
  });
  return page.messages?.[0]?.sequence ?? null;
}

/** The state of a run, if it is known. */
export const stateOf = ({ state: of }) =>
  of ? html`<span class="state ${of.toLowerCase()}">${of.toLowerCase()}</span>` : nothing;

/** A folded run. Opening it loads the retrieved context. */
export function run(each) {
  const id = `run/${each.runId}`;
  const onToggle = (event) => event.target.open && loadContext(each.runId);
  return html`
    <details class="run" @toggle=${onToggle}>
      <summary>
        <span>Run <code><bdi>${plain(each.runId)}</bdi></code></span>
        ${stateOf(each)}
        ${each.model ? html`<span><bdi>${plain(each.model)}</bdi></span>` : nothing}
        ${measures(each).map((measure) => html`<span>${measure}</span>`)}
      </summary>
      ${each.error ? html`<div class="text error" dir="auto">${each.error}</div>` : nothing}
      ${["usage", "reasoning", "details"]
        .filter((name) => Object.keys(each[name] ?? {}).length)
        .map((name) => json(name[0].toUpperCase() + name.slice(1), each[name], `${id}/${name}`))}
      ${context(each.runId, id)}
    </details>
  `;
}

/** The first of the named values that is a number. */
const numberIn = (usage, ...names) => names.map((name) => usage?.[name]).find(Number.isFinite);

/** The tokens of a run; undefined where it has none. */
export function tokensOf({ usage }) {
  const read = numberIn(usage, "input_tokens", "prompt_tokens", "inputTokens");
  const written = numberIn(usage, "output_tokens", "completion_tokens", "outputTokens");
  const sum = read === undefined && written === undefined ? undefined : (read ?? 0) + (written ?? 0);
  return { read, written, total: numberIn(usage, "total_tokens", "totalTokens") ?? sum };
}

/** Tokens, cost and duration, where the run has them. */
export function measures({ usage, startTime, endTime }) {
  const { read, written, total } = tokensOf({ usage });
  const cost = numberIn(usage, "cost_usd", "total_cost", "cost");
  return [
    read === undefined || written === undefined
      ? total === undefined
        ? null
        : count(total, "token")
      : `${count(read, "token")} in, ${count(written, "token")} out`,
    cost === undefined ? null : `cost ${cost}`,
    startTime && endTime ? duration(new Date(endTime) - new Date(startTime)) : null,
  ].filter(Boolean);
}

function context(runId, id) {
  const found = state.open.contexts.get(runId);
  if (!found || found.loading) {
    return html`<p class="aside">Looking what it retrieved…</p>`;
  }
  if (found.error) {
    return html`<p class="error">${found.error}</p>`;
  }
  if (!found.items.length) {
    return html`<p class="aside">It retrieved nothing.</p>`;
  }
  return html`
    <p class="aside">Retrieved ${count(found.items.length, "item")}</p>
    ${found.items.map((item, i) => retrieved(item, `${id}/${i}`))}
  `;
}

function retrieved(item, id) {
  const name = [item.source_name, item.source, item.id].find((each) => typeof each === "string");
  const score = Number.isFinite(item.score) ? `, score ${item.score}` : "";
  return html`
    ${json(`${name ?? "Item"}${score}`, item, id)}
    ${typeof item.text === "string"
      ? html`<blockquote class="text" dir="auto">${item.text.slice(0, 2000)}</blockquote>`
      : nothing}
  `;
}

/**
 * Runs without a shown message. If only a part of the session is shown, only runs that have not
 * ended: the messages of others can be in the other parts.
 */
export function otherRuns(open) {
  const shown = new Set(open.messages.map((message) => message.runId));
  const isWhole = !open.older && !open.newer;
  const others = [...open.runs.values()].filter(
    (each) => !shown.has(each.runId) && (isWhole || !each.endTime),
  );
  return others.length
    ? html`<section class="others" aria-label="Runs without messages here">
        <h2>Runs without messages here</h2>
        ${repeat(others, (each) => each.runId, run)}
      </section>`
    : nothing;
}
