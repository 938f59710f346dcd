// Gate by gate: what was decided, on which document, and what would make it lawful.

import { DecisionView, Verdict } from "./api.js";
import { element } from "./dom.js";
import { say } from "./words.js";

const OUTCOME_WORDS: Readonly<Record<Verdict["outcome"], string>> = {
  pass: "Pass",
  fail: "Fail",
  needs_more: "Needs more",
};

const EFFECT_WORDS: Readonly<Record<DecisionView["effect"], string>> = {
  permitted: "Permitted",
  required: "Permitted, and required by law",
  refused: "Refused",
  needs_more: "Needs more before it can be permitted",
};

/** The one-line outcome above everything else. */
export function outcomeBanner(decision: DecisionView, wasAsked: boolean): HTMLElement {
  const style = decision.effect === "permitted" || decision.effect === "required" ? "good" : decision.effect === "refused" ? "bad" : "open";
  const open = (decision.verdicts ?? []).filter((verdict) => verdict.outcome !== "pass");
  const all = style === "good" ? `All ${(decision.verdicts ?? []).length} gates pass.` : "";
  const why = open.length === 0 ? all : `Stopped by ${open.length === 1 ? "one gate" : `${open.length} gates`}: ${open.map((v) => say(v.gate)).join(", ")}.`;
  const words = wasAsked ? EFFECT_WORDS[decision.effect] : `Would be: ${EFFECT_WORDS[decision.effect].toLowerCase()}`;
  return element("div", { class: `banner ${style}` }, element("strong", {}, words), element("span", {}, why));
}

function gateItem(verdict: Verdict): HTMLElement {
  const item = element("li", { class: `gate ${verdict.outcome}` });
  item.append(
    element("span", { class: "gate-name" }, say(verdict.gate)),
    element("span", { class: "gate-outcome" }, OUTCOME_WORDS[verdict.outcome]),
    element("code", { class: "gate-reason" }, verdict.reason ?? ""),
  );
  if (verdict.document) item.append(element("span", { class: "gate-document" }, verdict.document));
  if (verdict.warning) item.append(element("span", { class: "gate-warning" }, `Warning: ${say(verdict.warning.toLowerCase())}`));
  if (verdict.remedy) item.append(element("p", { class: "gate-remedy" }, verdict.remedy));
  return item;
}

/** All gates, those that stop the question first. */
export function gateList(decision: DecisionView): HTMLElement {
  const rank = (verdict: Verdict): number => ({ fail: 0, needs_more: 1, pass: 2 }[verdict.outcome]);
  const ordered = [...(decision.verdicts ?? [])].sort((a, b) => rank(a) - rank(b));
  return element("ol", { class: "gates" }, ...ordered.map(gateItem));
}

const sentence = (line: string): string => line.charAt(0).toUpperCase() + line.slice(1);

/** Sentences that go with a decision; nothing if there are none. */
export function sentences(title: string, lines: readonly string[] | undefined): HTMLElement | string {
  if (lines === undefined || lines.length === 0) return "";
  return element(
    "section",
    { class: "sentences" },
    element("h3", {}, title),
    element("ul", {}, ...lines.map((line) => element("li", {}, sentence(line)))),
  );
}

/** What would have to change, of every gate that stops the question. */
export function remedies(decision: DecisionView): HTMLElement | string {
  const stopping = (decision.verdicts ?? []).filter((verdict) => verdict.outcome !== "pass");
  const lines = [...new Set(stopping.map((verdict) => verdict.remedy ?? "").filter((remedy) => remedy !== ""))];
  return sentences(lines.length > 1 ? "What would make it lawful, all of it" : "What would make it lawful", lines);
}

/** The decision as the log has it in words, folded: it repeats the gates. */
export function inWords(decision: DecisionView): HTMLElement | string {
  const lines = decision.explanation ?? [];
  if (lines.length === 0) return "";
  return element("details", { class: "in-words" }, element("summary", {}, "The decision in words"), ...lines.map((line) => element("p", {}, line)));
}
