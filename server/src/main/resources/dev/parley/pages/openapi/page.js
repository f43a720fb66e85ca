// Shows the document of the API in ?api=.

import { GENERATORS, LANGUAGES } from "./snippets.js";

const CONTROL_CHARACTERS = "^[^\\u0000";
const DURATION = "^-?\\d+";

const links = [...document.querySelectorAll("nav a")];
const wanted = new URLSearchParams(location.search).get("api");
const chosen = links.find((link) => link.textContent === wanted) ?? links[0];
const api = chosen.textContent;

chosen.setAttribute("aria-current", "page");
document.title = `Parley: ${api}`;

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

/** Swagger UI shows random characters as the example of a text with a pattern. */
function readable(text) {
  return JSON.stringify(JSON.parse(text), function (name, value) {
    const { pattern, ...rest } = value ?? {};
    if (value?.type === "string" && pattern?.startsWith(CONTROL_CHARACTERS)) {
      return rest;
    }
    return value?.type === "string" && pattern?.startsWith(DURATION) && !this.in
      ? { ...value, example: "3600s" }
      : value;
  });
}

window.documentShown = new Promise((resolve) => {
  SwaggerUIBundle({
    url: `${api}.json`,
    domNode: document.getElementById("document"),
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    // Keys are kept no longer than the page.
    persistAuthorization: false,
    // Does not contact the online validator of the library.
    validatorUrl: null,
    requestSnippetsEnabled: true,
    requestSnippets: { generators: LANGUAGES, languages: Object.keys(LANGUAGES) },
    responseInterceptor: (response) => {
      if (response.ok && new URL(response.url).pathname.endsWith(`/openapi/${api}.json`)) {
        response.text = readable(response.text);
      }
      return response;
    },
    plugins: [
      () => ({
        fn: GENERATORS,
        // There is only one server, and the list of the library has no accessible name.
        components: { ServersContainer: () => null },
      }),
    ],
    onComplete: resolve,
  });
});
