// A stranger at a server whose accounts Firebase keeps, without the key of a web app. Argument: the server's URL.
import { check, launch } from "./browser.mjs";

await launch(process.argv[2], "phone", async (page) => {
  await page.goto("/");
  await page.getByRole("note").getByText("FIREBASE_WEB_API_KEY").waitFor();
  await page.getByLabel("E-mail address").fill("jordan@example.com");
  await page.getByLabel("Password", { exact: true }).fill("an invented password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("FIREBASE_WEB_API_KEY").waitFor();
  await check(page, "sign in, without a key");
});
