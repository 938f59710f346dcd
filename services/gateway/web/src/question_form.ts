// Building a question. What can be chosen comes from the caller's entitlements and the
// catalogue; whether it may be asked is decided elsewhere, so nothing is greyed out
// that the gates should explain.

import { Catalogue, CatalogueItem, CivilDate, Entitlements, Question } from "./api.js";
import { byId, element, show } from "./dom.js";
import { PURPOSES, say } from "./words.js";

const DIMENSIONS_MAX = 3;
const ANOTHER = ""; // of the approvals: one that is not the caller's, by its reference
const KEPT_QUESTION = "safehaven-question";
const FIRST_MEASURES = ["cost_per_head"];
const FIRST_DIMENSIONS = ["age_band", "sex"];

/** Something in the form that the person has to mend before asking. */
export class FormError extends Error {
  constructor(message: string, readonly field: string) {
    super(message);
  }
}

function dateOf(id: string, name: string): CivilDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(byId<HTMLInputElement>(id).value);
  if (match === null) throw new FormError(`${name} must be a date.`, id);
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

const dateText = (date: CivilDate): string =>
  `${String(date.year).padStart(4, "0")}-${String(date.month).padStart(2, "0")}-${String(date.day).padStart(2, "0")}`;

/** The last whole financial year before `today`: April to March. */
function lastYear(today: Date): { first: string; last: string } {
  const endYear = today.getMonth() >= 3 ? today.getFullYear() : today.getFullYear() - 1;
  return { first: `${endYear - 1}-04-01`, last: `${endYear}-03-31` };
}

function boxes(container: HTMLElement, name: string, items: readonly CatalogueItem[], chosen: readonly string[]): void {
  container.replaceChildren(
    ...items.map((item) => {
      const box = element("input", { type: "checkbox", name, value: item.id, id: `${name}-${item.id}` });
      box.checked = chosen.includes(item.id);
      return element("label", { class: "choice", for: box.id }, box, element("span", {}, item.title));
    }),
  );
}

const checked = (name: string): readonly string[] =>
  [...document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]:checked`)].map((box) => box.value);

function options(select: HTMLSelectElement, values: readonly (readonly [string, string])[], chosen: string): void {
  select.replaceChildren(...values.map(([value, text]) => element("option", { value }, text)));
  if (values.some(([value]) => value === chosen)) select.value = chosen;
}

function kept(): Partial<Question> {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_QUESTION) ?? "{}") as Partial<Question>;
  } catch {
    return {};
  }
}

export class QuestionForm {
  constructor(private readonly entitled: Entitlements, private readonly catalogue: Catalogue) {
    const before = kept();
    const year = lastYear(new Date());
    byId<HTMLInputElement>("first-day").value = before.firstDay ? dateText(before.firstDay) : year.first;
    byId<HTMLInputElement>("last-day").value = before.lastDay ? dateText(before.lastDay) : year.last;
    byId<HTMLInputElement>("list-day").value = before.listDay ? dateText(before.listDay) : year.last;
    byId<HTMLInputElement>("commissioner").value = before.commissioner ?? entitled.organisation ?? "";
    boxes(byId("measures"), "measure", catalogue.measures, before.measures ?? FIRST_MEASURES);
    boxes(byId("dimensions"), "dimension", catalogue.dimensions, before.dimensions ?? FIRST_DIMENSIONS);
    const approvals = (entitled.entitlements ?? []).map((e) => [e.approval, `${e.approval}: ${e.title ?? ""}`] as const);
    const known = before.approval === undefined || approvals.some(([reference]) => reference === before.approval);
    const chosen = known ? before.approval ?? approvals[0]?.[0] ?? ANOTHER : ANOTHER;
    options(byId<HTMLSelectElement>("approval"), [...approvals, [ANOTHER, "Another approval …"]], chosen);
    byId<HTMLInputElement>("reference").value = known ? "" : before.approval ?? "";
    this.approvalChanged(before.purpose ?? "", before.datasets);
    byId("approval").addEventListener("change", () => this.approvalChanged("", undefined));
  }

  /** Chooses an approval, as from its card. */
  choose(approval: string): void {
    byId<HTMLSelectElement>("approval").value = approval;
    this.approvalChanged("", undefined);
    byId("approval").focus();
  }

  private approvalChanged(purpose: string, datasets: readonly string[] | undefined): void {
    const approval = byId<HTMLSelectElement>("approval").value;
    const entitlement = (this.entitled.entitlements ?? []).find((e) => e.approval === approval);
    show(byId("another"), approval === ANOTHER);
    const purposes = entitlement?.purposes ?? PURPOSES;
    options(byId<HTMLSelectElement>("purpose"), purposes.map((p) => [p, say(p)] as const), purpose);
    const covered = entitlement?.datasets ?? [];
    boxes(byId("datasets"), "dataset", this.catalogue.datasets, datasets ?? covered);
  }

  /** The question as the form has it. Throws FormError. */
  read(): Question {
    const chosen = byId<HTMLSelectElement>("approval").value;
    const question: Question = {
      approval: chosen === ANOTHER ? byId<HTMLInputElement>("reference").value.trim() : chosen,
      purpose: byId<HTMLSelectElement>("purpose").value,
      operation: "aggregate",
      identifiability: "aggregate_suppressed",
      commissioner: byId<HTMLInputElement>("commissioner").value.trim().toUpperCase(),
      listDay: dateOf("list-day", "The day of the population"),
      firstDay: dateOf("first-day", "The first day of activity"),
      lastDay: dateOf("last-day", "The last day of activity"),
      datasets: checked("dataset"),
      measures: checked("measure"),
      dimensions: checked("dimension"),
    };
    if (question.approval === "") throw new FormError("Give the reference of the approval to rely on.", "reference");
    if (question.commissioner === "") throw new FormError("Say whose people you ask about.", "commissioner");
    if (question.datasets.length === 0) throw new FormError("Choose at least one data set.", "datasets");
    if (question.measures.length === 0) throw new FormError("Choose at least one measure.", "measures");
    if (question.dimensions.length > DIMENSIONS_MAX) {
      throw new FormError(`Choose at most ${DIMENSIONS_MAX} dimensions.`, "dimensions");
    }
    // Survives signing in again. It says what is asked, and nothing of anybody.
    sessionStorage.setItem(KEPT_QUESTION, JSON.stringify(question));
    return question;
  }
}
