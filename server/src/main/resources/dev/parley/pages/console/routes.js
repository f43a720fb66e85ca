// What the fragment of the address says: agent, kind of list, session. Never a key.

/** The address of a list, or of one of its sessions. */
export const href = (agentId, kind, sessionId) =>
  `#/${[agentId, kind, sessionId].filter(Boolean).map(encodeURIComponent).join("/")}`;

/** What an address names; null where it names nothing. */
export function route(hash) {
  const [agentId, kind, sessionId] = hash.replace(/^#\//, "").split("/").map(decode);
  return {
    agentId: agentId || null,
    kind: kind === "archives" ? "archives" : "sessions",
    sessionId: sessionId || null,
  };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
