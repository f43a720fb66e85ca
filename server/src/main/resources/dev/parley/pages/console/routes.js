// The fragment of the address: agent, kind of list, session, message. It never contains a key.

/** The kinds of lists. The list of messages contains the results of a search. */
export const KINDS = ["sessions", "archives", "messages"];

/** The address of a list, of one of its sessions, or of a message of the session. */
export const href = (agentId, kind, sessionId, sequence) =>
  `#/${[agentId, kind, sessionId, sequence].filter(Boolean).map(encodeURIComponent).join("/")}`;

/** The parts of an address; null for parts that are absent. */
export function route(hash) {
  const [agentId, kind, sessionId, sequence] = hash.replace(/^#\//, "").split("/").map(decode);
  return {
    agentId: agentId || null,
    kind: KINDS.includes(kind) ? kind : "sessions",
    sessionId: sessionId || null,
    sequence: /^[1-9][0-9]{0,17}$/.test(sequence) ? sequence : null,
  };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
