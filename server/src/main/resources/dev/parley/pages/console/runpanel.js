// The runs of the session as a table, by state. Each run links to its first message.

import { html, nothing } from "./lit-html/lit-html.js";
import { loadRows, newRows, table } from "./ops/rows.js";
import { href } from "./routes.js";
import { RUN_COLUMNS, RUN_STATES, firstMessage } from "./runview.js";
import { pathOf } from "./session.js";
import { endedBy } from "./signin.js";
import { changed, state } from "./state.js";
import { plain } from "./text.js";

const ALL = "all";

/** Opens or closes the table. */
export function setPanel(open, runs) {
  if (!runs) {
    open.panel = null;
  } else if (open.panel?.runs !== runs) {
    open.panel = { runs, rows: newRows(), note: "" };
    load(open.panel);
  }
}

const load = (panel) =>
  loadRows(panel, {
    path: `${pathOf(state.open)}/runs`,
    query: { states: RUN_STATES.includes(panel.runs) ? panel.runs : "" },
    field: "runs",
  });

/** The button that opens and closes the table. */
export const panelButton = ({ panel }) => html`
  <button aria-expanded=${panel ? "true" : "false"} @click=${() => go({ runs: panel ? "" : ALL })}>
    Runs
  </button>
`;

export const runPanel = ({ panel }) =>
  panel
    ? html`
        <section class="run-panel scroll" aria-label="Runs of this session" tabindex="0">
          <div class="page-filter">
            <label for="run-state">Runs</label>
            <select id="run-state" @change=${({ target }) => go({ runs: target.value })}>
              <option value=${ALL}>in any state</option>
              ${RUN_STATES.map((each) => html`<option value=${each} ?selected=${each === panel.runs}>
                ${each.toLowerCase()}</option>`)}
            </select>
          </div>
          ${panel.note ? html`<p class="notice" role="status">${panel.note}</p>` : nothing}
          ${table(panel, {
            name: "Runs",
            none: "There are no such runs.",
            columns: COLUMNS,
            more: () => load(panel),
          })}
        </section>
      `
    : nothing;

const COLUMNS = [
  [
    "Run",
    (run) => html`<button class="quiet" @click=${() => toFirstMessage(run)}>
      <code><bdi>${plain(run.runId)}</bdi></code></button>`,
  ],
  ...RUN_COLUMNS,
];

async function toFirstMessage(run) {
  const { open } = state;
  const { panel } = open;
  try {
    const sequence = await firstMessage(run);
    panel.note = sequence ? "" : "This run has no messages.";
    if (sequence && open === state.open) {
      go({ sequence, runs: panel.runs });
    }
  } catch (e) {
    if (endedBy(e)) {
      return;
    }
    panel.note = e.message;
  }
  changed();
}

function go({ sequence = state.open.sequence, runs }) {
  const { kind, query } = state.list;
  const { agentId: of, sessionId } = state.open;
  location.hash = href(state.agentId, kind, { of, sessionId, sequence, query, runs });
}
