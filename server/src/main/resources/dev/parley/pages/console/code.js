// Blocks of code: highlighted, with a button that copies them.

import "./dompurify/dist/purify.min.js";
import { say } from "./state.js";

const { DOMPurify, hljs } = globalThis;
const CHARACTERS_HIGHLIGHTED = 50_000;
const COPIED_MILLIS = 2000;
const DIFF = /^(?:diff --git |Index: |--- [^\n]*\n\+\+\+ |\*\*\* Begin Patch|@@ -\d)/m;
const SPANS = { ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"], RETURN_DOM_FRAGMENT: true };

/** Whether a text is a unified diff, or contains one. */
export const isDiff = (text) => DIFF.test(text);

/** A block of code. Without the name of a language, only diffs are coloured. */
export function codeBlock(text, language = "") {
  const known = hljs.getLanguage(language) ? language : isDiff(text) ? "diff" : "";
  const block = document.createElement("div");
  block.className = "code-block";
  const bar = document.createElement("div");
  const name = document.createElement("span");
  name.textContent = (language || known).slice(0, 40);
  bar.className = name.textContent ? "code-bar" : "code-bar bare";
  bar.append(name, copyButton(text));
  const pre = document.createElement("pre");
  pre.className = "code";
  pre.dir = "ltr";
  pre.tabIndex = 0;
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", name.textContent ? `Code, ${name.textContent}` : "Code");
  pre.append(known && text.length <= CHARACTERS_HIGHLIGHTED ? highlighted(text, known) : text);
  block.append(bar, pre);
  return block;
}

function highlighted(text, language) {
  const { value } = hljs.highlight(text, { language, ignoreIllegals: true });
  return DOMPurify.sanitize(value, SPANS);
}

function copyButton(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = "Copy";
  button.addEventListener("click", () => copy(text, button));
  return button;
}

/** Copies a text to the clipboard, and shows that on the button. */
export async function copy(text, button) {
  let done = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    done = copyBySelection(text) ? "Copied" : "Not copied";
  }
  const { textContent } = button;
  button.textContent = done;
  say(`${done}.`);
  setTimeout(() => (button.textContent = textContent), COPIED_MILLIS);
}

/** This API also works on pages without TLS. */
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
