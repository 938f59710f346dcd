// Goal: everything that the dashboard promises, with the real services behind it. One
// browser, several people, in the order in which a visit goes. Started by browser_test.py.
import assert from "node:assert/strict";
import fs from "node:fs";
import test, { after, before } from "node:test";
import { launch, Visitor } from "./browser.mjs";

const setting = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const SECRETS = /eyJ|access_token|id_token|client_secret|bearer/i;
const SEXES = { 0: "Not known", 1: "Male", 2: "Female", 9: "Not specified" };

let browser;
let amira;

before(async () => {
  browser = await launch(setting.chromium);
  amira = await Visitor.arrive(browser, setting.screenshots);
});
after(async () => browser?.close());

async function signIn(subject, screenshots) {
  const visitor = await Visitor.arrive(browser, screenshots);
  await visitor.page.goto(setting.links[subject]);
  await visitor.page.waitForSelector("#workspace:not([hidden])");
  return visitor;
}

/** Nothing on this page leaks, complains, lacks a name or is too faint to read. */
async function checkPage(visitor) {
  assert.deepEqual(visitor.complaints, [], "the console stays empty");
  assert.deepEqual(visitor.addresses.filter((address) => SECRETS.test(address)), [], "no token in an address");
  assert.deepEqual(await visitor.unnamed(), [], "every control has a name");
  assert.deepEqual(await visitor.faint(), [], "every text has its contrast");
  const headings = await visitor.page.$$eval("h1, h2, h3", (all) => all.filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1])));
  assert.equal(headings[0], 1);
  headings.forEach((level, i) => assert.ok(i === 0 || level <= headings[i - 1] + 1, "no level of heading is left out"));
}

async function setDay(visitor, id, day) {
  await visitor.page.$eval(`#${id}`, (input, value) => { input.value = value; }, day);
}

/** Checks exactly these boxes of a group. */
async function choose(visitor, name, values) {
  await visitor.page.$$eval(`input[name="${name}"]`, (boxes, wanted) => boxes.forEach((box) => { box.checked = wanted.includes(box.value); }), values);
}

async function fillQuestion(visitor, changes = {}) {
  const question = { approval: "CAG 9-01(a)/2025", commissioner: "ZC1", datasets: ["acute/apc", "acute/op"], ...changes };
  await visitor.page.select("#approval", question.approval);
  await visitor.page.$eval("#commissioner", (input, value) => { input.value = value; }, question.commissioner);
  await setDay(visitor, "list-day", "2025-10-01");
  await setDay(visitor, "first-day", "2025-04-01");
  await setDay(visitor, "last-day", "2026-03-31");
  await choose(visitor, "dataset", question.datasets);
  await choose(visitor, "measure", ["cost_per_head"]);
  await choose(visitor, "dimension", ["age_band", "sex"]);
}

/** The answer's table as [age band, sex, text], long form. */
async function shownCells(visitor) {
  return visitor.page.$eval("#result table", (table) => {
    const sexes = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
    return [...table.tBodies[0].rows].flatMap((row) =>
      sexes.map((sex, i) => [row.cells[0].textContent, sex, row.cells[i + 1].textContent, row.cells[i + 1].className]));
  });
}

/** What the command line said, in the page's words. */
function expectedCells() {
  const pounds = (text) => "£" + text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
  const band = (text) => (text === "unknown" ? "Not known" : text.replace(/\b0(\d)/g, "$1").replace("-", "–"));
  return setting.expected.map(([age, sex, cost]) =>
    cost === "suppressed" ? [band(age), SEXES[sex], "withheld", "withheld"] : [band(age), SEXES[sex], pounds(cost), "number"]);
}

test("whoever is not signed in sees what this is and nothing else", async () => {
  await amira.page.goto(setting.web);
  await amira.page.waitForSelector("#welcome:not([hidden])");
  assert.equal(await amira.isShown("#workspace"), false);
  assert.match(await amira.text("#demo"), /made up/);
  assert.ok(await amira.isShown("#sign-in"));
  await checkPage(amira);
  await amira.keep("1-welcome");
});

