// Secrets, which are shown once.

import { html } from "../lit-html/lit-html.js";
import { copy } from "../code.js";
import { show } from "../dialogs.js";

export const DAY_SECONDS = 86_400;

/** How long an old secret is still valid after a rotation, in seconds. */
export const OVERLAPS = [
  [0, "At once"],
  [3600, "After an hour"],
  [DAY_SECONDS, "After a day"],
  [7 * DAY_SECONDS, "After a week"],
];

/** Shows a secret. It is stored only in the dialog. */
export const showSecret = (heading, secret) =>
  show(
    heading,
    html`
      <p>Copy it now. It cannot be shown again.</p>
      <p class="named"><code id="secret">${secret}</code></p>
      <div><button type="button" @click=${(event) => copy(secret, event.target)}>Copy</button></div>
    `,
  );
