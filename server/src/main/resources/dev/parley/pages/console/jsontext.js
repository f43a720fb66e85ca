// Extracts parts of JSON as text. Parsing would change numbers and the order of members.

/** The elements of an array, or the members of an object with their names. */
export function pieces(json) {
  const found = [];
  let depth = 0;
  let start = 0;
  const take = (end) => {
    const piece = json.slice(start, end).trim();
    if (piece) {
      found.push(piece);
    }
    start = end + 1;
  };
  for (let at = 0; at < json.length; at++) {
    const c = json[at];
    if (c === '"') {
      at = endOfString(json, at);
    } else if (c === "{" || c === "[") {
      depth++;
      if (depth === 1) {
        start = at + 1;
      }
    } else if (c === "}" || c === "]") {
      depth--;
      if (depth === 0) {
        take(at);
      }
    } else if (c === "," && depth === 1) {
      take(at);
    }
  }
  return found;
}

/** The value of a member of an object; null if there is none. */
export function member(json, name) {
  for (const piece of pieces(json)) {
    const end = endOfString(piece, 0) + 1;
    if (JSON.parse(piece.slice(0, end)) === name) {
      return piece.slice(piece.indexOf(":", end) + 1).trim();
    }
  }
  return null;
}

/** Returns the end of a string: the next quote that is not escaped. */
function endOfString(json, start) {
  for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === "\\") {
      escapes++;
    }
    if (escapes % 2 === 0) {
      return at;
    }
  }
  return json.length;
}
