// One measure as grouped columns: the first key along the axis, the second key as
// colours. A withheld value is drawn as a hatched stub of one fixed height, so that its
// size says nothing. The table beside it holds the same facts as text.

import { Table } from "./api.js";
import { svg } from "./dom.js";
import { orderedRows } from "./result_table.js";
import { groupDigits, isMoney, say, sayKey, sayNumber, WITHHELD } from "./words.js";

const WIDTH = 960;
const HEIGHT = 380;
const MARGIN = { top: 18, right: 12, bottom: 74, left: 76 };
const STUB_HEIGHT = 14;
const GROUPS_MAX = 40;
const SERIES_MAX = 6;

interface Bar {
  readonly group: string;
  readonly series: string;
  readonly value: number | null; // null: withheld
}

/** Measures that can be drawn: columns beside the keys. */
export function drawable(table: Table): readonly string[] {
  return (table.columns ?? []).slice(table.keyColumnCount ?? 0);
}

function barsOf(table: Table, measure: string): readonly Bar[] {
  const columns = table.columns ?? [];
  const at = columns.indexOf(measure);
  const keys = table.keyColumnCount ?? 0;
  const bars = orderedRows(table).map((values) => ({
    group: keys > 0 ? sayKey(columns[0] ?? "", values[0] ?? "") : "All",
    series: keys > 1 ? values.slice(1, keys).map((v, i) => sayKey(columns[i + 1] ?? "", v)).join(", ") : "",
    value: values[at] === WITHHELD ? null : Number(values[at]),
  }));
  // A colour for what is nowhere would only make the others thinner.
  const seen = new Set(bars.filter((bar) => bar.value !== 0).map((bar) => bar.series));
  return bars.filter((bar) => seen.size === 0 || seen.has(bar.series));
}

// Heights of an axis whose quarters read well.
const STEPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** The next round number at or above `value`. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of STEPS) if (value <= step * power) return step * power;
  return 10 * power;
}

function axis(measure: string, top: number, scale: (value: number) => number): SVGElement {
  const group = svg("g", { class: "axis" });
  for (let i = 0; i <= 4; ++i) {
    const value = (top * i) / 4;
    const y = String(scale(value));
    const text = (isMoney(measure) ? "£" : "") + groupDigits(String(Number(value.toFixed(2))));
    group.append(
      svg("line", { x1: String(MARGIN.left), x2: String(WIDTH - MARGIN.right), y1: y, y2: y }),
      svg("text", { x: String(MARGIN.left - 8), y, dy: "0.32em", "text-anchor": "end" }, text),
    );
  }
  return group;
}

function legend(series: readonly string[], hasWithheld: boolean): SVGElement {
  const group = svg("g", { class: "legend" });
  const entries = series.filter((name) => name !== "").map((name, i) => ({ name, style: `series-${i}` }));
  if (hasWithheld) entries.push({ name: "Withheld", style: "withheld-bar" });
  let x = MARGIN.left;
  for (const entry of entries) {
    const y = HEIGHT - 16;
    group.append(
      svg("rect", { x: String(x), y: String(y - 11), width: "14", height: "14", class: entry.style }),
      svg("text", { x: String(x + 20), y: String(y) }, entry.name),
    );
    x += 44 + entry.name.length * 8;
  }
  return group;
}

function hatching(): SVGElement {
  return svg(
    "defs",
    {},
    svg(
      "pattern",
      { id: "hatching", width: "6", height: "6", patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { width: "6", height: "6", class: "hatching-ground" }),
      svg("line", { x1: "0", y1: "0", x2: "0", y2: "6", class: "hatching-line" }),
    ),
  );
}

/** The chart, or nothing where it would be unreadable. */
export function chart(table: Table, measure: string): SVGElement | null {
  const bars = barsOf(table, measure);
  const groups = [...new Set(bars.map((bar) => bar.group))];
  const series = [...new Set(bars.map((bar) => bar.series))];
  if (bars.length === 0 || groups.length > GROUPS_MAX || series.length > SERIES_MAX) return null;

  const top = roundUp(Math.max(0, ...bars.map((bar) => bar.value ?? 0)));
  const bottomY = HEIGHT - MARGIN.bottom;
  const scale = (value: number): number => bottomY - (value / top) * (bottomY - MARGIN.top);
  const groupWidth = (WIDTH - MARGIN.left - MARGIN.right) / groups.length;
  const barWidth = Math.min(34, (groupWidth * 0.78) / series.length);
  const withheld = bars.filter((bar) => bar.value === null).length;
  const label = `${say(measure)}: ${bars.length} values, ${withheld} of them withheld. The table below has the same.`;
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "chart" });
  picture.append(hatching(), axis(measure, top, scale));

  const tilted = groups.length > 14;
  groups.forEach((name, i) => {
    const centre = MARGIN.left + groupWidth * (i + 0.5);
    const place = tilted
      ? { transform: `translate(${centre + 4},${bottomY + 14}) rotate(-40)`, "text-anchor": "end" }
      : { x: String(centre), y: String(bottomY + 20), "text-anchor": "middle" };
    picture.append(svg("text", { ...place, class: "group" }, name));
  });
  for (const bar of bars) {
    const left =
      MARGIN.left +
      groupWidth * (groups.indexOf(bar.group) + 0.5) +
      barWidth * (series.indexOf(bar.series) - series.length / 2);
    const y = bar.value === null ? bottomY - STUB_HEIGHT : scale(bar.value);
    const style = bar.value === null ? "withheld-bar" : `series-${series.indexOf(bar.series)}`;
    const text = bar.value === null ? "withheld" : sayNumber(measure, bar.value.toFixed(isMoney(measure) ? 2 : 0));
    const title = svg("title", {}, [bar.group, bar.series, text].filter((part) => part !== "").join(", "));
    picture.append(
      svg(
        "rect",
        { x: String(left + 1), y: String(y), width: String(Math.max(1, barWidth - 2)), height: String(bottomY - y), class: style },
        title,
      ),
    );
  }
  picture.append(
    svg("line", { x1: String(MARGIN.left), x2: String(WIDTH - MARGIN.right), y1: String(bottomY), y2: String(bottomY), class: "base" }),
    legend(series, withheld > 0),
  );
  return picture;
}