test("signing in without a link says what to do", async () => {
  const nobody = await Visitor.arrive(browser);
  await nobody.page.goto(setting.web);
  await nobody.page.waitForSelector("#sign-in:not([hidden])");
  await Promise.all([nobody.page.waitForNavigation(), nobody.page.click("#sign-in")]);
  assert.match(await nobody.text(), /Nobody is signed in here/);
  await nobody.leave();
});

test("a one-time link signs in through the issuer and leaves no token anywhere", async () => {
  await amira.page.goto(setting.links["amira.analyst"]);
  await amira.page.waitForSelector("#workspace:not([hidden])");
  assert.equal(new URL(amira.page.url()).origin, setting.web);
  assert.equal(await amira.text("#person"), "Amira");
  assert.ok(amira.addresses.some((address) => address.includes("code_challenge")), "the code flow with PKCE");
  const kept = await amira.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.doesNotMatch(kept, SECRETS);
  const cookies = (await amira.context.cookies()).filter((cookie) => cookie.domain === "127.0.0.1");
  assert.ok(cookies.length > 0 && cookies.every((cookie) => cookie.httpOnly && cookie.sameSite !== undefined));
  await checkPage(amira);
});

test("the same link a second time is refused", async () => {
  const second = await Visitor.arrive(browser);
  const response = await second.page.goto(setting.links["amira.analyst"]);
  assert.equal(response.status(), 410);
  assert.match(await second.text(), /has been used/);
  await second.page.goto(setting.web);
  await second.page.waitForSelector("#welcome:not([hidden])");
  await second.leave();
});

test("what I may ask is said in words", async () => {
  const cards = await amira.text("#entitlements");
  assert.match(cards, /CAG 9-01\(a\)\/2025/);
  assert.match(cards, /left out/);
  assert.doesNotMatch(cards, /\(\)|[a-z]_[a-z]|undefined|null/);
  await amira.keep("2-what-i-may-ask");
});

test("a faulty form says what to mend and puts the focus there", async () => {
  await fillQuestion(amira, { datasets: [] });
  await amira.page.click('#question button[type="submit"]');
  assert.match(await amira.text("#form-problem"), /at least one data set/);
  assert.equal(await amira.page.evaluate(() => document.activeElement.id), "datasets");
  assert.equal(await amira.isShown("#result"), false);
});

test("asked by keyboard alone, the numbers are those of the command line", async () => {
  await amira.page.reload();
  await amira.page.waitForSelector("#workspace:not([hidden])");
  await fillQuestion(amira, { datasets: ["acute/apc"] });
  await amira.page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  await amira.page.keyboard.press("Tab");
  assert.equal(await amira.page.evaluate(() => document.activeElement.className), "skip", "first comes the way past the head");
  await amira.tabTo('input[value="acute/op"]');
  await amira.page.keyboard.press("Space");
  await amira.tabTo('#question button[type="submit"]');
  await amira.page.keyboard.press("Enter");
  await amira.awaitResult("Answer");
  assert.equal(await amira.page.evaluate(() => document.activeElement.textContent), "Answer", "the focus goes to what came");

  const shown = await shownCells(amira);
  const expected = expectedCells();
  const sorted = (cells) => cells.map((cell) => JSON.stringify(cell)).sort();
  assert.deepEqual(sorted(shown.filter((cell) => cell[2] !== "–")), sorted(expected));
  assert.ok(expected.some((cell) => cell[2] === "withheld"), "the region has cells to withhold");
  assert.match(await amira.text("#result"), /Permitted/);
  assert.match(await amira.text("#result"), /All 13 gates pass/);
  assert.ok(await amira.isShown("#result svg.chart"));
  assert.equal(await amira.page.$$eval("#result .withheld-bar title", (all) => all.length),
    expected.filter((cell) => cell[2] === "withheld").length, "each withheld value has its hatched stub");
  await amira.keep("3-answer");
  await amira.keepPart("dashboard", "#result", "#result .scroll");
  await checkPage(amira);
});

