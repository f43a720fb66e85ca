// Dialogs that ask for confirmation or input.

import { html, render } from "./lit-html/lit-html.js";
import { archive, remove, rename, restore, setLabels } from "./session.js";
import { state } from "./state.js";
import { count, plain, title } from "./text.js";

const LABEL_CHARACTERS_MAX = 255;

export function askName() {
  const { session } = state.open;
  const label = html`
    <label for="label">Label</label>
    <input id="label" .value=${session.label ?? ""} maxlength=${LABEL_CHARACTERS_MAX}
      autocomplete="off" dir="auto" aria-describedby="label-hint">
    <p id="label-hint" class="hint">Without one, the session goes by its key.</p>
  `;
  ask("Rename the session", label, "Rename", (dialog) =>
    rename(dialog.querySelector("input").value.trim()),
  );
}

export function askLabels() {
  const { labels = {} } = state.open.session;
  const lines = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const body = html`
    <label for="labels">One label per line, as name=value</label>
    <textarea id="labels" rows="6" spellcheck="false" autocomplete="off"
      aria-describedby="labels-hint" .value=${lines.join("\n")}
      @input=${({ target }) => target.setCustomValidity(problem(target.value))}></textarea>
    <p id="labels-hint" class="hint">At most 64. Names have lower-case letters, digits, ".", "_" and
      "-". The list of sessions can be filtered by them.</p>
  `;
  ask("Labels of the session", body, "Save", (dialog) =>
    setLabels(Object.fromEntries(pairs(dialog.querySelector("textarea").value))),
  );
}

/** The names and values in a text with one label per line. */
const pairs = (text) =>
  text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => line.split(/=(.*)/s))
    .map(([name, value]) => [name.trim(), value]);

/** Returns the error in the text; nothing if it can be saved. The API checks the rest. */
function problem(text) {
  const names = pairs(text).map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  const [incomplete] = pairs(text).find(([, value]) => value === undefined) ?? [];
  return incomplete
    ? `"${incomplete}" has no "=".`
    : twice
      ? `The label "${twice}" is there twice.`
      : "";
}

export function askArchive() {
  ask(
    "Archive the session?",
    html`${named(state.open.session)}
      <p>It leaves the list and becomes read-only. Its key is free again. It can be restored.</p>`,
    "Archive",
    archive,
  );
}

export function askRestore() {
  ask(
    "Restore the session?",
    html`${named(state.open.session)}<p>It goes back under its key, if that is still free.</p>`,
    "Restore",
    restore,
  );
}

/** @param done called after the deletion */
export function askDelete(done) {
  ask(
    "Delete the session?",
    html`${named(state.open.session)}
      <p>It is deleted with ${count(state.open.session.messageCount, "message")} and all its runs,
        at once and for good.</p>`,
    "Delete",
    async () => {
      if (await remove()) {
        done();
      }
    },
    "danger",
  );
}

const named = (session) => html`
  <p class="named"><strong><bdi>${title(session)}</bdi></strong><br>
    <code><bdi>${plain(session.key)}</bdi></code></p>
`;

/** Shows information. */
export function show(heading, body) {
  openDialog((dialog) => html`
    <form @submit=${(event) => close(event, dialog)}>
      <h2 id="dialog-heading">${heading}</h2>
      ${body}
      <div class="buttons"><button type="submit" class="primary">Close</button></div>
    </form>
  `);
}

function close(event, dialog) {
  event.preventDefault();
  dialog.close();
}

/** Asks for confirmation. */
export function ask(heading, body, verb, act, kind = "primary") {
  openDialog((dialog) => {
    const submit = (event) => {
      close(event, dialog);
      act(dialog);
    };
    return html`
      <form @submit=${submit}>
        <h2 id="dialog-heading">${heading}</h2>
        ${body}
        <div class="buttons">
          <button type="button" @click=${() => dialog.close()}>Cancel</button>
          <button type="submit" class=${kind}>${verb}</button>
        </div>
      </form>
    `;
  });
}

/** Closes dialogs whose page or session is no longer shown. */
export const closeDialogs = () =>
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());

/** Opens a dialog. The browser keeps the focus in it, and restores the focus afterwards. */
export function openDialog(view) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "dialog-heading");
  render(view(dialog), dialog);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
