// Signing in and out, and the agents that the key may see.

import { NOTHING, access } from "./access.js";
import { call, forget, keep, key } from "./api.js";
import { changed, say, state } from "./state.js";

const AGENTS_PER_PAGE = 200;

/** Continues with the key of this tab, if it has one. */
export async function resume() {
  if (key()) {
    await signIn(key());
  }
}

export async function signIn(given) {
  state.signingIn = true;
  state.signInError = "";
  changed();
  try {
    const query = { pageSize: AGENTS_PER_PAGE };
    const page = await call("GET", "/v1/agents", { query, as: given });
    keep(given);
    Object.assign(state, {
      agents: page.agents,
      moreAgents: page.nextPageToken,
      access: await access(page.agents[0]?.agentId, given),
      signedIn: true,
    });
  } catch (e) {
    forget();
    state.signInError = e.message;
  }
  state.signingIn = false;
  changed();
}

export async function loadMoreAgents() {
  const query = { pageSize: AGENTS_PER_PAGE, pageToken: state.moreAgents };
  const page = await call("GET", "/v1/agents", { query });
  state.agents = [...state.agents, ...page.agents];
  state.moreAgents = page.nextPageToken;
  changed();
}

export function signOut(why = "") {
  forget();
  Object.assign(state, {
    signedIn: false,
    signInError: why,
    agents: [],
    moreAgents: null,
    access: NOTHING,
    page: null,
    agentId: null,
    list: null,
    open: null,
  });
  history.replaceState(null, "", location.pathname);
  say(why || "Signed out.");
  changed();
}

/** Signs out if the error says that the key is no longer valid. Returns whether it does. */
export function endedBy(error) {
  if (error.status === 401) {
    signOut(error.message);
  }
  return error.status === 401;
}
