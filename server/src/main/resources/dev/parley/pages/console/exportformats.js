// The texts of exported sessions, in parts, each with the number of messages so far.

import { callForText, sessionPath } from "./api.js";
import { member, pieces } from "./jsontext.js";
import { isObject, isText } from "./parts.js";

const PAGE_SIZE = 1000;
const BREAKS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;
const FENCE_MIN = 3;

/**
 * JSON Lines in the format of `parley export`. Content and metadata are copied from the responses
 * as text, because parsing would change numbers and the order of members.
 */
export async function* jsonLines(agentId, sessionId, signal) {
  const path = sessionPath(agentId, sessionId);
  const text = await callForText("GET", path, { signal });
  const session = JSON.parse(text);
  const never = session.ttl === undefined && session.expireTime === undefined;
  // Without this field, an import would apply the default of its agent.
  const whole = never ? text.trim().replace(/\}$/, ',"ttl":"0s"}') : text;
  yield { text: line({ session: whole }), messages: 0 };
  const key = JSON.stringify(session.key);
  for await (const run of list(`${path}/runs`, "runs", signal)) {
    const { runId } = JSON.parse(run);
    const at = `${path}/runs/${encodeURIComponent(runId)}/retrievedContext`;
    const context = await callForText("GET", at, { signal });
    const hasContext = pieces(member(context, "items") ?? "[]").length > 0;
    const text = line({ key, run }) + (hasContext ? line({ key, retrievedContext: context }) : "");
    yield { text, messages: 0 };
  }
  let messages = 0;
  for await (const found of pages(`${path}/messages`, "messages", signal)) {
    messages += found.length;
    yield { text: found.map((message) => line({ key, message })).join(""), messages };
  }
  if (session.archiveTime) {
    yield { text: line({ key, archived: "true" }), messages };
  }
}

/**
 * Markdown in the format of `parley export --format markdown`: text unchanged, other blocks as
 * JSON.
 */
export async function* markdown(agentId, sessionId, signal) {
  const path = sessionPath(agentId, sessionId);
  const session = JSON.parse(await callForText("GET", path, { signal }));
  const facts = [
    ["Key", oneLine(session.key)],
    ["Session", session.sessionId],
    ["Created", session.createTime],
    ["Updated", session.updateTime],
    ["Archived", session.archiveTime],
  ].filter(([, value]) => value);
  const title = oneLine(session.label?.trim() ? session.label : session.key);
  yield {
    text: `# ${title}\n\n${facts.map(([name, value]) => `- ${name}: ${value}\n`).join("")}\n`,
    messages: 0,
  };
  let messages = 0;
  for await (const found of pages(`${path}/messages`, "messages", signal)) {
    messages += found.length;
    yield { text: found.map((message) => asMarkdown(JSON.parse(message))).join(""), messages };
  }
}

function asMarkdown({ role, clientTime, createTime, content }) {
  const name = role[0] + role.slice(1).toLowerCase();
  const blocks = isText(content) ? [{ type: "text", text: content }] : content;
  return `## ${name} · ${clientTime ?? createTime}\n\n${blocks.map(block).join("")}`;
}

function block(given) {
  if (isObject(given) && given.type === "text" && isText(given.text)) {
    return `${given.text}\n\n`;
  }
  return given?.type === "tool_use"
    ? `Tool call: ${oneLine(given.name)}\n\n${fenced(given.input)}`
    : fenced(given);
}

/** JSON in a code block. Its fence is longer than each sequence of backticks in the JSON. */
function fenced(given) {
  const json = JSON.stringify(given) ?? "";
  const longest = Math.max(0, ...(json.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(FENCE_MIN, longest + 1));
  return `${fence}json\n${json}\n${fence}\n\n`;
}

const oneLine = (text) => String(text ?? "").replace(BREAKS, " ");

/** One JSON object in a line. Line breaks between its values become spaces. */
const line = (members) =>
  `{${Object.entries(members)
    .map(([name, json]) => `"${name}":${json.trim().replace(/[\n\r]/g, " ")}`)
    .join(",")}}\n`;

async function* list(path, field, signal) {
  for await (const page of pages(path, field, signal)) {
    yield* page;
  }
}

/** The pages of a list, the oldest first. Each has the elements as JSON text. */
async function* pages(path, field, signal) {
  let pageToken;
  do {
    const query = { pageSize: PAGE_SIZE, order: "OLDEST_FIRST", pageToken };
    const text = await callForText("GET", path, { query, signal });
    yield pieces(member(text, field) ?? "[]");
    pageToken = JSON.parse(member(text, "nextPageToken"));
  } while (pageToken);
}
