// Keeps the place of who reads the transcript, while messages come in above and below.

const NEAR_PIXELS = 80;

/** The session that was drawn last. */
let drawn = {};

const scrolled = () => document.getElementById("transcript");

/** Whether the newest of what is loaded is in sight. */
export const isAtTheEnd = (scroll) => pixelsBelow(scroll) < NEAR_PIXELS;

export const pixelsBelow = (scroll) =>
  scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;

/** Whether this session has been drawn, so that its place is known. */
export const isDrawn = (open) => drawn.of === open;

/** Where the reader is. Ask before drawing. */
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

/** Brings the reader back to a place: where they were, or where they want to be. */
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
