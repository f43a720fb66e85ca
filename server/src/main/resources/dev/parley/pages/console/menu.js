// The links to the pages. Where there is no room for them in a row, a button shows them.

import { html, nothing } from "./lit-html/lit-html.js";
import { offered } from "./ops/page.js";
import { href, pageHref } from "./routes.js";
import { changed, state } from "./state.js";

const CONVERSATIONS = "Conversations";

addEventListener("hashchange", () => setOpen(false));
addEventListener("pointerdown", ({ target }) => {
  if (!target.closest?.(".menu")) {
    setOpen(false);
  }
});

/** The pages that the key may see. */
export function menu() {
  const shown = state.page?.name ?? "";
  const list = href(state.agentId, state.list?.kind, { query: state.list?.query });
  const pages = [
    ["", CONVERSATIONS, list],
    ...offered().map(([name, title]) => [name, title, pageHref(name)]),
  ];
  const title = pages.find(([name]) => name === shown)?.[1] ?? CONVERSATIONS;
  return html`
    <div class=${state.menuOpen ? "menu open" : "menu"} @focusout=${onFocusOut} @keydown=${onKey}>
      <button id="menu" aria-label="Pages: ${title}" aria-controls="pages"
        aria-expanded=${state.menuOpen ? "true" : "false"}
        @click=${() => setOpen(!state.menuOpen)}>${title}</button>
      <nav id="pages" class="pages" aria-label="Pages" @click=${() => setOpen(false)}
        @mousedown=${keepFocus}>
        ${pages.map(
          ([name, text, address]) => html`<a href=${address}
            aria-current=${name === shown ? "page" : nothing}>${text}</a>`,
        )}
      </nav>
    </div>
  `;
}

function setOpen(open) {
  if (state.menuOpen !== open) {
    state.menuOpen = open;
    changed();
  }
}

/** Otherwise the menu would close before the click in browsers that do not focus links. */
function keepFocus(event) {
  event.preventDefault();
}

function onFocusOut({ currentTarget, relatedTarget }) {
  if (!currentTarget.contains(relatedTarget)) {
    setOpen(false);
  }
}

function onKey(event) {
  if (event.key === "Escape" && state.menuOpen) {
    setOpen(false);
    document.getElementById("menu").focus();
  }
}
