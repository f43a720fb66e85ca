// Requests as code, in the languages of CLIENTS.md. The code reads the key from the environment.

const BEARER = /^Bearer .+/;

/** The languages in their order. */
export const LANGUAGES = {
  curl_bash: { title: "curl", syntax: "bash" },
  java: { title: "Java", syntax: "java" },
  python: { title: "Python", syntax: "python" },
  typescript: { title: "TypeScript", syntax: "javascript" },
};

/** The functions that Swagger UI calls. It expects these names. */
export const GENERATORS = {
  requestSnippetGenerator_curl_bash: (request) => curl(partsOf(request)),
  requestSnippetGenerator_java: (request) => java(partsOf(request)),
  requestSnippetGenerator_python: (request) => python(partsOf(request)),
  requestSnippetGenerator_typescript: (request) => typescript(partsOf(request)),
};

function partsOf(request) {
  const { url, method, headers = {}, body } = request.toJS();
  return {
    url,
    method,
    headers: Object.entries(headers),
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** A text as one word of a shell. Highlighters do not know a backslash between quotes. */
const word = (text) => `'${text.replaceAll("'", `'"'"'`)}'`;

/** A JSON string is also a valid string literal in Java, Python and TypeScript. */
const quoted = (text) => JSON.stringify(text);

/** What precedes the key in the value of a header; null for a header without a key. */
function beforeKey(name, value) {
  if (name.toLowerCase() === "apikey") {
    return "";
  }
  return BEARER.test(value) ? "Bearer " : null;
}

/** The value of a header as an expression. */
function header(name, value, key, join) {
  const before = beforeKey(name, value);
  if (before === null) {
    return quoted(value);
  }
  return before ? `${quoted(before)} ${join} ${key}` : key;
}

const curl = ({ url, method, headers, body }) =>
  [
    `curl -X ${method} ${word(url)}`,
    ...headers.map(([name, value]) => {
      const before = beforeKey(name, value);
      const line = before === null ? word(`${name}: ${value}`) : `"${name}: ${before}$PARLEY_KEY"`;
      return `  -H ${line}`;
    }),
    ...(body === undefined ? [] : [`  --data-raw ${word(body)}`]),
  ].join(" \\\n");

const java = ({ url, method, headers, body }) => `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

public class Call {
  public static void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(${quoted(url)}))
${headers
  .map(([name, value]) => {
    const shown = header(name, value, 'System.getenv("PARLEY_KEY")', "+");
    return `        .header(${quoted(name)}, ${shown})\n`;
  })
  .join("")}        .method(${quoted(method)}, HttpRequest.BodyPublishers.${
    body === undefined ? "noBody()" : `ofString(${quoted(body)})`
  })
        .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    System.out.println(response.statusCode() + " " + response.body());
  }
}`;

const python = ({ url, method, headers, body }) => `import os
import urllib.request

request = urllib.request.Request(
    ${quoted(url)},
    method=${quoted(method)},
    headers={
${headers
  .map(([name, value]) => {
    const shown = header(name, value, 'os.environ["PARLEY_KEY"]', "+");
    return `        ${quoted(name)}: ${shown},\n`;
  })
  .join("")}    },${body === undefined ? "" : `\n    data=${quoted(body)}.encode(),`}
)
with urllib.request.urlopen(request, timeout=30) as response:
    print(response.status, response.read().decode())`;

const typescript = ({ url, method, headers, body }) => `const response = await fetch(${quoted(url)}, {
  method: ${quoted(method)},
  headers: {
${headers
  .map(([name, value]) => {
    const shown = header(name, value, "process.env.PARLEY_KEY", "+");
    return `    ${quoted(name)}: ${shown},\n`;
  })
  .join("")}  },${body === undefined ? "" : `\n  body: ${quoted(body)},`}
});
console.log(response.status, await response.text());`;
