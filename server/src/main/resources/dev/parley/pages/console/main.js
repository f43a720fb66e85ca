// The main module: loads what the URL selects, renders what was loaded, and keeps it up to date.

import { html, nothing, render } from "./lit-html/lit-html.js";
import { closeDialogs } from "./dialogs.js";
import { refreshFind } from "./find.js";
import { help, listenToKeys } from "./keyboard.js";
import { pageView, showPage, titleOf } from "./ops/page.js";
import { follow } from "./live.js";
import { goesOn, idOf, loadMore, refreshList, showList } from "./lists.js";
import { listView } from "./listview.js";
import { hasMoved, itemInSight, keepItem } from "./longlist.js";
import { menu } from "./menu.js";
import { isAtTheEnd, isDrawn, keepPlace, pixelsBelow, placeNow } from "./place.js";
import { href, route, sameQuery } from "./routes.js";
import { setPanel } from "./runpanel.js";
import { loadNewer, loadOlder, refreshSession, showSession } from "./session.js";
import { endedBy, loadMoreAgents, resume, signIn, signOut } from "./signin.js";
import { changed, onChange, say, state } from "./state.js";
import { transcriptView } from "./transcriptview.js";
import { count, title } from "./text.js";

const REFRESH_MILLIS = 300;
const RETRY_MILLIS = 3000;

/** The distance from the end of the loaded messages at which more are loaded. */
const AHEAD_PIXELS = 1500;

const signInView = () => html`
  <main class="sign-in">
    <form @submit=${onSignIn}>
      <h1>Parley console</h1>
      <label for="key">Key</label>
      <input id="key" type="password" required autocomplete="off" spellcheck="false"
        aria-describedby="key-hint" aria-invalid=${state.signInError ? "true" : nothing}>
      <p id="key-hint" class="hint">A root, master or agent key, or the token of a user. This tab
        keeps it until you sign out or close it.</p>
      ${state.signInError ? html`<p class="error" role="alert">${state.signInError}</p>` : nothing}
      <div class="buttons">
        <button class="primary" ?disabled=${state.signingIn}>Sign in</button>
      </div>
    </form>
  </main>
`;

async function onSignIn(event) {
  event.preventDefault();
  const field = event.target.querySelector("input");
  await signIn(field.value.trim());
  if (state.signedIn) {
    await onRoute();
  } else {
    field.select();
  }
}

const shell = () => html`
  <a class="skip" href="#main" @click=${skip}>Skip to the conversation</a>
  <header class="bar">
    <p class="name">Parley</p>
    ${menu()}
    ${state.offline
      ? html`<p class="offline" role="status">Not connected, trying again</p>`
      : nothing}
    <a href="../openapi/">API</a>
    <button class="quiet" aria-label="Keyboard" @click=${help}>?</button>
    <button class="quiet" @click=${() => signOut()}>Sign out</button>
  </header>
  ${state.page ? pageView(state.page) : conversations()}
`;

const conversations = () => html`
  ${state.list
    ? html`<div class=${state.open ? "panes reading" : "panes"}>
        ${listView()} ${transcriptView()}
      </div>`
    : html`<main id="main" tabindex="-1">
        <h1 class="unseen">Parley console</h1>
        <p class="none">This key sees no agents yet.</p>
      </main>`}
`;

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

/** Loads what the URL selects. */
async function onRoute() {
  if (!state.signedIn) {
    return;
  }
  if (location.hash === "#/more") {
    await loadMoreAgents();
    const { kind, query } = state.list;
    history.replaceState(null, "", href(state.agentId, kind, { query }));
    return;
  }
  const wanted = route(location.hash);
  if (wanted.page) {
    state.open = null;
    await showPage(wanted.page, wanted.query);
    return;
  }
  state.page = null;
  const agentId = wanted.agentId ?? state.agentId ?? state.agents[0]?.agentId;
  if (!agentId) {
    changed();
    return;
  }
  const sameAgent = agentId === state.agentId;
  state.agentId = agentId;
  const loading = [];
  const sameList = state.list?.kind === wanted.kind && sameQuery(state.list.query, wanted.query);
  if (!sameAgent || !sameList) {
    loading.push(showList(wanted.kind, wanted.query));
  }
  if (!wanted.sessionId) {
    const closed = state.open;
    state.open = null;
    if (closed) {
      requestAnimationFrame(() => document.getElementById("list")?.focus());
    }
  } else if (
    !sameAgent ||
    state.open?.sessionId !== wanted.sessionId ||
    state.open.sequence !== wanted.sequence
  ) {
    loading.push(openSession(wanted.of ?? agentId, wanted.sessionId, wanted.sequence));
  }
  if (state.open) {
    setPanel(state.open, wanted.runs);
  }
  changed();
  await Promise.all(loading);
}

