// The protected answer as a table. What is withheld has one mark, whatever the cause:
// the cause itself would say something of the people behind it.

import { Table } from "./api.js";
import { element } from "./dom.js";
import { compareKeys, say, sayValue, WITHHELD } from "./words.js";

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

function withheldCell(): HTMLTableCellElement {
  return element("td", { class: "withheld" }, element("span", { class: "withheld-mark" }, "withheld"));
}

/** The whole table with its caption. */
export function resultTable(table: Table, caption: string): HTMLTableElement {
  const columns = table.columns ?? [];
  const keys = table.keyColumnCount ?? 0;
  const head = element("tr");
  columns.forEach((column, i) => {
    head.append(element("th", { scope: "col", class: i < keys ? "key" : "number" }, say(column)));
  });
  const body = element("tbody");
  for (const values of orderedRows(table)) {
    const row = element("tr");
    columns.forEach((column, i) => {
      const value = values[i] ?? "";
      if (i < keys) {
        row.append(element("th", { scope: "row", class: "key" }, sayValue(column, value)));
      } else if (value === WITHHELD) {
        row.append(withheldCell());
      } else {
        row.append(element("td", { class: "number" }, sayValue(column, value)));
      }
    });
    body.append(row);
  }
  return element("table", { class: "result" }, element("caption", {}, caption), element("thead", {}, head), body);
}
