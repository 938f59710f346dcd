// What the caller may ask: one card an approval.

import { Entitlement } from "./api.js";
import { element } from "./dom.js";
import { say } from "./words.js";

function fact(name: string, value: string): readonly HTMLElement[] {
  return [element("dt", {}, name), element("dd", {}, value)];
}

function period(entitlement: Entitlement): string {
  const from = entitlement.validFrom ? `from ${entitlement.validFrom}` : "in force";
  return entitlement.validTo ? `${from} to ${entitlement.validTo}, both included` : `${from}, no end stated`;
}

/** The card; `choose` is called when the person wants to ask under it. */
export function entitlementCard(entitlement: Entitlement, choose: () => void): HTMLElement {
  const button = element("button", { type: "button", class: "quiet" }, "Ask under this approval");
  button.addEventListener("click", choose);
  return element(
    "li",
    { class: "card" },
    element("h3", {}, entitlement.title ?? entitlement.approval),
    element("p", { class: "reference" }, entitlement.approval),
    element(
      "dl",
      {},
      ...fact("For", (entitlement.purposes ?? []).map(say).join("; ")),
      ...fact("Data", (entitlement.datasets ?? []).join(", ")),
      ...fact("At most", say(entitlement.identifiability ?? "")),
      ...fact("Linking", entitlement.linkageAllowed ? "allowed" : "not allowed"),
      ...fact("Valid", period(entitlement)),
    ),
    ...(entitlement.conditions ?? []).map((condition) => element("p", { class: "condition" }, condition)),
    button,
  );
}
