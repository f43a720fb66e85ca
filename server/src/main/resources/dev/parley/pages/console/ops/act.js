// Changes that a page makes.

import { endedBy } from "../signin.js";
import { changed, state } from "../state.js";
import { newRows } from "./rows.js";

/** Does something on the page that is shown, and loads its rows again. */
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
