// What came back: outcome, numbers, chart and table, the gates, the receipt.

import { ApiError, DecisionView, PreviewResponse, QueryResponse, Table } from "./api.js";
import { chart, drawable } from "./chart.js";
import { byId, element } from "./dom.js";
import { resultTable } from "./result_table.js";
import { gateList, inWords, outcomeBanner, remedies, sentences } from "./verdicts.js";
import { groupDigits, isMoney, say, WITHHELD } from "./words.js";

function figure(value: string, text: string): HTMLElement {
  return element("div", { class: "figure" }, element("strong", {}, value), element("span", {}, text));
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function receiptButton(receipt: string): HTMLElement {
  const button = element("button", { type: "button", class: "quiet" }, "Download the receipt");
  button.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([bytesOf(receipt)], { type: "application/octet-stream" }));
    element("a", { href: address, download: "safehaven-receipt.bin" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
  return element(
    "p",
    { class: "receipt" },
    button,
    element("span", {}, "Proves the decision and the release. Check it offline with "),
    element("code", {}, "safehaven audit verify --receipt FILE"),
  );
}

function tablePart(table: Table): HTMLElement {
  const measures = drawable(table);
  const drawing = element("div", { class: "drawing" });
  const draw = (measure: string): void => {
    drawing.replaceChildren(chart(table, measure) ?? element("p", { class: "note" }, "Too many groups to draw: see the table."));
  };
  const part = element("section", { class: "answer" });
  const first = measures.find(isMoney) ?? measures[0];
  if (measures.length > 1) {
    const select = element("select", { id: "drawn-measure" }, ...measures.map((m) => element("option", { value: m }, say(m))));
    select.value = first ?? "";
    select.addEventListener("change", () => draw(select.value));
    part.append(element("label", { class: "inline", for: "drawn-measure" }, "Draw ", select));
  }
  if (first !== undefined) draw(first);
  const caption = `${measures.map(say).join(", ")} by ${(table.columns ?? []).slice(0, table.keyColumnCount ?? 0).map(say).join(" and ").toLowerCase()}`;
  part.append(drawing, element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The answer as a table" }, resultTable(table, caption)));
  return part;
}

function figures(table: Table): HTMLElement {
  const leftOut = table.leftOut === undefined || table.leftOut === WITHHELD ? "withheld" : groupDigits(table.leftOut);
  return element(
    "div",
    { class: "figures" },
    figure(groupDigits(String((table.rows ?? []).length)), table.complete ? "groups" : "groups; there are more, which are not shown"),
    figure(groupDigits(table.suppressedCellCount ?? "0"), "values withheld"),
    figure(leftOut, "people left out because they objected"),
  );
}

function fill(heading: string, ...parts: (HTMLElement | string)[]): void {
  const title = element("h2", { tabindex: "-1" }, heading);
  const target = byId("result");
  target.replaceChildren(title, ...parts);
  target.hidden = false;
  title.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
}

function decisionParts(decision: DecisionView): readonly (HTMLElement | string)[] {
  const relied = decision.approval ? element("p", { class: "note" }, `Relied on: ${decision.approval}.`) : "";
  return [
    remedies(decision),
    sentences("What you have to keep to", decision.obligations),
    element("section", { class: "decision" }, element("h3", {}, "Gate by gate"), relied, gateList(decision)),
    inWords(decision),
  ];
}

export function showAnswer(response: QueryResponse): void {
  const table = response.table;
  fill(
    table === undefined ? "No answer" : "Answer",
    outcomeBanner(response.decision, true),
    ...(table === undefined ? [] : [figures(table), tablePart(table), sentences("How it was protected", table.protection)]),
    response.receipt ? receiptButton(response.receipt) : "",
    ...decisionParts(response.decision),
  );
}

export function showPreview(response: PreviewResponse): void {
  fill(
    "Preview",
    outcomeBanner(response.decision, true),
    element(
      "div",
      { class: "figures" },
      figure(groupDigits(response.rowCount ?? "0"), "groups"),
      figure(groupDigits(response.suppressedCellCount ?? "0"), "values would be withheld"),
    ),
    response.receipt ? receiptButton(response.receipt) : "",
    ...decisionParts(response.decision),
  );
}

export function showExplanation(decision: DecisionView): void {
  fill("Explanation", outcomeBanner(decision, false), ...decisionParts(decision));
}

/** What to do about a failure, where there is something to do. */
function advice(error: ApiError): string {
  if (error.reason === "IDENTITY_MISSING" || error.code === "unauthenticated") return "Your session is over: sign in again. Your question is kept.";
  if (error.retryAfterSeconds !== null) return `Try again in ${error.retryAfterSeconds} seconds.`;
  if (error.code === "unavailable") return "Nothing was released. Try again in a moment; if it stays so, tell the operator.";
  if (error.code === "invalid_argument") return "The question itself cannot be read: mend it and ask again.";
  return "Nothing was released.";
}

export function showFailure(problem: unknown): void {
  const error = problem instanceof ApiError ? problem : new ApiError("unknown", "UNEXPECTED", String(problem), null);
  fill(
    "That did not work",
    element(
      "div",
      { class: "banner bad" },
      element("strong", {}, error.message.charAt(0).toUpperCase() + error.message.slice(1)),
      element("span", {}, advice(error)),
      element("code", {}, error.reason),
    ),
  );
}

export function showBusy(text: string): void {
  byId("result").replaceChildren(element("p", { class: "busy", role: "status" }, text));
  byId("result").hidden = false;
}
