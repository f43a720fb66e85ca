// Changes that a page requests.

import { endedBy } from "../signin.js";
import { changed, state } from "../state.js";
import { newRows } from "./rows.js";

/** Runs an action of the shown page and reloads its rows. */
export async function doAndReload(load, request, then) {
  const { page } = state;
  page.error = "";
  try {
    then(await request());
    page.rows = newRows();
    await load(page);
  } catch (e) {
    if (endedBy(e)) {
      return;
    }
    page.error = e.message;
  }
  changed();
}
