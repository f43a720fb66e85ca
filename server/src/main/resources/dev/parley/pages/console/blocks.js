// The contents of messages: text, blocks, tool calls. All of it is untrusted. Text is shown as
// Markdown or unchanged, everything else as text or JSON.

import { html, nothing } from "./lit-html/lit-html.js";
import { picture } from "./images.js";
import { cached, code, isObject, isText, text, value } from "./parts.js";
import { count, plain } from "./text.js";

const DEPTH_SHOWN = 8;
const IMAGE = /^image\/(png|jpeg|gif|webp)$/;

/**
 * The content of a message. The id of the message identifies its unfolded texts.
 *
 * @param how whether text is shown raw, or as code, because a tool produced it
 */
export function content(given, id, how) {
  if (isText(given)) {
    return text(given, id, how);
  }
  return Array.isArray(given)
    ? given.map((block, i) => one(block, `${id}/${i}`, how))
    : nothing;
}

/** Folded JSON. */
export const json = (summary, given, id) => html`
  <details class="json">
    <summary>${plain(summary)}</summary>
    ${value(given, id)}
  </details>
`;

function one(block, id, how, depth = 0) {
  const kind = isObject(block) && isText(block.type) ? block.type : "";
  const shown = depth < DEPTH_SHOWN && KINDS[kind]?.(block, id, how, depth);
  return shown || json(kind ? `Block: ${kind}` : "Block", block, id);
}

/**
 * Templates of the known types of blocks. They return nothing for a block that does not match its
 * type.
 */
const KINDS = {
  __proto__: null,
  text: (block, id, how) => isText(block.text) && text(block.text, id, how),
  input_text: (block, id, how) => isText(block.text) && text(block.text, id, how),
  output_text: (block, id, how) => isText(block.text) && text(block.text, id, how),
  thinking: (block, id, how) => isText(block.thinking) && thinking(block.thinking, id, how),
  reasoning: (block, id, how) => {
    const said = isText(block.text) ? block.text : joined(block.summary);
    return isText(said) && thinking(said, id, how);
  },
  refusal: (block, id, how) => isText(block.refusal) && text(block.refusal, id, how),
  tool_use: (block, id) => call(block.name, block.input, id),
  // The form of OpenClaw and pi, and then the one of the AI SDK.
  toolCall: (block, id) => call(block.name, block.arguments, id),
  "tool-call": (block, id) => call(block.toolName, block.input ?? block.args, id),
  tool_call: (block, id) => call(block.name ?? block.tool_name, block.arguments, id),
  function_call: (block, id) => call(block.name, block.arguments, id),
  custom_tool_call: (block, id) => call(block.name, block.input, id),
  tool_result: (block, id, how, depth) => result(block, id, depth),
  toolResult: (block, id, how, depth) => result(block, id, depth),
  "tool-result": (block, id, how, depth) => result(outputOf(block), id, depth),
  function_call_output: (block, id, how, depth) => result({ content: block.output }, id, depth),
  custom_tool_call_output: (block, id, how, depth) => result({ content: block.output }, id, depth),
  image: (block, id) => image(source(block), id, block.alt),
  input_image: (block, id) => image(block.image_url, id),
  image_url: (block, id) =>
    image(isText(block.image_url) ? block.image_url : block.image_url?.url, id),
};

/** The texts of parts; nothing if there are none. */
function joined(parts) {
  const texts = Array.isArray(parts) ? parts.map((part) => part?.text).filter(isText) : [];
  return texts.length > 0 ? texts.join("\n\n") : null;
}

const thinking = (given, id, how) => html`
  <details class="thinking">
    <summary>Reasoning</summary>
    ${text(given, id, how)}
  </details>
`;

/** A tool call with its arguments, which are JSON or text that may be JSON. */
function call(name, given, id) {
  if (!isText(name)) {
    return null;
  }
  return html`
    <details class="call" open>
      <summary class="call-name">Called <code><bdi>${plain(name)}</bdi></code></summary>
      ${given === undefined ? nothing : isText(given) ? code(given, id) : value(given, id)}
    </details>
  `;
}

/** A result of the AI SDK. Newer versions wrap the output in an object that names its type. */
function outputOf({ output, result: older, isError }) {
  const typed = isObject(output) && isText(output.type) && "value" in output;
  return {
    content: typed ? output.value : (output ?? older),
    isError: isError ?? (typed && output.type.startsWith("error-")),
  };
}

function result(block, id, depth) {
  const inner = block.content;
  const failed = (block.is_error ?? block.isError) === true;
  return html`
    <details class=${failed ? "call failed" : "call"} open>
      <summary class="call-name">${failed ? "Tool failed" : "Tool answered"}
        ${isText(inner) && inner.length > 1000
          ? html`<span class="size">${count(inner.length, "character")}</span>`
          : nothing}</summary>
      ${isText(inner)
        ? code(inner, id)
        : Array.isArray(inner)
          ? inner.map((part, i) => one(part, `${id}/${i}`, { tool: true }, depth + 1))
          : json("Answer", inner ?? null, id)}
    </details>
  `;
}

/** The URL of an image whose data is in its source, or in the block itself. */
function source({ source: given, data, mimeType }) {
  const [type, base64] =
    isObject(given) && given.type === "base64" ? [given.media_type, given.data] : [mimeType, data];
  return isText(type) && IMAGE.test(type) && isText(base64)
    ? `data:${type};base64,${base64}`
    : given?.url;
}

const image = (url, id, alt) =>
  isText(url)
    ? cached(id, url, () => picture(url, isText(alt) ? alt : ""))
    : null;
