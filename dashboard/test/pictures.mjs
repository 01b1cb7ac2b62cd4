// Takes the pictures in the README: runs the server with its invented people and looks at it as one of them does. Argument: the folder
// for the pictures.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { launch } from "./browser.mjs";

const [, , folder] = process.argv;
const root = new URL("../..", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

// A group of its own, so that what `go run` starts ends with it.
const server = spawn("go", ["run", ".", "demo", "--addr", "127.0.0.1:0"], { cwd: root, detached: true, stdio: ["ignore", "ignore", "pipe"] });
try {
  const base = await new Promise((resolve, reject) => {
    server.on("exit", () => reject(new Error("the server ended")));
    server.stderr.on("data", (text) => {
      const url = /http:\/\/[0-9.:]+\//.exec(text)?.[0];
      if (url) {
        resolve(url);
      }
    });
  });
  const shown = async (page) => {
    await page.locator(".skeleton, [aria-busy=true]").first().waitFor({ state: "detached" });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  };
  const signIn = async (page, name = "Jordan Lee", email = "jordan@example.com") => {
    await page.goto("/");
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("continuing education");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
    await shown(page);
  };
  await launch(base, "desktop", async (page) => {
    await signIn(page);
    await page.screenshot({ path: `${folder}/home.png` });
    await page.goto("/credits/new");
    await page.getByLabel("What was it?").fill("Auditing revenue under the new standard");
    await page.getByLabel("Hours", { exact: true }).fill("3");
    await page.getByText("Technical subject").click();
    await page.getByText("+3.6 CPE", { exact: false }).first().waitFor();
    await shown(page);
    await page.screenshot({ path: `${folder}/credit.png` });
  });
  await launch(base, "desktop", async (page) => {
    await signIn(page, "Dana Whitfield", "dana@example.com");
    await page.getByRole("link", { name: "Organizations" }).first().click();
    await page.getByRole("link", { name: "Harbor Hospital" }).first().click();
    await page.getByRole("heading", { name: "Where members stand" }).waitFor();
    await shown(page);
    await page.screenshot({ path: `${folder}/organization.png`, fullPage: true });
  });
  await launch(base, "phone", async (page) => {
    await signIn(page);
    await page.screenshot({ path: `${folder}/phone-home.png` });
    await page.getByRole("link", { name: "Georgia CPA", exact: true }).click();
    await page.getByRole("heading", { name: "What it asks" }).waitFor();
    await shown(page);
    await page.screenshot({ path: `${folder}/phone-certification.png` });
  });
} finally {
  process.kill(-server.pid, "SIGTERM");
}
