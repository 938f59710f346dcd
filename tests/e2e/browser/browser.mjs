// A headless Chromium of the system, and what is watched on every page: addresses,
// complaints on the console, names of controls, contrast.
import fs from "node:fs";
import path from "node:path";
import puppeteer from "puppeteer-core";

const TIMEOUT_MS = 20_000;

export async function launch(executablePath) {
  // Chromium refuses its own sandbox to root, which a build machine's container often is.
  const sandbox = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return puppeteer.launch({
    executablePath,
    headless: true,
    pipe: true,
    args: [...sandbox, "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"],
  });
}

/** A tab of a person of its own: no cookie is shared with another one. */
export class Visitor {
  static async arrive(browser, screenshots) {
    const visitor = new Visitor();
    visitor.screenshots = screenshots;
    visitor.context = await browser.createBrowserContext();
    visitor.page = await visitor.context.newPage();
    visitor.page.setDefaultTimeout(TIMEOUT_MS);
    visitor.addresses = [];
    visitor.complaints = [];
    await visitor.page.setViewport({ width: 1280, height: 900 });
    visitor.page.on("request", (request) => visitor.addresses.push(request.url()));
    visitor.page.on("response", (response) => visitor.addresses.push(response.headers().location ?? ""));
    visitor.page.on("framenavigated", (frame) => visitor.addresses.push(frame.url()));
    visitor.page.on("pageerror", (error) => visitor.complaints.push(String(error)));
    visitor.page.on("console", (message) => {
      if (["error", "warn", "warning"].includes(message.type())) visitor.complaints.push(`${message.text()} ${message.location().url ?? ""}`);
    });
    return visitor;
  }

  async leave() {
    await this.context.close();
  }

  /** The text of the page as it is shown. */
  async text(selector = "body") {
    return this.page.$eval(selector, (element) => element.innerText);
  }

  async isShown(selector) {
    return this.page.$eval(selector, (element) => element.checkVisibility()).catch(() => false);
  }

  /** Waits for the text in the result of what was asked. */
  async awaitResult(heading) {
    await this.page.waitForFunction(
      (wanted) => document.querySelector("#result h2")?.textContent === wanted, {}, heading);
  }

  async keep(name) {
    if (!this.screenshots) return;
    fs.mkdirSync(this.screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(this.screenshots, `${name}.png`), fullPage: true });
  }

  /** The part of the page from the top of one element to the bottom of another. */
  async keepPart(name, from, to) {
    const clip = await this.page.evaluate(([first, last]) => {
      const top = document.querySelector(first).getBoundingClientRect().top + scrollY - 24;
      return { x: 0, y: top, width: innerWidth, height: document.querySelector(last).getBoundingClientRect().bottom + scrollY + 24 - top };
    }, [from, to]);
    await this.page.screenshot({ path: path.join(this.screenshots, `${name}.png`), clip, captureBeyondViewport: true });
  }

  /** Widest overhang in pixels: 0 where nothing scrolls sideways. */
  async overhang() {
    return this.page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
  }

  /** Controls without a name, by their HTML, as assistive technology computes names. */
  async unnamed() {
    const roles = new Set(["button", "link", "textbox", "combobox", "checkbox", "Date", "region", "img", "table", "group"]);
    const tree = await this.page.accessibility.snapshot({ interestingOnly: true });
    const found = [];
    const visit = (node) => {
      if (roles.has(node.role) && !(node.name ?? "").trim()) found.push(`${node.role} ${JSON.stringify(node.value ?? "")}`);
      (node.children ?? []).forEach(visit);
    };
    visit(tree);
    return found;
  }

  /** Texts whose contrast with their ground is below 4.5:1, or 3:1 where they are large. */
  async faint() {
    return this.page.evaluate(() => {
      const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
      const parts = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
      const groundOf = (element) => {
        for (let at = element; at !== null; at = at.parentElement) {
          const [r, g, b, a = 1] = parts(getComputedStyle(at).backgroundColor);
          if (a === 1 && r !== undefined) return [r, g, b];
        }
        return [255, 255, 255];
      };
      const faint = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
        const element = node.parentElement;
        const text = node.textContent.trim();
        if (text === "" || element.closest("svg, script, noscript, option") || !element.checkVisibility()) continue;
        const style = getComputedStyle(element);
        const [high, low] = [luminance(parts(style.color).slice(0, 3)), luminance(groundOf(element))].sort((a, b) => b - a);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = (high + 0.05) / (low + 0.05);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
      }
      return faint;
    });
  }

  /** Presses Tab until `selector` has the focus, which must be seen at every stop. */
  async tabTo(selector, stops = 80) {
    for (let i = 0; i < stops; ++i) {
      await this.page.keyboard.press("Tab");
      const at = await this.page.evaluate((wanted) => {
        const active = document.activeElement;
        const style = getComputedStyle(active);
        return {
          found: active.matches(wanted),
          html: active.outerHTML.slice(0, 120),
          outline: active === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
          inView: active.getBoundingClientRect().bottom > 0 && active.getBoundingClientRect().top < innerHeight,
        };
      }, selector);
      if (!at.outline) throw new Error(`the focus has no outline on ${at.html}`);
      if (!at.inView) throw new Error(`the focus is out of view on ${at.html}`);
      if (at.found) return;
    }
    throw new Error(`Tab does not reach ${selector}`);
  }
}
