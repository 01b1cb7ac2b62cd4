// A browser for the tests: Chromium, as Debian has it, that notes whatever goes wrong in a page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const devices = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" },
  desktop: { viewport: { width: 1280, height: 860 }, colorScheme: "light" },
};

// The browser's own pages, which it makes beside each window and which take more of the processor than ours; and, since these are instead of
// Playwright's own list, what that keeps from asking other hosts and from holding back what is drawn.
const absent = [
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "PreloadTopChromeWebUI"],
  ...["AimEnabled", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"],
];

/** launch runs `visit` with a page of a browser of its own, and fails on any error in its console and on requests that
 * leave the server for another than `beside`. `visit` may empty the list of what went wrong where something had to, and opens a page for somebody else by
 * `open`. */
export async function launch(base, device, visit, beside = base) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Within containers there are often no sandboxes to be made; the pages are our own.
    args: ["--no-sandbox", `--disable-features=${absent}`],
  });
  const wrong = [];
  const pages = [];
  const open = async (device) => {
    const context = await browser.newContext({ ...devices[device], locale: "en-US", timezoneId: "America/New_York", baseURL: base });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && wrong.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => wrong.push(`fault: ${error.stack}`));
    page.on("request", (request) => {
      if (![base, beside, "data:"].some((known) => request.url().startsWith(known))) {
        wrong.push(`a request to ${request.url()}`);
      }
    });
    pages.push(page);
    return page;
  };
  try {
    const result = await visit(await open(device), wrong, open).catch(async (error) => {
      const said = await Promise.all(pages.map((page) => page.locator("body").innerText()));
      throw new Error(`${error.message}\nwhile the pages say:\n${said.join("\n----\n")}\n${wrong.join("\n")}`);
    });
    if (wrong.length > 0) {
      throw new Error(wrong.join("\n"));
    }
    return result;
  } finally {
    await browser.close();
  }
}

/** check fails unless everything was loaded, axe finds nothing
 * against WCAG 2.2 AA and nothing reaches beyond the sides of the window. */
export async function check(page, where) {
  const failures = await page.locator(".failure").allTextContents();
  if (failures.length > 0) {
    throw new Error(`${where}: ${failures}`);
  }
  // Evaluated by the browser's debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] }),
  );
  if (violations.length > 0) {
    const said = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join("\n")}`);
    throw new Error(`${where}:\n${said.join("\n")}`);
  }
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (beyond > 0) {
    throw new Error(`${where}: ${beyond} pixels wider than the window`);
  }
}

/** expect fails with the text unless the condition holds. */
export function expect(condition, text) {
  if (!condition) {
    throw new Error(text);
  }
}

export const password = "an invented password";

/** on finds what stands on a page as people name it. */
export const on = (page) => ({
  button: (name) => page.getByRole("button", { name, exact: true }),
  link: (name) => page.getByRole("link", { name, exact: true }).filter({ visible: true }).first(),
  heading: (name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor(),
  region: (name) => page.getByRole("region", { name, exact: true }),
  settled: () => page.locator(".skeleton, [aria-busy=true]").first().waitFor({ state: "detached" }),
});

/** signUp fills in the page to sign up. */
export async function signUp(page, name, email) {
  const { button, heading, settled } = on(page);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await button("Create an account").click();
  await heading(/./);
  await settled();
}
