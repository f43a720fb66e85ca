// The pages other than the conversations, and the permissions that they need.

import { html } from "../lit-html/lit-html.js";
import { changed, state } from "../state.js";
import * as audit from "./audit.js";
import * as keys from "./keys.js";
import * as overview from "./overview.js";
import * as retention from "./retention.js";
import { newRows } from "./rows.js";
import * as runs from "./runs.js";
import * as settings from "./settings.js";
import * as webhooks from "./webhooks.js";

/** The pages in their order, each with the permission that it needs. */
const PAGES = {
  overview: { title: "Overview", needs: "owner", ...overview },
  runs: { title: "Runs", needs: "runs", ...runs },
  keys: { title: "Keys", needs: "owner", ...keys },
  webhooks: { title: "Webhooks", needs: "webhooks", ...webhooks },
  audit: { title: "Audit log", needs: "owner", ...audit },
  retention: { title: "Retention", needs: "operator", ...retention },
  settings: { title: "Settings", needs: "operator", ...settings },
};

/** The names and titles of the pages that the key may see. */
export const offered = () =>
  Object.entries(PAGES)
    .filter(([, page]) => state.access[page.needs])
    .map(([name, { title }]) => [name, title]);

export const titleOf = ({ name }) => PAGES[name].title;

const isAllowed = ({ name }) => state.access[PAGES[name].needs];

/** Shows a page and loads its data. */
export async function showPage(name, query) {
  const page = { name, query, rows: newRows(), error: "" };
  state.page = page;
  changed();
  if (isAllowed(page)) {
    await PAGES[name].load(page);
  }
}

export const pageView = (page) => html`
  <main id="main" class="page" tabindex="-1">
    ${isAllowed(page)
      ? PAGES[page.name].view(page)
      : html`<h1>${titleOf(page)}</h1><p class="none">This key may not see this page.</p>`}
  </main>
`;
