// The open session: its messages, oldest first, with their runs.

import { html, noChange, nothing } from "./lit-html/lit-html.js";
import { Directive, directive } from "./lit-html/directive.js";
import { repeat } from "./lit-html/directives/repeat.js";
import { content, json } from "./blocks.js";
import { askArchive, askDelete, askLabels, askName, askRestore } from "./dialogs.js";
import { askExport } from "./export.js";
import { findBar, openFind } from "./find.js";
import { href } from "./routes.js";
import { codeBlock } from "./code.js";
import { cached } from "./parts.js";
import { panelButton, runPanel } from "./runpanel.js";
import { otherRuns, run } from "./runview.js";
import { loadNewer, loadNewest, loadOlder } from "./session.js";
import { changed, state } from "./state.js";
import { count, labelsOf, plain, pretty, roleOf, title, wholeTime } from "./text.js";

export function transcriptView() {
  const { open } = state;
  return html`
    <main id="main" tabindex="-1" aria-busy=${Boolean(open?.loading)}>
      ${open
        ? [heading(open), findBar(open), runPanel(open), notices(open), transcript(open)]
        : nothingOpen()}
    </main>
  `;
}

const nothingOpen = () => html`
  <h1 class="unseen">Parley console</h1>
  <p class="none">Choose a session to read it. <kbd>/</kbd> searches, <kbd>j</kbd> and
    <kbd>k</kbd> move in the list, and <kbd>?</kbd> shows all keys.</p>
`;

function heading(open) {
  const { session } = open;
  const list = href(state.agentId, state.list.kind, { query: state.list.query });
  return html`
    <div class="heading">
      <a class="back" href=${list}>Back to the list</a>
      <h1><bdi>${session ? title(session) : "Session"}</bdi></h1>
      ${session ? [facts(session), actions(open, list)] : nothing}
    </div>
  `;
}

const facts = (session) => html`
  <ul class="facts" aria-label="About this session">
    ${session.label ? html`<li><code><bdi>${plain(session.key)}</bdi></code></li>` : nothing}
    <li>${count(session.messageCount, "message")}</li>
    ${session.user ? html`<li>user <bdi>${plain(session.user)}</bdi></li>` : nothing}
    ${session.client ? html`<li>client <bdi>${plain(session.client)}</bdi></li>` : nothing}
    ${session.lastChannel
      ? html`<li>channel <a title="Search for this channel"
          href=${href(state.agentId, "sessions", { query: { q: session.lastChannel } })}
          ><bdi>${plain(session.lastChannel)}</bdi></a></li>`
      : nothing}
    <li>${session.archiveTime
      ? html`archived ${at(session.archiveTime)}`
      : html`updated ${at(session.updateTime)}`}</li>
    ${labelsOf(session).map((label, i) => html`<li><a class="chip" title="Sessions with this label"
      href=${withLabel(Object.entries(session.labels)[i])}><bdi>${label}</bdi></a></li>`)}
  </ul>
`;

/** The URL of the list of sessions with a label. */
const withLabel = ([name, value]) =>
  href(state.agentId, "sessions", { query: { label: `${name}=${value}` } });

const at = (time) => html`<time datetime=${time}>${wholeTime(time)}</time>`;

/** The client time of a message if it has one, else the time when it was stored. */
const written = (message) =>
  message.clientTime
    ? html`<time datetime=${message.clientTime} title=${`Stored ${wholeTime(message.createTime)}`}
        >${wholeTime(message.clientTime)}</time>`
    : at(message.createTime);

const actions = (open, list) => html`
  <div class="buttons">
    ${open.runs.size || open.panel ? panelButton(open) : nothing}
    <button @click=${openFind}>Find</button>
    <button @click=${askExport}>Export</button>
    ${state.access.manage ? changes(open.session, list) : nothing}
  </div>
`;

const changes = (session, list) => html`
  ${session.archiveTime
    ? html`<button @click=${askRestore}>Restore</button>`
    : html`<button @click=${askName}>Rename</button>
        <button @click=${askLabels}>Labels</button>
        <button @click=${askArchive}>Archive</button>`}
  <button class="danger-quiet" @click=${() => askDelete(() => (location.hash = list))}>
    Delete
  </button>
`;

