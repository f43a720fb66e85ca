// A small chart of one value over time.

import { html } from "../lit-html/lit-html.js";

const { uPlot } = globalThis;
const HEIGHT = 110;
const color = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

/** A chart. Call set with times and values to show them. */
export function newChart() {
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
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (any, low, high) => [0, Math.max(high * 1.15, 1)] } },
      axes: [
        { ...axis, size: 22, space: 70 },
        { ...axis, size: 44, space: 30 },
      ],
      series: [
        {},
        { stroke: color("--accent"), width: 1.5, points: { show: false }, spanGaps: false },
      ],
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
