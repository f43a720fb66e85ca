// A small chart of one value over time.

import { html } from "../lit-html/lit-html.js";

const { uPlot } = globalThis;
const HEIGHT = 110;
const DAY_SECONDS = 86_400;
const HALF_DAY_SECONDS = DAY_SECONDS / 2;
const SHORT = new Intl.NumberFormat(undefined, { notation: "compact" });
const DAY = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", timeZone: "UTC" });
const color = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

/** A chart of a line. Call set with times and values to show them. */
export const newChart = () => chart({ series: { width: 1.5 } });

/** A chart with a bar per day, in UTC. */
export const newDayChart = () =>
  chart({
    series: { width: 0, fill: color("--accent"), paths: uPlot.paths.bars({ size: [0.7, 40] }) },
    options: { tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") },
    x: { range: (any, low, high) => [low - HALF_DAY_SECONDS, high + HALF_DAY_SECONDS] },
    xAxis: {
      values: (any, days) =>
        days.map((day) => (day % DAY_SECONDS ? "" : DAY.format(day * 1000))),
    },
  });

function chart({ series, options = {}, x = {}, xAxis = {} }) {
  const element = document.createElement("div");
  element.className = "chart";
  element.setAttribute("aria-hidden", "true");
  const axis = {
    stroke: color("--soft"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  const plot = new uPlot(
    {
      width: 300,
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x, y: { range: (any, low, high) => [0, Math.max(high * 1.15, 1)] } },
      axes: [
        { ...axis, size: 22, space: 70, ...xAxis },
        { ...axis, size: 40, space: 30, values: (any, found) => found.map((y) => SHORT.format(y)) },
      ],
      series: [
        {},
        { stroke: color("--accent"), points: { show: false }, spanGaps: false, ...series },
      ],
      ...options,
    },
    [[], []],
    element,
  );
  const observer = new ResizeObserver(([{ contentRect }]) => {
    plot.setSize({ width: Math.floor(contentRect.width), height: HEIGHT });
  });
  observer.observe(element);
  return {
    element,
    set: (times, values) => plot.setData([times, values]),
    close: () => {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** A chart with its name and the last value. */
export const figure = (name, shown, chart) => html`
  <figure>
    <figcaption><span>${name}</span> <strong>${shown}</strong></figcaption>
    ${chart.element}
  </figure>
`;
