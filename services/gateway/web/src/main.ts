// The dashboard's one page: who is signed in, what they may ask, asking it.

import * as api from "./api.js";
import { byId, element, show } from "./dom.js";
import { entitlementCard } from "./entitlement_cards.js";
import { FormError, QuestionForm } from "./question_form.js";
import * as results from "./results.js";
import { say } from "./words.js";

const LAST_MINUTES = 3;

function showSessionTime(secondsLeft: number): void {
  const target = byId("session-time");
  const end = Date.now() + secondsLeft * 1000;
  const tick = (): void => {
    const minutes = Math.ceil((end - Date.now()) / 60_000);
    if (minutes <= 0) {
      target.textContent = "Your session is over.";
      show(byId("sign-in"), true);
      byId("sign-in").textContent = "Sign in again";
      return;
    }
    target.textContent = minutes <= LAST_MINUTES ? `Session ends in ${minutes} min` : "";
    window.setTimeout(tick, 15_000);
  };
  tick();
}

async function ask<T>(form: QuestionForm, busy: string, send: (question: api.Question) => Promise<T>, shown: (answer: T) => void): Promise<void> {
  const problem = byId("form-problem");
  show(problem, false);
  let question: api.Question;
  try {
    question = form.read();
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    problem.textContent = error.message;
    show(problem, true);
    byId(error.field).focus();
    return;
  }
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("#question button")];
  buttons.forEach((button) => (button.disabled = true));
  results.showBusy(busy);
  try {
    shown(await send(question));
  } catch (error) {
    results.showFailure(error);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

function wireForm(form: QuestionForm): void {
  byId("question").addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(form, "Asking: deciding first, then answering …", api.query, results.showAnswer);
  });
  byId("preview").addEventListener("click", () => {
    void ask(form, "Asking for the size of the answer …", api.preview, results.showPreview);
  });
  byId("explain").addEventListener("click", () => {
    void ask(form, "Looking at each gate …", api.explain, (answer) => results.showExplanation(answer.decision));
  });
}

async function showWorkspace(): Promise<void> {
  const [entitled, catalogue] = await Promise.all([api.entitlements(), api.catalogue()]);
  byId("organisation").textContent = [say(entitled.role ?? ""), entitled.organisation ?? ""].filter((part) => part !== "").join(", ");
  const form = new QuestionForm(entitled, catalogue);
  const list = entitled.entitlements ?? [];
  byId("entitlements").replaceChildren(...list.map((entitlement) => entitlementCard(entitlement, catalogue.datasets, () => form.choose(entitlement.approval))));
  if (list.length === 0) {
    byId("entitlements").replaceChildren(element("li", { class: "card empty" }, "No approval in the register lets your organisation and role ask anything today. You can still ask or explain under any approval whose reference you know: the gates say what stands against it."));
  }
  show(byId("incomplete"), entitled.complete !== true);
  wireForm(form);
  show(byId("workspace"), true);
}

async function start(): Promise<void> {
  const session = await api.session();
  show(byId("demo"), session.demo);
  show(byId("welcome"), !session.signedIn);
  show(byId("sign-in"), !session.signedIn);
  show(byId("sign-out"), session.signedIn);
  if (!session.signedIn) return;
  byId("person").textContent = session.name;
  showSessionTime(session.secondsLeft);
  byId("sign-out").addEventListener("click", () => {
    void api.signOut().finally(() => window.location.reload());
  });
  await showWorkspace();
}

start().catch(results.showFailure);
