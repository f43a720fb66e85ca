// The native REST API, called with the key that the user signed in with.

const KEY = "parley.key";

/** An error with the message of the API. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? `The server answered ${status}.`);
    this.status = status;
    this.reason = error?.details?.[0]?.reason ?? "";
  }
}

/** The key, which is lost when the tab is closed; null before sign-in. */
export const key = () => sessionStorage.getItem(KEY);
export const keep = (given) => sessionStorage.setItem(KEY, given);
export const forget = () => sessionStorage.removeItem(KEY);

/** Calls a route and returns the body of the response. Empty query values are left out. */
export async function call(method, path, options) {
  const text = await callForText(method, path, options);
  return text ? parse(text) : {};
}

/** The same, with the body as text. */
export async function callForText(method, path, { query = {}, body, as = key(), signal } = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const answer = await send(given.length ? `${path}?${new URLSearchParams(given)}` : path, {
    method,
    headers: {
      authorization: `Bearer ${as}`,
      ...(body && { "content-type": "application/json" }),
    },
    body: body && JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal,
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new ApiError(answer.status, parse(text)?.error);
  }
  return text;
}

export const agentPath = (agentId) => `/v1/agents/${encodeURIComponent(agentId)}`;

export const sessionPath = (agentId, sessionId) =>
  `${agentPath(agentId)}/sessions/${encodeURIComponent(sessionId)}`;

async function send(url, request) {
  try {
    return await fetch(url, request);
  } catch {
    throw new ApiError(0, { message: "The server cannot be reached." });
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
