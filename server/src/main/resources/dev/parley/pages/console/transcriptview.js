// The session that is open: who said what, oldest first, with the runs that it came from.

import { html, nothing } from "./lit-html/lit-html.js";
import { repeat } from "./lit-html/directives/repeat.js";
import { content, json } from "./blocks.js";
import { askArchive, askDelete, askName, askRestore } from "./dialogs.js";
import { href } from "./routes.js";
import { loadContext, loadNewer, loadOlder } from "./session.js";
import { state } from "./state.js";
import { count, plain, title, wholeTime } from "./text.js";

const ROLES = { USER: "User", ASSISTANT: "Assistant", SYSTEM: "System", TOOL: "Tool", DEVELOPER: "Developer" };

export function transcriptView() {
  const { open } = state;
  return html`
    <main id="main" tabindex="-1" aria-busy=${Boolean(open?.loading)}>
      ${open ? [heading(open), notices(open), transcript(open)] : nothingOpen()}
    </main>
  `;
}

const nothingOpen = () => html`
  <h1 class="unseen">Parley console</h1>
  <p class="none">Choose a session to read it.</p>
`;

function heading({ session }) {
  const list = href(state.agentId, state.list.kind);
  return html`
    <div class="heading">
      <a class="back" href=${list}>Back to the list</a>
      <h1><bdi>${session ? title(session) : "Session"}</bdi></h1>
      ${session ? [facts(session), actions(session, list)] : nothing}
    </div>
  `;
}

const facts = (session) => html`
  <ul class="facts" aria-label="About this session">
    ${session.label ? html`<li><code><bdi>${plain(session.key)}</bdi></code></li>` : nothing}
    <li>${count(session.messageCount, "message")}</li>
    ${session.user ? html`<li>of <bdi>${plain(session.user)}</bdi></li>` : nothing}
    ${session.lastChannel ? html`<li><bdi>${plain(session.lastChannel)}</bdi></li>` : nothing}
    <li>${session.archiveTime
      ? html`archived ${at(session.archiveTime)}`
      : html`updated ${at(session.updateTime)}`}</li>
  </ul>
`;

const at = (time) => html`<time datetime=${time}>${wholeTime(time)}</time>`;

/** When a message was written by the clock of its client, if that is known; else when stored. */
const written = (message) =>
  message.clientTime
    ? html`<time datetime=${message.clientTime} title=${`Stored ${wholeTime(message.createTime)}`}
        >${wholeTime(message.clientTime)}</time>`
    : at(message.createTime);

const actions = (session, list) => html`
  <div class="buttons">
    ${session.archiveTime
      ? html`<button @click=${askRestore}>Restore</button>`
      : html`<button @click=${askName}>Rename</button>
          <button @click=${askArchive}>Archive</button>`}
    <button class="danger-quiet" @click=${() => askDelete(() => (location.hash = list))}>
      Delete
    </button>
  </div>
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
        (message, i) => entry(message, open.messages[i - 1]),
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

function toNewest() {
  const scroll = document.getElementById("transcript");
  scroll.scrollTop = scroll.scrollHeight;
  scroll.focus();
}

function entry(message, before) {
  const begins = message.runId && message.runId !== before?.runId;
  const role = ROLES[message.role] ?? "Other";
  return html`
    <li class="message ${role.toLowerCase()} ${found(message) ? "found" : ""}">
      ${begins ? run(state.open.runs.get(message.runId) ?? { runId: message.runId }) : nothing}
      <article aria-label=${`${role}, message ${message.sequence}`}>
        <header>
          <span class="role">${role}</span>
          <a href=${href(state.agentId, state.list.kind, state.open.sessionId, message.sequence)}
            aria-label=${`Link to message ${message.sequence}`}>${written(message)}</a>
        </header>
        ${content(message.content, message.sequence)}
        ${Object.keys(message.metadata ?? {}).length
          ? json("Metadata", message.metadata, `${message.sequence}/metadata`)
          : nothing}
      </article>
    </li>
  `;
}

/** Whether the address names this message. */
const found = (message) => message.sequence === state.open.sequence;

/** A run, folded; opening it loads what it retrieved. */
function run(each) {
  const id = `run/${each.runId}`;
  const onToggle = (event) => event.target.open && loadContext(each.runId);
  return html`
    <details class="run" @toggle=${onToggle}>
      <summary>
        <span>Run <code><bdi>${plain(each.runId)}</bdi></code></span>
        ${each.state
          ? html`<span class=${each.state === "FAILED" ? "state failed" : "state"}>
              ${each.state.toLowerCase()}</span>`
          : nothing}
        ${each.model ? html`<span><bdi>${plain(each.model)}</bdi></span>` : nothing}
      </summary>
      ${each.error ? html`<div class="text error" dir="auto">${each.error}</div>` : nothing}
      ${["usage", "reasoning", "details"]
        .filter((name) => Object.keys(each[name] ?? {}).length)
        .map((name) => json(name[0].toUpperCase() + name.slice(1), each[name], `${id}/${name}`))}
      ${context(each.runId, id)}
    </details>
  `;
}

function context(runId, id) {
  const found = state.open.contexts.get(runId);
  if (!found || found.loading) {
    return html`<p class="aside">Looking what it retrieved…</p>`;
  }
  if (found.error) {
    return html`<p class="error">${found.error}</p>`;
  }
  if (!found.items.length) {
    return html`<p class="aside">It retrieved nothing.</p>`;
  }
  return html`
    <p class="aside">Retrieved ${count(found.items.length, "item")}</p>
    ${found.items.map((item, i) => retrieved(item, `${id}/${i}`))}
  `;
}

function retrieved(item, id) {
  const name = [item.source_name, item.source, item.id].find((each) => typeof each === "string");
  return html`
    ${typeof item.text === "string"
      ? html`<blockquote class="text" dir="auto">${item.text.slice(0, 2000)}</blockquote>`
      : nothing}
    ${json(name ?? "Item", item, id)}
  `;
}

/** Runs that no message shown belongs to. */
function otherRuns(open) {
  const shown = new Set(open.messages.map((message) => message.runId));
  const others = [...open.runs.values()].filter((each) => !shown.has(each.runId));
  return others.length
    ? html`<section class="others" aria-label="Runs without messages here">
        <h2>Runs without messages here</h2>
        ${repeat(others, (each) => each.runId, run)}
      </section>`
    : nothing;
}
