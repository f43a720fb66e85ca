// Keeps the scroll position of the transcript when messages are added above and below.

const NEAR_PIXELS = 80;

/** The session that was rendered last. */
let drawn = {};

const scrolled = () => document.getElementById("transcript");

/** Whether the newest loaded message is visible. */
export const isAtTheEnd = (scroll) => pixelsBelow(scroll) < NEAR_PIXELS;

export const pixelsBelow = (scroll) =>
  scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;

/** Whether this session has been rendered, so that its scroll position is known. */
export const isDrawn = (open) => drawn.of === open;

/** The scroll position. Must be read before rendering. */
export function placeNow() {
  const scroll = scrolled();
  if (!scroll) {
    return {};
  }
  const top = scroll.getBoundingClientRect().top;
  const seen = [...scroll.querySelectorAll("li.message")].find(
    (message) => message.getBoundingClientRect().bottom > top,
  );
  return {
    atTheEnd: isAtTheEnd(scroll),
    sequence: seen?.dataset.sequence,
    offset: seen?.getBoundingClientRect().top,
  };
}

/** Scrolls to a position: the previous one, or a requested one. */
export function keepPlace(open, before) {
  const scroll = scrolled();
  if (!scroll || !open?.session) {
    return;
  }
  const last = open.messages.at(-1)?.sequence;
  const found = scroll.querySelector(".found");
  const hasGrown = drawn.last !== last && !drawn.newer && !open.newer;
  if (drawn.of !== open && found) {
    found.scrollIntoView({ block: "center" });
  } else if (open.goTo === "start") {
    scroll.scrollTop = 0;
  } else if (drawn.of !== open || open.goTo === "end" || (before.atTheEnd && hasGrown)) {
    scroll.scrollTop = scroll.scrollHeight;
  } else {
    stayAt(scroll, before);
  }
  open.goTo = null;
  drawn = { of: open, last, newer: open.newer };
}

function stayAt(scroll, { sequence, offset }) {
  const message = sequence && scroll.querySelector(`li[data-sequence="${sequence}"]`);
  const moved = message ? message.getBoundingClientRect().top - offset : 0;
  if (moved) {
    scroll.scrollTop += moved;
  }
}
