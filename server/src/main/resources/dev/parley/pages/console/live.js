// Reports changes of the sessions of an agent, from the watch of the server.

import { call, key } from "./api.js";
import { endedBy } from "./signin.js";

const RETRY_MILLIS = 3000;

let agentId = null;
let events = null;
let timer = null;

/** Counts the calls of follow, so that earlier calls stop. */
let generation = 0;

/**
 * Watches an agent instead of the previous one; null for none. Calls onChange after each change,
 * and when changes may have been missed. Calls onConnection with whether the server is reachable.
 */
export function follow(wanted, onChange, onConnection) {
  if (wanted === agentId) {
    return;
  }
  stop();
  agentId = wanted;
  generation++;
  if (agentId) {
    connect(generation, onChange, onConnection);
  }
}

function stop() {
  events?.close();
  events = null;
  clearTimeout(timer);
}

async function connect(of, onChange, onConnection) {
  const again = () => {
    if (of === generation && key()) {
      stop();
      timer = setTimeout(() => connect(of, onChange, onConnection), RETRY_MILLIS);
    }
  };
  let path;
  try {
    ({ path } = await call("POST", "/v1/watchTickets", { body: { agentId } }));
  } catch (e) {
    if (of === generation && !endedBy(e)) {
      onConnection(false);
      again();
    }
    return;
  }
  if (of !== generation) {
    return;
  }
  const opened = new EventSource(`${path}&include=SESSIONS&include=RUNS`);
  events = opened;
  opened.onopen = () => {
    onConnection(true);
    onChange();
  };
  for (const name of ["session", "run", "deleted"]) {
    opened.addEventListener(name, onChange);
  }
  opened.onerror = () => {
    onConnection(false);
    // The browser reconnects by itself, unless the ticket has expired.
    if (opened.readyState === EventSource.CLOSED) {
      again();
    }
  };
}
