// How names and numbers of the system are said to a person.

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
  // Forms of answer.
  aggregate_suppressed: "aggregates, small numbers withheld",
  aggregate_with_small_numbers: "aggregates with small numbers",
  pseudonymised: "pseudonymised records",
  weakly_pseudonymised: "records keyed by NHS number",
  identifiable: "identifiable records",
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

/** A value of an answer as shown in `column`. */
export function sayValue(column: string, value: string): string {
  if (!/^-?\d/.test(value)) return column === "sex" || column === "sector" ? say(value) : value;
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value.replace("-", "–");
  return (isMoney(column) ? "£" : "") + groupDigits(value);
}

/** Orders "5-9" before "10-14" and words as words. */
export function compareKeys(a: string, b: string): number {
  return a.localeCompare(b, "en-GB", { numeric: true });
}
