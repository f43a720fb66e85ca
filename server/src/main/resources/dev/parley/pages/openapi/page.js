// Shows the document of the API that ?api= names.

const links = [...document.querySelectorAll("nav a")];
const wanted = new URLSearchParams(location.search).get("api");
const chosen = links.find((link) => link.textContent === wanted) ?? links[0];
const api = chosen.textContent;

chosen.setAttribute("aria-current", "page");
document.title = `Parley: ${api}`;
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
    // Sends nothing to the validator that the library has elsewhere.
    validatorUrl: null,
    // There is only one server, and the list of the library has no accessible name.
    plugins: [() => ({ components: { ServersContainer: () => null } })],
    onComplete: resolve,
  });
});
