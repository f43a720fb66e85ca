// Finds out what the key may do. No RPC reports this, so the console sends requests that change
// nothing: the server checks the scope of a request before anything else.

import { ApiError, agentPath, call, sessionPath } from "./api.js";

const NO_SESSION = "00000000-0000-0000-0000-000000000000";

/**
 * What a key may do: manage sessions, list the runs of all sessions, manage the keys of an owner and
 * its webhooks, unless the server has none, and operate the server.
 */
export const NOTHING = {
  owner: false,
  runs: false,
  webhooks: false,
  operator: false,
  manage: false,
};

/**
 * Finds out what the key may do. A key has the same scopes for all agents, so one agent is enough.
 */
export async function access(agentId, as) {
  const [owner, webhooks, operator] = await Promise.all([
    may("GET", "/v1/keys", { query: { pageSize: 1 }, as }),
    may("GET", "/v1/webhooks", { query: { pageSize: 1 }, as }),
    may("GET", "/v1/retention/preview", { query: { pageSize: 1 }, as }),
  ]);
  const [manage, runs] = await Promise.all([
    owner || (Boolean(agentId) && manages(agentId, as)),
    owner || (Boolean(agentId) && listsRuns(agentId, as)),
  ]);
  return { owner, runs, webhooks, operator, manage };
}

/** Tries to change a session that does not exist. */
const manages = (agentId, as) =>
  may("PATCH", sessionPath(agentId, NO_SESSION), {
    query: { updateMask: "label" },
    body: {},
    as,
  });

/** User tokens list the runs of one session only. */
const listsRuns = (agentId, as) =>
  may("GET", `${agentPath(agentId)}/sessions/-/runs`, { query: { pageSize: 1 }, as });

async function may(method, path, options) {
  try {
    await call(method, path, options);
    return true;
  } catch (e) {
    const isRefused = [400, 403].includes(e.status) || e.reason === "WEBHOOKS_OFF";
    return !(e instanceof ApiError && isRefused);
  }
}
