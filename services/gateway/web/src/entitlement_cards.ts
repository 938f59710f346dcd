// What the caller may ask: one card an approval.

import { CatalogueItem, Entitlement } from "./api.js";
import { element } from "./dom.js";
import { say, sayDay } from "./words.js";

function fact(name: string, value: string): readonly HTMLElement[] {
  return [element("dt", {}, name), element("dd", {}, value)];
}

function period(entitlement: Entitlement): string {
  const from = entitlement.validFrom ? sayDay(entitlement.validFrom) : "now";
  return entitlement.validTo ? `${from} to ${sayDay(entitlement.validTo)}` : `from ${from}, no end stated`;
}

/** The card, with `datasets` for their titles; `choose` is called when the person wants to ask under it. */
export function entitlementCard(entitlement: Entitlement, datasets: readonly CatalogueItem[], choose: () => void): HTMLElement {
  const titleOf = (id: string): string => datasets.find((dataset) => dataset.id === id)?.title ?? id;
  const button = element("button", { type: "button", class: "quiet" }, "Ask under this approval");
  button.addEventListener("click", choose);
  return element(
    "li",
    { class: "card" },
    element("h2", { class: "title" }, entitlement.title ?? entitlement.approval),
    element("p", { class: "reference" }, entitlement.approval),
    element(
      "dl",
      {},
      ...fact("For", (entitlement.purposes ?? []).map(say).join("; ")),
      ...fact("Data", (entitlement.datasets ?? []).map(titleOf).join("; ")),
      ...fact("At most", say(entitlement.identifiability ?? "")),
      ...fact("Linking", entitlement.linkageAllowed ? "allowed" : "not allowed"),
      ...fact("Valid", period(entitlement)),
    ),
    ...(entitlement.conditions ?? []).map((condition) => element("p", { class: "condition" }, condition)),
    button,
  );
}
