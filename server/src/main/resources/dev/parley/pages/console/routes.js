// The fragment of the URL: page, or agent, kind of list, session and message, and the search and
// filter of the list. It never contains a key.

/** The kinds of lists. The list of messages contains the results of a search. */
export const KINDS = ["sessions", "archives", "messages"];

/** The pages other than the conversations. */
export const PAGES = ["overview", "runs", "keys", "webhooks", "audit", "retention", "settings"];

/** The parameters of searches and filters; see filter.js. */
const QUERY = [
  ..."q owner user client key label role since until archived".split(" "),
  ..."agent action state within runs in webhook".split(" "),
];

/**
 * The URL of a list, of one of its sessions, or of a message of the session.
 *
 * @param runs the state of the listed runs; none if absent
 * @param of the agent of the session
 */
export const href = (agentId, kind, { sessionId, sequence, query, runs, of } = {}) =>
  `#/${[agentId, kind, sessionId, sequence].filter(Boolean).map(encodeURIComponent).join("/")}` +
  search({ ...query, runs, in: sessionId && of !== agentId ? of : "" });

/** The URL of a page. */
export const pageHref = (page, query) => `#/${page}${search(query)}`;

/** The parts of a URL; null for absent parts. */
export function route(hash) {
  const [path, search = ""] = hash.replace(/^#\//, "").split(/\?(.*)/s);
  const [first, kind, sessionId, sequence] = path.split("/").map(decode);
  const isPage = PAGES.includes(first);
  return {
    page: isPage ? first : null,
    agentId: (!isPage && first) || null,
    kind: KINDS.includes(kind) ? kind : "sessions",
    sessionId: sessionId || null,
    sequence: /^[1-9][0-9]{0,17}$/.test(sequence) ? sequence : null,
    ...parse(search),
  };
}

/** Whether two queries are equal. */
export const sameQuery = (one, other) => search(one) === search(other);

function search(query = {}) {
  const given = QUERY.filter((name) => query[name]).map((name) => [name, query[name]]);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

function parse(search) {
  const given = new URLSearchParams(search);
  const { runs = null, in: of = null, ...query } = Object.fromEntries(
    QUERY.filter((name) => given.get(name)).map((name) => [name, given.get(name)]),
  );
  return { query, runs, of };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
