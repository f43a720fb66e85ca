// Renders Markdown. The text is untrusted, so two libraries protect the page: markdown-it shows
// HTML as text, and DOMPurify keeps only the elements and attributes listed here.

import "./markdown-it/dist/markdown-it.min.js";
import "./dompurify/dist/purify.min.js";
import { codeBlock } from "./code.js";
import { IMAGE_DATA, picture } from "./images.js";

const { DOMPurify, markdownit } = globalThis;
const LINK = /^(?:https?:\/\/|mailto:)/i;
const IMAGE_CLASS = "md-image";
const HEADING_OFFSET = 2;
const HEADING_MAX = 6;

/** Without id and name, so that no element can replace a property of the document. */
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."a blockquote br code del em h3 h4 h5 h6 hr li ol p pre s strong".split(" "),
    ..."table tbody td th thead tr ul".split(" "),
  ],
  ALLOWED_ATTR: ["href", "title", "align", "start", "class", "data-lang"],
  ADD_URI_SAFE_ATTR: ["title", "align", "start", "class", "data-lang"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp);base64,)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const parser = markdownit({ html: false, linkify: true, breaks: true, typographer: false });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = (url) => LINK.test(url) || IMAGE_DATA.test(url);
parser.core.ruler.push("parley", adapt);

const { escapeHtml } = parser.utils;
parser.renderer.rules.fence = (tokens, i) => {
  const language = tokens[i].info.trim().split(/\s+/)[0];
  const code = escapeHtml(tokens[i].content);
  return `<pre><code data-lang="${escapeHtml(language)}">${code}</code></pre>`;
};
parser.renderer.rules.code_block = (tokens, i) =>
  `<pre><code>${escapeHtml(tokens[i].content)}</code></pre>`;
parser.renderer.rules.image = (tokens, i) =>
  `<a class="${IMAGE_CLASS}" href="${escapeHtml(tokens[i].attrGet("src"))}">` +
  `${escapeHtml(tokens[i].content)}</a>`;

/** Headings are below those of the page. Alignment uses no inline styles. */
function adapt({ tokens }) {
  for (const token of tokens) {
    if (token.type.startsWith("heading")) {
      token.tag = `h${Math.min(Number(token.tag[1]) + HEADING_OFFSET, HEADING_MAX)}`;
    }
    const style = token.attrGet("style");
    if (style) {
      token.attrs = token.attrs.filter(([name]) => name !== "style");
      token.attrSet("align", style.split(":")[1]);
    }
  }
}

/** Renders the text as an element. */
export function markdown(text) {
  const element = document.createElement("div");
  element.className = "text md";
  element.dir = "auto";
  const shown = DOMPurify.sanitize(parser.render(text), ALLOWED);
  shown.querySelectorAll("[class]").forEach((each) => {
    if (each.className !== IMAGE_CLASS) {
      each.removeAttribute("class");
    }
  });
  shown.querySelectorAll("a").forEach((each) => finishLink(each));
  shown.querySelectorAll("pre").forEach((pre) => {
    const language = pre.firstElementChild?.dataset.lang ?? "";
    pre.replaceWith(codeBlock(pre.textContent.replace(/\n$/, ""), language));
  });
  shown.querySelectorAll("table").forEach(makeScroll);
  shown.querySelectorAll("li").forEach(checkBox);
  element.append(shown);
  return element;
}

function finishLink(link) {
  const url = link.getAttribute("href") ?? "";
  if (link.className === IMAGE_CLASS) {
    link.replaceWith(picture(url, link.textContent));
  } else if (LINK.test(url)) {
    link.rel = "noopener noreferrer";
    link.target = "_blank";
  } else {
    link.replaceWith(...link.childNodes);
  }
}

/** A wide table scrolls on its own, also with the keyboard. */
function makeScroll(table) {
  const around = document.createElement("div");
  around.className = "table";
  around.tabIndex = 0;
  around.setAttribute("role", "group");
  around.setAttribute("aria-label", "Table");
  table.replaceWith(around);
  around.append(table);
}

/** Items of task lists begin with "[ ]" or "[x]". */
function checkBox(item) {
  const first = item.firstElementChild?.tagName === "P" ? item.firstElementChild : item;
  const start = first.firstChild;
  const box = start?.nodeType === Node.TEXT_NODE && /^\s*\[([ xX])\]\s/.exec(start.data);
  if (box) {
    start.data = `${box[1] === " " ? "☐" : "☑"} ${start.data.slice(box[0].length)}`;
    item.className = "task";
  }
}