async function openSession(agentId, sessionId, sequence) {
  await showSession(agentId, sessionId, sequence);
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** Renders, and keeps the scroll positions. */
function draw() {
  const { open } = state;
  const place = placeNow();
  const item = itemInSight();
  const app = document.getElementById("app");
  render(state.signedIn ? shell() : signInView(), app);
  app.classList.toggle("whole", Boolean(state.signedIn && state.list && !state.page));
  app.classList.toggle("reading", Boolean(open && !state.page));
  keepPlace(open, place);
  keepItem(state.list, item, idOf);
  const named = state.page ? titleOf(state.page) : open?.session && title(open.session);
  document.title = named ? `${named} – Parley console` : "Parley console";
  requestAnimationFrame(fill);
  followAgent();
  refreshFind();
}

/** Loads and renders more when the end of the loaded messages is near. */
function fill() {
  const { list, open } = state;
  const listed = document.getElementById("list");
  if (list && listed?.offsetParent) {
    if (goesOn(list) && pixelsBelow(listed) < AHEAD_PIXELS) {
      loadMore();
    } else if (hasMoved(list)) {
      changed();
    }
  }
  const scroll = document.getElementById("transcript");
  if (open?.session && scroll && isDrawn(open) && !open.error && !open.loading) {
    // At most a quarter, so that messages that one end loads are not removed by the other
    // end.
    const ahead = Math.min(AHEAD_PIXELS, scroll.scrollHeight / 4);
    if (open.older && scroll.scrollTop < ahead) {
      loadOlder();
    } else if (open.newer && pixelsBelow(scroll) < ahead) {
      loadNewer();
    }
  }
  if (open?.unread && scroll && !open.newer && isAtTheEnd(scroll)) {
    open.unread = 0;
    changed();
  }
}

async function refresh() {
  const scroll = document.getElementById("transcript");
  const wasAtTheEnd = scroll && isAtTheEnd(scroll);
  const { open } = state;
  await refreshList();
  const come = await refreshSession(wasAtTheEnd);
  if (come && open === state.open) {
    say(`${count(come, "new message")}.`);
    if (!wasAtTheEnd || open.newer) {
      open.unread += come;
      changed();
    }
  }
}

let stale = false;
let refreshing = false;

/** Refreshes the page. Changes within a short time are one refresh. */
async function refreshSoon() {
  stale = true;
  if (refreshing) {
    return;
  }
  refreshing = true;
  while (stale) {
    stale = false;
    try {
      await refresh();
      setConnected(true);
    } catch (e) {
      if (!endedBy(e)) {
        setConnected(false);
        setTimeout(refreshSoon, RETRY_MILLIS);
      }
    }
    await new Promise((done) => setTimeout(done, REFRESH_MILLIS));
  }
  refreshing = false;
}

function setConnected(connected) {
  if (state.offline === connected) {
    state.offline = !connected;
    changed();
  }
}

/** Watches the shown agent. A hidden page has no connection. */
function followAgent() {
  const seen = state.signedIn && document.visibilityState === "visible";
  follow(seen ? state.agentId : null, refreshSoon, setConnected);
}

onChange(draw);
listenToKeys();
addEventListener("hashchange", () => {
  closeDialogs();
  onRoute();
});
document.addEventListener("visibilitychange", followAgent);
document.addEventListener("scroll", fill, { capture: true, passive: true });
draw();
await resume();
await onRoute();
followAgent();
