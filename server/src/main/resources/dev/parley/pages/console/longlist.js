// Renders only the rows of a long list that are near the visible ones. All rows have the same
// height.

import { noChange } from "./lit-html/lit-html.js";
import { Directive, directive } from "./lit-html/directive.js";

/** Rows are rendered in steps of this size, so that not each scroll event renders. */
const STEP = 10;
let rowPixels = 60;

/** The list that was rendered last: its items, and the range of them in the document. */
let drawn = {};

const scrolled = () => document.getElementById("list");

/**
 * The range of items to render, without its end, and the height of the items before and after it.
 */
export function nearRows(list) {
  const { first, end } = range(list);
  const count = list.items.length;
  Object.assign(drawn, { first, end });
  return { first, end, above: first * rowPixels, below: (count - end) * rowPixels };
}

/** Whether other rows must be rendered after scrolling. */
export function hasMoved(list) {
  const { first, end } = range(list);
  return first !== drawn.first || end !== drawn.end;
}

function range({ items }) {
  const scroll = scrolled();
  rowPixels = scroll?.querySelector("li")?.getBoundingClientRect().height || rowPixels;
  const height = scroll?.clientHeight || innerHeight;
  const top = Math.min(scroll?.scrollTop ?? 0, Math.max(0, items.length * rowPixels - height));
  const step = STEP * rowPixels;
  return {
    first: Math.max(0, Math.floor(top / step) - 1) * STEP,
    end: Math.min(items.length, (Math.ceil((top + height) / step) + 1) * STEP),
  };
}

/** Sets the room through the style object, which the policy of the page allows. */
export const room = directive(
  class extends Directive {
    render() {
      return noChange;
    }

    update({ element }, [{ above, below }]) {
      element.style.paddingBlock = `${above}px ${below}px`;
      return noChange;
    }
  },
);

/** The first visible item. Must be called before rendering. */
export function itemInSight() {
  const scroll = scrolled();
  const index = Math.floor((scroll?.scrollTop ?? 0) / rowPixels);
  return { index, item: drawn.items?.[index] };
}

/**
 * Keeps a visible item at its position when others are added above it. A new list starts at the
 * top.
 */
export function keepItem(list, { index, item }, idOf) {
  const scroll = scrolled();
  if (!scroll) {
    drawn = {};
    return;
  }
  if (drawn.list !== list) {
    scroll.scrollTop = 0;
  } else if (index > 0 && item && drawn.items !== list.items) {
    const now = list.items.findIndex((each) => idOf(each) === idOf(item));
    if (now >= 0 && now !== index) {
      scroll.scrollTop += (now - index) * rowPixels;
    }
  }
  Object.assign(drawn, { list, items: list.items });
}
