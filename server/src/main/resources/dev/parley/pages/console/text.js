// Formats texts, times and numbers.

/** Characters that are invisible or change the direction of text. They are shown as numbers. */
const DECEPTIVE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A short text such as a key or a label, in which no character is invisible. */
export const plain = (text) =>
  String(text).replace(
    DECEPTIVE,
    (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );

/** The name of a session. */
export const title = (session) => plain(session.label || session.key);

/** The names of the roles. */
export const ROLES = {
  USER: "User",
  ASSISTANT: "Assistant",
  SYSTEM: "System",
  TOOL: "Tool",
  DEVELOPER: "Developer",
};

/** The author of a message. */
export const roleOf = ({ role }) => ROLES[role] ?? "Other";

/** The labels of a session, each as "name=value". */
export const labelsOf = ({ labels = {} }) =>
  Object.entries(labels).map(([name, value]) => `${name}=${plain(value)}`);

const TODAY = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const THIS_YEAR = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const EARLIER = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const NUMBER = new Intl.NumberFormat();

/** A short form of a time. */
export function shortTime(time) {
  const date = new Date(time);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) {
    return TODAY.format(date);
  }
  return (date.getFullYear() === now.getFullYear() ? THIS_YEAR : EARLIER).format(date);
}

export const wholeTime = (time) => WHOLE.format(new Date(time));

export const count = (number, what, many = `${what}s`) =>
  `${NUMBER.format(number)} ${Number(number) === 1 ? what : many}`;

export const number = (value) => NUMBER.format(value);

/** A number of bytes in a suitable unit. */
export function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${number(Number(value.toPrecision(3)))} ${units[unit]}`;
}

/** A duration in a suitable unit. */
export function duration(millis) {
  if (millis < 1000) {
    return `${Math.max(0, Math.round(millis))} ms`;
  }
  const seconds = millis / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Formatted JSON. */
export const pretty = (value) => JSON.stringify(value, null, 2);
