// The metrics of the server in the format of Prometheus, and the values for charts.

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const APPENDS = /Append|CreateItems|CreateConversation/;
const STREAMS = /Watch|CreateBackup/;
const QUANTILE = 0.99;
const MILLIS = 1000;

/** Reads the metrics. They need no key. */
export async function readMetrics() {
  const answer = await fetch("/metrics", { cache: "no-store", credentials: "omit" });
  if (!answer.ok) {
    throw new Error(`The metrics cannot be read: ${answer.status}.`);
  }
  return sample(parse(await answer.text()));
}

function parse(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const [, name, labels, value] = LINE.exec(line) ?? [];
    if (name?.startsWith("parley_")) {
      const pairs = [...(labels ?? "").matchAll(LABEL)].map(([, label, text]) => [label, text]);
      found.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
    }
  }
  return found;
}

/** The counters from which charts derive rates, and the current values. */
function sample(metrics) {
  const gauge = (name) => metrics.find((metric) => metric.name === name)?.value ?? null;
  const calls = metrics.filter(
    ({ name, labels }) => name === "parley_calls_total" && labels.api !== "operations",
  );
  const sum = (wanted) => calls.filter(wanted).reduce((all, { value }) => all + value, 0);
  return {
    time: Date.now() / MILLIS,
    calls: sum(() => true),
    appends: sum(({ labels }) => labels.outcome === "OK" && APPENDS.test(labels.rpc)),
    errors: sum(({ labels }) => labels.outcome !== "OK" && labels.outcome !== "CANCELLED"),
    buckets: buckets(metrics),
    messages: gauge("parley_store_messages"),
    bytes: sizeOf(gauge("parley_store_disk_bytes"), gauge("parley_store_memtables_bytes")),
    watches: gauge("parley_watches"),
    inFlight: gauge("parley_calls_in_flight"),
    lag: gauge("parley_search_lag_seconds"),
  };
}

/**
 * The size of the store. What the embedded store has not written to a table file yet is in its
 * memtables and in its log.
 */
const sizeOf = (disk, memtables) => (disk === null ? null : disk + (memtables ?? 0));

/**
 * The number of calls up to each bound of the histogram. Streams are left out, because clients
 * decide how long they last.
 */
function buckets(metrics) {
  const found = new Map();
  for (const { name, labels, value } of metrics) {
    if (
      name === "parley_call_seconds_bucket" &&
      labels.api !== "operations" &&
      !STREAMS.test(labels.rpc)
    ) {
      const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
      found.set(bound, (found.get(bound) ?? 0) + value);
    }
  }
  return [...found].sort(([one], [other]) => one - other);
}

/** The rate of a counter between two samples; null if the server was restarted. */
export function rate(before, now, name) {
  const grown = now[name] - before[name];
  return grown < 0 ? null : grown / (now.time - before.time);
}

/** The 99th percentile of the calls between two samples, in milliseconds; null without calls. */
export function slowest(before, now) {
  const earlier = new Map(before.buckets);
  const grown = now.buckets.map(([bound, calls]) => [bound, calls - (earlier.get(bound) ?? 0)]);
  const all = grown.at(-1)?.[1] ?? 0;
  if (all <= 0) {
    return null;
  }
  const wanted = all * QUANTILE;
  let [low, below] = [0, 0];
  for (const [bound, calls] of grown) {
    if (calls >= wanted) {
      const within = (wanted - below) / (calls - below);
      return (bound === Infinity ? low : low + (bound - low) * within) * MILLIS;
    }
    [low, below] = [bound, calls];
  }
  return null;
}