const notices = (open) => [
  open.error ? html`<p class="error" role="alert">${open.error}</p>` : nothing,
  open.notice ? html`<p class="notice" role="status">${open.notice}</p>` : nothing,
];

const transcript = (open) => html`
  <div class="scroll" id="transcript" tabindex="0" role="region" aria-label="Conversation">
    ${open.older && !open.loading
      ? html`<button id="older" class="quiet wide" @click=${loadOlder}>Load older messages</button>`
      : nothing}
    ${open.loading ? html`<p class="none">Loading…</p>` : nothing}
    ${open.session && !open.messages.length ? html`<p class="none">No messages yet.</p>` : nothing}
    <ol>
      ${repeat(
        open.messages,
        (message) => message.sequence,
        (message, i) => kept(message, open.messages[i - 1]),
      )}
    </ol>
    ${open.newer && !open.loading
      ? html`<button id="newer" class="quiet wide" @click=${loadNewer}>Load newer messages</button>`
      : nothing}
    ${otherRuns(open)}
  </div>
  ${open.unread
    ? html`<button class="unread primary" @click=${toNewest}>
        ${count(open.unread, "new message")}
      </button>`
    : nothing}
`;

async function toNewest() {
  const scroll = document.getElementById("transcript");
  scroll.focus();
  if (state.open.newer) {
    await loadNewest();
  }
  scroll.scrollTop = scroll.scrollHeight;
}

/** A message, which is not drawn again if only others were added. */
const kept = directive(
  class extends Directive {
    render(message, before) {
      const drawn = [state.version, message, before?.runId];
      if (this.drawn?.every((each, i) => each === drawn[i])) {
        return noChange;
      }
      this.drawn = drawn;
      return entry(message, before);
    }
  },
);

function entry(message, before) {
  const { open } = state;
  const begins = message.runId && message.runId !== before?.runId;
  const role = roleOf(message);
  const how = {
    raw: open.raw.has(message.sequence),
    user: message.role === "USER",
    tool: message.role === "TOOL",
  };
  return html`
    <li class="message ${role.toLowerCase()} ${found(message) ? "found" : ""}"
      data-sequence=${message.sequence}>
      ${begins ? run(open.runs.get(message.runId) ?? { runId: message.runId }) : nothing}
      <article aria-label=${`${role}, message ${message.sequence}`} tabindex="-1">
        <header>
          <span class="role">${role}</span>
          <a href=${linkTo(message)}
            aria-label=${`Link to message ${message.sequence}`}>${written(message)}</a>
          ${tools(message, how)}
        </header>
        ${open.json.has(message.sequence)
          ? cached(`${message.sequence}/json`, message, () => codeBlock(pretty(message), "json"))
          : content(message.content, message.sequence, how)}
        ${Object.keys(message.metadata ?? {}).length
          ? json("Metadata", message.metadata, `${message.sequence}/metadata`)
          : nothing}
      </article>
    </li>
  `;
}

const linkTo = ({ sequence }) =>
  href(state.agentId, state.list.kind, {
    of: state.open.agentId,
    sessionId: state.open.sessionId,
    sequence,
    query: state.list.query,
    runs: state.open.panel?.runs,
  });

const tools = (message, { raw }) => html`
  <span class="tools">
    ${message.role === "TOOL"
      ? nothing
      : toggle("Raw", "Text without formatting", raw, state.open.raw, message)}
    ${toggle("JSON", "The message as JSON", state.open.json.has(message.sequence), state.open.json,
      message)}
  </span>
`;

const toggle = (name, what, isOn, set, { sequence }) => html`
  <button class="small" title=${what} aria-pressed=${isOn ? "true" : "false"}
    @click=${() => {
      if (!set.delete(sequence)) {
        set.add(sequence);
      }
      changed();
    }}>${name}</button>
`;

/** Whether the URL selects this message. */
const found = (message) => message.sequence === state.open.sequence;
