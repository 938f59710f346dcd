// How names and numbers of the system are said to a person.

/** What an answer can be for, as questions name it (libs/warrant/question.h). */
export const PURPOSES: readonly string[] = [
  "commissioning_planning",
  "contract_monitoring",
  "invoice_validation",
  "risk_stratification_case_finding",
  "risk_stratification_planning",
  "population_health",
  "clinical_audit",
  "patient_level_costing",
  "research",
  "direct_care",
];

/** The one mark of everything that is withheld. */
export const WITHHELD = "suppressed";

const WORDS: Readonly<Record<string, string>> = {
  // Gates, in the order of the law.
  confidence: "Confidentiality",
  statute: "Statute",
  data_protection: "Data protection",
  agreement: "Agreement",
  security: "Security",
  recipient: "Recipient",
  purpose: "Purpose",
  items: "Items asked for",
  identifiability: "Identifiability",
  linkage: "Linkage",
  dissent: "Objections",
  window: "Dates",
  conditions: "Conditions",
  // Columns.
  cost_per_head: "Cost per head",
  age_band: "Age band",
  nhs_number: "NHS number",
  persons: "People",
  activity: "Events",
  // Forms of answer.
  aggregate_suppressed: "Tables, small numbers withheld",
  aggregate_with_small_numbers: "Tables with small numbers",
  pseudonymised: "Pseudonymised records",
  weakly_pseudonymised: "Records keyed by NHS number",
  identifiable: "Identifiable records",
};

/** "cost_per_head" as "Cost per head". */
export function say(name: string): string {
  const known = WORDS[name];
  if (known !== undefined) return known;
  const spaced = name.replace(/_/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Is this column an amount of pounds? */
export function isMoney(column: string): boolean {
  return column === "cost" || column.startsWith("cost_");
}

/** Exact decimal text with its thousands apart: "12345.60" as "12,345.60". */
export function groupDigits(text: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = ""] = match;
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + fraction;
}

/** "2025-04-01" as "1 April 2025". */
export function sayDay(day: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return day;
  return new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}

const SEXES: Readonly<Record<string, string>> = { "0": "Not known", "1": "Male", "2": "Female", "9": "Not specified" };

/** "2025-04" as "April 2025". */
function sayMonth(value: string): string {
  const match = /^(\d{4})-(\d{2})$/.exec(value);
  if (match === null) return value;
  return new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, 1)).toLocaleDateString("en-GB", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}

/** A key of an answer as shown: which people or events a row is about. */
export function sayKey(column: string, value: string): string {
  if (value === "" || value === "unknown") return "Not known";
  if (column === "sex") return SEXES[value] ?? value;
  if (column === "age_band") return value.replace(/\b0(\d)/g, "$1").replace("-", "–");
  if (column === "month") return sayMonth(value);
  if (column === "sector") return say(value);
  return value;
}

/** A number of an answer as shown in `column`. */
export function sayNumber(column: string, value: string): string {
  return (isMoney(column) ? "£" : "") + groupDigits(value);
}

/** Orders "5-9" before "10-14" and words as words. */
export function compareKeys(a: string, b: string): number {
  return a.localeCompare(b, "en-GB", { numeric: true });
}
