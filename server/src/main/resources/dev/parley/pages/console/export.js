// Exports a session as a file, which the browser makes from pages of the API.

import { html } from "./lit-html/lit-html.js";
import { openDialog } from "./dialogs.js";
import { jsonLines, markdown } from "./exportformats.js";
import { endedBy } from "./signin.js";
import { say, state } from "./state.js";
import { count, number } from "./text.js";

const FORMATS = {
  jsonl: { name: "JSON Lines, which parley import reads", type: "application/jsonl", of: jsonLines },
  md: { name: "Markdown, for people", type: "text/markdown", of: markdown },
};

/** Asks for the format, and then shows the progress. Closing the dialog cancels the export. */
export function askExport() {
  const { open } = state;
  const control = new AbortController();
  openDialog((dialog) => {
    dialog.addEventListener("close", () => control.abort());
    return html`
      <form @submit=${(event) => start(event, dialog, open, control.signal)}>
        <h2 id="dialog-heading">Export the session</h2>
        <label for="export-format">Format</label>
        <select id="export-format">
          ${Object.entries(FORMATS).map(([ending, { name }]) => html`<option value=${ending}>
            ${name}</option>`)}
        </select>
        <p id="export-progress" class="hint" role="status">
          ${count(open.session.messageCount, "message")}</p>
        <div class="buttons">
          <button type="button" @click=${() => dialog.close()}>Cancel</button>
          <button type="submit" class="primary">Export</button>
        </div>
      </form>
    `;
  });
}

async function start(event, dialog, { agentId, sessionId, session }, signal) {
  event.preventDefault();
  const progress = dialog.querySelector("#export-progress");
  const fields = dialog.querySelectorAll("select, [type=submit]");
  const ending = dialog.querySelector("select").value;
  const { type, of } = FORMATS[ending];
  fields.forEach((field) => (field.disabled = true));
  try {
    const parts = [];
    for await (const { text, messages } of of(agentId, sessionId, signal)) {
      // A blob, which the browser does not have to keep in memory.
      parts.push(new Blob([text]));
      progress.textContent = `${number(messages)} of ${count(session.messageCount, "message")}`;
    }
    save(new Blob(parts, { type }), `${sessionId}.${ending}`);
    say("Exported.");
    dialog.close();
  } catch (e) {
    if (signal.aborted) {
      say("The export was cancelled.");
    } else if (endedBy(e)) {
      dialog.close();
    } else {
      progress.textContent = `The export failed. ${e.message}`;
      fields.forEach((field) => (field.disabled = false));
    }
  }
}

/** Saves a file as a download. */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has started the download by the next task.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
