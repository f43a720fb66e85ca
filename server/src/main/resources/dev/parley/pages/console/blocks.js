// What messages say: text, blocks, calls of tools. All of it was written by others, and none of it
// is taken for anything but text; images are shown only if they are all here.

import { html, nothing } from "./lit-html/lit-html.js";
import { changed, state } from "./state.js";
import { plain, pretty } from "./text.js";

const CHARACTERS_SHOWN = 20_000;
const DEPTH_SHOWN = 8;
const IMAGE = /^image\/(png|jpeg|gif|webp)$/;
const IMAGE_DATA = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/;

/** The content of a message. Its id tells which of its long texts were unfolded. */
export function content(value, id) {
  if (typeof value === "string") {
    return text(value, id);
  }
  return Array.isArray(value) ? value.map((block, i) => one(block, `${id}/${i}`)) : nothing;
}

/** Folded JSON. */
export const json = (summary, value, id) => html`
  <details class="json">
    <summary>${plain(summary)}</summary>
    ${long(pretty(value), id, "code")}
  </details>
`;

function one(block, id, depth = 0) {
  const kind = isObject(block) && typeof block.type === "string" ? block.type : "";
  const shown = depth < DEPTH_SHOWN && KINDS[kind]?.(block, id, depth);
  return shown || json(kind ? `Block: ${kind}` : "Block", block, id);
}

/** How blocks of a known type look; nothing where they are not what their type says. */
const KINDS = {
  __proto__: null,
  text: (block, id) => isText(block.text) && text(block.text, id),
  input_text: (block, id) => isText(block.text) && text(block.text, id),
  output_text: (block, id) => isText(block.text) && text(block.text, id),
  thinking: (block, id) => isText(block.thinking) && thinking(block.thinking, id),
  reasoning: (block, id) => {
    const said = isText(block.text) ? block.text : joined(block.summary);
    return isText(said) && thinking(said, id);
  },
  refusal: (block, id) => isText(block.refusal) && text(block.refusal, id),
  tool_use: (block, id) => call(block.name, block.input, id),
  tool_call: (block, id) => call(block.name ?? block.tool_name, block.arguments, id),
  function_call: (block, id) => call(block.name, block.arguments, id),
  custom_tool_call: (block, id) => call(block.name, block.input, id),
  tool_result: (block, id, depth) => result(block, id, depth),
  function_call_output: (block, id, depth) => result({ content: block.output }, id, depth),
  custom_tool_call_output: (block, id, depth) => result({ content: block.output }, id, depth),
  image: (block) => image(source(block.source), block.alt),
  input_image: (block) => image(block.image_url),
  image_url: (block) => image(isText(block.image_url) ? block.image_url : block.image_url?.url),
};

/** The texts of parts; nothing if there are none. */
function joined(parts) {
  const texts = Array.isArray(parts) ? parts.map((part) => part?.text).filter(isText) : [];
  return texts.length > 0 ? texts.join("\n\n") : null;
}

const thinking = (value, id) => html`
  <details class="thinking">
    <summary>Reasoning</summary>
    ${text(value, id)}
  </details>
`;

/** A call of a tool, with its arguments: JSON, or text that may be JSON. */
function call(name, given, id) {
  if (!isText(name)) {
    return null;
  }
  return html`
    <div class="call">
      <p class="call-name">Called <code><bdi>${plain(name)}</bdi></code></p>
      ${given === undefined ? nothing : long(isText(given) ? given : pretty(given), id, "code")}
    </div>
  `;
}

function result(block, id, depth) {
  const inner = block.content;
  return html`
    <div class=${block.is_error === true ? "call failed" : "call"}>
      <p class="call-name">${block.is_error === true ? "Tool failed" : "Tool answered"}</p>
      ${isText(inner)
        ? long(inner, id, "code")
        : Array.isArray(inner)
          ? inner.map((part, i) => one(part, `${id}/${i}`, depth + 1))
          : json("Answer", inner ?? null, id)}
    </div>
  `;
}

const source = (given) =>
  isObject(given) && given.type === "base64" && IMAGE.test(given.media_type) && isText(given.data)
    ? `data:${given.media_type};base64,${given.data}`
    : given?.url;

function image(url, alt) {
  if (!isText(url)) {
    return null;
  }
  if (!IMAGE_DATA.test(url)) {
    return html`<p class="aside">An image that is elsewhere, and not loaded:
      <code><bdi>${plain(url.slice(0, 300))}</bdi></code></p>`;
  }
  return html`<img class="image" src=${url} alt=${isText(alt) ? alt : "Image in the message"}>`;
}

const text = (value, id) => long(value, id, "text");

/** Text, of which the beginning is shown first if it is very long. */
function long(value, id, kind) {
  const folded = value.length > CHARACTERS_SHOWN && !state.open.unfolded.has(id);
  const shown = folded ? value.slice(0, CHARACTERS_SHOWN) : value;
  return html`
    ${kind === "code"
      ? html`<pre class="code" dir="ltr" tabindex="0" role="group" aria-label="Code">${shown}</pre>`
      : html`<div class="text" dir="auto">${shown}</div>`}
    ${folded
      ? html`<button class="quiet" @click=${() => unfold(id)}>
          Show all ${value.length.toLocaleString()} characters
        </button>`
      : nothing}
  `;
}

function unfold(id) {
  state.open.unfolded.add(id);
  changed();
}

const isText = (value) => typeof value === "string";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
