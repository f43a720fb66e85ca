// Pages that consist of a table, whose rows are loaded page by page.

import { html, nothing } from "../lit-html/lit-html.js";
import { call } from "../api.js";
import { endedBy } from "../signin.js";
import { changed } from "../state.js";
import { wholeTime } from "../text.js";

const PAGE_SIZE = 50;

/** Rows that are not loaded yet. */
export const newRows = () => ({ items: [], next: null, begun: false, loading: false, error: "" });

/**
 * Loads the next rows.
 *
 * @param source path, query, and the field of the response
 */
export async function loadRows(page, source) {
  const { rows } = page;
  if (rows.loading || (rows.begun && !rows.next)) {
    return;
  }
  rows.loading = true;
  rows.error = "";
  changed();
  try {
    const answer = await call("GET", source.path, {
      query: { pageSize: PAGE_SIZE, ...source.query, pageToken: rows.next },
    });
    rows.items = [...rows.items, ...(answer[source.field] ?? [])];
    rows.next = answer.nextPageToken ?? null;
    rows.begun = true;
  } catch (e) {
    if (endedBy(e)) {
      return;
    }
    rows.error = e.message;
  }
  rows.loading = false;
  changed();
}

/**
 * The loaded rows as a table.
 *
 * @param columns see grid
 */
export const table = ({ rows }, { name, none, columns, more }) => html`
  ${rows.error ? html`<p class="error" role="alert">${rows.error}</p>` : nothing}
  ${rows.items.length ? grid(name, columns, rows.items) : nothing}
  ${rows.begun && !rows.items.length && !rows.next ? html`<p class="none">${none}</p>` : nothing}
  ${rows.loading ? html`<p class="none" role="status">Loading…</p>` : nothing}
  ${!rows.loading && (rows.next || rows.error)
    ? html`<button class="quiet" @click=${more}>${rows.error ? "Try again" : "Load more"}</button>`
    : nothing}
`;

/**
 * A table. On phones, each row is a card, which names the columns. The roles are those that tables
 * have anyway: browsers remove them from elements that styles show as blocks.
 *
 * @param columns each with a name, a function that renders the cell of a row, and the class of its
 *     cells if it has one
 */
export const grid = (name, columns, rows) => html`
  <div class="table wide-table" tabindex="0" role="region" aria-label=${name}>
    <table role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(
            ([heading, , kind]) => html`<th role="columnheader" scope="col" class=${kind ?? nothing}>
              ${heading}</th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (row) => html`<tr role="row">${columns.map(
            ([heading, cell, kind]) => html`<td role="cell" class=${kind ?? nothing}
              data-label=${heading}>${cell(row)}</td>`,
          )}</tr>`,
        )}
      </tbody>
    </table>
  </div>
`;

/** A time, or a dash. */
export const at = (time) =>
  time
    ? html`<time datetime=${time}>${wholeTime(time)}</time>`
    : html`<span class="aside">–</span>`;
