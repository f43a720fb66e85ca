// The fields of a webhook in dialogs.

import { html } from "../lit-html/lit-html.js";
import { state } from "../state.js";
import { plain } from "../text.js";

const TYPES = [
  ["MESSAGE_CREATED", "a message was appended"],
  ["SESSION_CHANGED", "a session was created or changed"],
  ["RUN_CHANGED", "a run was started or changed"],
  ["SESSION_DELETED", "a session was deleted"],
];
const URL_CHARACTERS_MAX = 2048;
const DESCRIPTION_CHARACTERS_MAX = 1024;

/** The fields of a new webhook. */
export const createFields = () => html`
  <label for="webhook-of">Sessions of</label>
  <select id="webhook-of">
    ${owners().map((owner) => html`<option value=${JSON.stringify({ owner })}>
      all agents of ${plain(owner)}</option>`)}
    ${state.agents.map(({ agentId, owner, displayName }) => html`
      <option value=${JSON.stringify({ owner, agentId })}>
        ${plain(displayName ?? agentId)} · ${plain(owner)}</option>`)}
  </select>
  ${editFields({ eventTypes: ["MESSAGE_CREATED"] })}
`;

const owners = () => [...new Set(state.agents.map(({ owner }) => owner))];

/** The fields that can be changed. */
export const editFields = ({ url = "", eventTypes = [], description = "" }) => html`
  <label for="webhook-url">URL of the receiver</label>
  <input id="webhook-url" type="url" required maxlength=${URL_CHARACTERS_MAX}
    placeholder="https://" autocomplete="off" spellcheck="false" .value=${url}>
  <fieldset>
    <legend>Send when</legend>
    ${TYPES.map(([type, what]) => html`<label class="check">
      <input type="checkbox" name="type" value=${type} ?checked=${eventTypes.includes(type)}>
      ${what}</label>`)}
  </fieldset>
  <label for="webhook-description">Description (optional)</label>
  <input id="webhook-description" maxlength=${DESCRIPTION_CHARACTERS_MAX} autocomplete="off"
    .value=${description}>
`;

/** The request of the fields of a new webhook. */
export const wanted = (dialog) => ({
  ...JSON.parse(dialog.querySelector("#webhook-of").value || "{}"),
  ...edited(dialog),
});

/** The values of the fields that can be changed. */
export function edited(dialog) {
  const value = (id) => dialog.querySelector(`#${id}`).value.trim();
  return {
    url: value("webhook-url"),
    eventTypes: [...dialog.querySelectorAll("[name=type]:checked")].map((box) => box.value),
    ...(value("webhook-description") && { description: value("webhook-description") }),
  };
}
