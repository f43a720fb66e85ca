// The filter of a list in the syntax of the API, and its form.

import { html, nothing } from "./lit-html/lit-html.js";
import { repeat } from "./lit-html/directives/repeat.js";
import { href } from "./routes.js";
import { ALL_AGENTS, state } from "./state.js";
import { plain, ROLES } from "./text.js";

/** The fields that an index serves, by kind of list. */
const FIELDS = {
  sessions: ["user", "client", "label", "key", "since", "until", "archived"],
  archives: [],
  messages: ["user", "role", "since", "until"],
};
const NAMES = {
  owner: "Owner",
  user: "User",
  client: "Client",
  label: "Label",
  key: "Session key",
  role: "Role",
  since: "From",
  until: "Before",
  archived: "Archives",
};

/** The fields with a choice of values. */
const CHOICES = {
  role: [["", "Any"], ...Object.entries(ROLES)],
  archived: [
    ["", "Left out"],
    ["true", "Listed too"],
  ],
};
const CHARACTERS_MAX = 255;

/** A name, "=" and a value. */
const LABEL_CHARACTERS_MAX = 63 + 1 + CHARACTERS_MAX;

const LABEL_PATTERN = "[a-z0-9._\\-]{1,63}=.*";

/** The fields of a list. */
const fieldsOf = ({ kind }) =>
  kind === "sessions" && state.agentId === ALL_AGENTS && state.access.operator
    ? ["owner", ...FIELDS.sessions]
    : FIELDS[kind];

/** Whether a list is filtered. */
export const isFiltered = (list) => fieldsOf(list).some((name) => list.query[name]);

/** The filter of a list in the syntax of the API; undefined for none. */
export function filterOf(list) {
  const { kind, query } = list;
  const time = kind === "messages" || query.archived ? "create_time" : "update_time";
  const terms = fieldsOf(list)
    .filter((name) => query[name] && name !== "archived")
    .map((name) => {
      if (name === "label") {
        const [label, value = ""] = query.label.split(/=(.*)/s);
        return `labels.${label} = ${quoted(value)}`;
      }
      const value = quoted(query[name]);
      return name === "since"
        ? `${time} >= ${value}`
        : name === "until"
          ? `${time} < ${value}`
          : `${name} = ${value}`;
    });
  return terms.join(" AND ") || undefined;
}

const quoted = (value) => `"${value.replace(/["\\]/g, "\\$&")}"`;

/** The form; nothing for lists that cannot be filtered. */
export function filterForm(list) {
  const fields = fieldsOf(list);
  if (!fields.length) {
    return nothing;
  }
  return html`
    <details class="filter" ?open=${list.filtering} @toggle=${(event) => {
      list.filtering = event.target.open;
    }}>
      <summary>Filter${chips(list, fields)}</summary>
      <form
        @input=${checkLabel}
        @click=${checkLabel}
        @submit=${(event) => apply(event, list)}
      >
        ${repeat(
          // Lists have different fields. Chromium does not show a field of text that becomes one
          // of a time, so each name keeps its element.
          fields,
          (name) => name,
          (name) => field(name, list.query[name] ?? ""),
        )}
        ${fields.includes("label")
          ? html`<p class="hint">A label cannot be combined with a user or client.</p>`
          : nothing}
        <div class="buttons">
          <button class="primary">Apply</button>
          ${isFiltered(list)
            ? html`<button type="button" @click=${() => clear(list)}>Clear</button>`
            : nothing}
        </div>
      </form>
    </details>
  `;
}

const chips = (list, fields) =>
  fields
    .filter((name) => list.query[name])
    .map(
      (name) => html`
        <span class="chip">${NAMES[name]}: <bdi>${shown(name, list.query[name])}</bdi></span>
      `,
    );

const isTime = (name) => name === "since" || name === "until";

const shown = (name, value) =>
  isTime(name)
    ? local(value).replace("T", " ") || plain(value)
    : (CHOICES[name]?.find(([each]) => each === value)?.[1] ?? plain(value));

const field = (name, value) => html`
  <label for="filter-${name}">${NAMES[name]}</label>
  ${CHOICES[name]
    ? html`<select id="filter-${name}" name=${name}>
        ${CHOICES[name].map(
          ([each, text]) => html`<option value=${each} ?selected=${each === value}>${text}</option>`,
        )}
      </select>`
    : html`<input id="filter-${name}" name=${name} autocomplete="off" spellcheck="false"
        type=${isTime(name) ? "datetime-local" : "text"}
        maxlength=${name === "label" ? LABEL_CHARACTERS_MAX : CHARACTERS_MAX}
        pattern=${name === "label" ? LABEL_PATTERN : nothing}
        placeholder=${name === "label" ? "name=value" : nothing}
        title=${name === "label" ? "The name and value of a label, such as topic=weather" : nothing}
        .value=${isTime(name) ? local(value) : value}>`}
`;

/** No index serves a label together with a user or client. */
function checkLabel({ currentTarget: { elements } }) {
  const has = (name) => elements[name].value.trim() !== "";
  const isBoth = elements.label && has("label") && (has("user") || has("client"));
  elements.label?.setCustomValidity(
    isBoth ? "A label cannot be combined with a user or client." : "",
  );
}

function apply(event, list) {
  event.preventDefault();
  event.target.closest("details").open = false;
  const given = Object.fromEntries(new FormData(event.target));
  const query = list.kind === "messages" && list.query.q ? { q: list.query.q } : {};
  for (const [name, value] of Object.entries(given)) {
    if (value.trim()) {
      query[name] = isTime(name) ? new Date(value).toISOString() : value.trim();
    }
  }
  go(list, query);
}

const clear = (list) => go(list, list.query.q ? { q: list.query.q } : {});

function go(list, query) {
  const { agentId: of, sessionId, sequence } = state.open ?? {};
  location.hash = href(state.agentId, list.kind, { of, sessionId, sequence, query });
}

/** Converts a time of the API to the format of input fields: local time with minutes. */
function local(time) {
  const date = new Date(time);
  if (!time || Number.isNaN(date.getTime())) {
    return "";
  }
  const two = (number) => String(number).padStart(2, "0");
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}`
  );
}
