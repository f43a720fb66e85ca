// JSON as a foldable tree.

import { html, nothing } from "./lit-html/lit-html.js";
import { count, plain } from "./text.js";

const NODES_SHOWN = 400;
const DEPTH_SHOWN = 12;
const OPEN_NODES = 24;
const TEXT_SHOWN = 2000;

/** A value as a tree; null if it is too large for one. */
export function tree(value) {
  const nodes = size(value, 0);
  if (nodes > NODES_SHOWN) {
    return null;
  }
  return html`<div class="tree" dir="ltr">${branch(value, nothing, nodes <= OPEN_NODES, 0)}</div>`;
}

/** The number of nested values; above the maximum if the nesting is too deep. */
function size(value, depth) {
  if (depth > DEPTH_SHOWN) {
    return NODES_SHOWN + 1;
  }
  if (typeof value === "string") {
    return value.length > TEXT_SHOWN ? NODES_SHOWN + 1 : 1;
  }
  if (typeof value !== "object" || value === null) {
    return 1;
  }
  let sum = 1;
  for (const part of Object.values(value)) {
    sum += size(part, depth + 1);
    if (sum > NODES_SHOWN) {
      return sum;
    }
  }
  return sum;
}

function branch(value, name, isOpen, depth) {
  if (typeof value !== "object" || value === null || !Object.keys(value).length) {
    return html`<p class="leaf">${name}${leaf(value)}</p>`;
  }
  const entries = Array.isArray(value)
    ? value.map((part) => [nothing, part])
    : Object.entries(value).map(([key, part]) => [label(key), part]);
  const inner = entries.map(([key, part]) => branch(part, key, isOpen, depth + 1));
  if (depth === 0) {
    return inner;
  }
  return html`
    <details ?open=${isOpen}>
      <summary>${name}<span class="size">${Array.isArray(value)
        ? count(value.length, "item")
        : count(entries.length, "member")}</span></summary>
      <div class="inner">${inner}</div>
    </details>
  `;
}

const label = (key) => html`<span class="member"><bdi>${plain(key)}</bdi>: </span>`;

function leaf(value) {
  if (typeof value === "string") {
    return html`<span class="string"><bdi>${value}</bdi></span>`;
  }
  const shown = typeof value === "object" && value ? (Array.isArray(value) ? "[]" : "{}") : value;
  return html`<span class="value">${String(shown)}</span>`;
}
