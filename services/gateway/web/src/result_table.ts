// The protected answer as a table. What is withheld has one mark, whatever the cause:
// the cause itself would say something of the people behind it.

import { Table } from "./api.js";
import { element } from "./dom.js";
import { compareKeys, say, sayKey, sayNumber, WITHHELD } from "./words.js";

// With more columns side by side than this, one below the other reads better.
const ACROSS_MAX = 6;

/** Rows in the order in which people read their keys. */
export function orderedRows(table: Table): readonly (readonly string[])[] {
  const keys = table.keyColumnCount ?? 0;
  const rows = (table.rows ?? []).map((row) => row.values ?? []);
  return [...rows].sort((a, b) => {
    for (let i = 0; i < keys; ++i) {
      const order = compareKeys(a[i] ?? "", b[i] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  });
}

function cell(column: string, value: string | undefined): HTMLTableCellElement {
  if (value === undefined) return element("td", { class: "number" }, "–");
  if (value === WITHHELD) return element("td", { class: "withheld" }, element("span", { class: "withheld-mark" }, "withheld"));
  return element("td", { class: "number" }, sayNumber(column, value));
}

function table(kind: string, caption: string, head: readonly HTMLElement[], body: readonly HTMLElement[]): HTMLTableElement {
  return element(
    "table",
    { class: kind },
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

const columnHead = (text: string, kind: string): HTMLElement => element("th", { scope: "col", class: kind }, text);
const rowHead = (text: string): HTMLElement => element("th", { scope: "row", class: "key" }, text);

function longTable(answer: Table, caption: string): HTMLTableElement {
  const columns = answer.columns ?? [];
  const keys = answer.keyColumnCount ?? 0;
  const head = columns.map((column, i) => columnHead(say(column), i < keys ? "key" : "number"));
  const body = orderedRows(answer).map((values) =>
    element(
      "tr",
      {},
      ...columns.map((column, i) => (i < keys ? rowHead(sayKey(column, values[i] ?? "")) : cell(column, values[i] ?? ""))),
    ),
  );
  return table("result", caption, head, body);
}

/** One measure with the last key across: "sex" side by side for each age band. */
function crossTable(answer: Table, caption: string, across: readonly string[]): HTMLTableElement {
  const columns = answer.columns ?? [];
  const last = (answer.keyColumnCount ?? 0) - 1;
  const measure = columns[last + 1] ?? "";
  const lines = new Map<string, { readonly keys: readonly string[]; readonly values: Map<string, string> }>();
  for (const values of orderedRows(answer)) {
    const keys = values.slice(0, last);
    const name = JSON.stringify(keys);
    const line = lines.get(name) ?? { keys, values: new Map<string, string>() };
    line.values.set(values[last] ?? "", values[last + 1] ?? "");
    lines.set(name, line);
  }
  const head = [
    ...columns.slice(0, last).map((column) => columnHead(say(column), "key")),
    ...across.map((key) => columnHead(sayKey(columns[last] ?? "", key), "number")),
  ];
  const body = [...lines.values()].map((line) =>
    element(
      "tr",
      {},
      ...line.keys.map((key, i) => rowHead(sayKey(columns[i] ?? "", key))),
      ...across.map((key) => cell(measure, line.values.get(key))),
    ),
  );
  return table("result cross", caption, head, body);
}

/** The whole table with its caption. */
export function resultTable(answer: Table, caption: string): HTMLTableElement {
  const keys = answer.keyColumnCount ?? 0;
  const across = [...new Set(orderedRows(answer).map((values) => values[keys - 1] ?? ""))].sort(compareKeys);
  const oneMeasure = (answer.columns ?? []).length === keys + 1;
  return oneMeasure && keys > 1 && across.length <= ACROSS_MAX ? crossTable(answer, caption, across) : longTable(answer, caption);
}