test("the receipt can be saved and is what was proved", async () => {
  const saved = await amira.page.evaluate(async () => {
    let blob = null;
    const make = URL.createObjectURL;
    URL.createObjectURL = (made) => { blob = made; return make.call(URL, made); };
    HTMLAnchorElement.prototype.click = () => {};
    document.querySelector(".receipt button").click();
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  fs.writeFileSync(setting.receipt, Buffer.from(saved));
  assert.ok(saved.length > 500);
});

test("a refused question says which gates, why, and what would make it lawful", async () => {
  const ruth = await signIn("ruth.risk", setting.screenshots);
  const approval = await ruth.page.$eval("#approval", (select) => select.options[0].value);
  await fillQuestion(ruth, { approval, datasets: ["acute/apc", "social_care/services"] });
  await ruth.page.click('#question button[type="submit"]');
  await ruth.awaitResult("No answer");
  const stopped = await ruth.page.$$eval(".gate:not(.pass)", (gates) => gates.map((gate) => ({
    reason: gate.querySelector(".gate-reason").textContent, remedy: gate.querySelector(".gate-remedy")?.textContent ?? "" })));
  assert.ok(stopped.length > 0);
  for (const gate of stopped) {
    assert.match(gate.reason, /^[A-Z0-9_]+$/);
    assert.ok(gate.remedy.length > 20, `${gate.reason} says what would make it lawful`);
  }
  assert.equal(await ruth.page.$("#result table"), null);
  await checkPage(ruth);
  await ruth.keep("4-refused");
  await ruth.leave();
});

test("the neighbour reads that the pioneer's approval is not hers, and what would make it so", async () => {
  const nora = await signIn("nora.neighbour", setting.screenshots);
  assert.match(await nora.text("#entitlements"), /No approval/);
  await fillQuestion(nora, { approval: "" });
  await nora.page.click("#explain");
  assert.match(await nora.text("#form-problem"), /reference/);
  await nora.page.type("#reference", "CAG 9-01(a)/2025");
  await nora.page.click("#explain");
  await nora.awaitResult("Explanation");
  assert.match(await nora.text("#result"), /Would be: refused/);
  await nora.page.click('#question button[type="submit"]');
  await nora.awaitResult("No answer");
  assert.match(await nora.text("#result"), /Refused/);
  await checkPage(nora);
  await nora.keep("5-neighbour");
  await nora.leave();
});

test("at 400 pixels nothing scrolls sideways", async () => {
  await amira.page.setViewport({ width: 400, height: 800 });
  await amira.keep("6-narrow");
  assert.equal(await amira.overhang(), 0);
  // Nor with the spacing that readers may set (WCAG 2.1, 1.4.12), which wide fonts come near.
  await amira.page.evaluate(() => { document.body.style.cssText = "letter-spacing: 0.12em; word-spacing: 0.16em; line-height: 1.5"; });
  assert.equal(await amira.overhang(), 0);
  const visitor = await Visitor.arrive(browser, setting.screenshots);
  await visitor.page.setViewport({ width: 400, height: 800 });
  await visitor.page.goto(setting.web);
  await visitor.page.waitForSelector("#welcome:not([hidden])");
  assert.equal(await visitor.overhang(), 0);
  await visitor.keep("7-narrow-welcome");
  await visitor.leave();
  await amira.page.setViewport({ width: 1280, height: 900 });
});

test("signing out ends the session, also for the way back", async () => {
  await Promise.all([amira.page.waitForNavigation(), amira.page.click("#sign-out")]);
  await amira.page.waitForSelector("#welcome:not([hidden])");
  assert.equal(await amira.isShown("#workspace"), false);
  assert.deepEqual(amira.complaints, []);
  const status = await amira.page.evaluate(async () => (await fetch("/safehaven.gateway.v1.GatewayService/GetEntitlements", {
    method: "POST", headers: { "Content-Type": "application/json", "Connect-Protocol-Version": "1" }, body: "{}" })).status);
  assert.equal(status, 401);
});
