// Opens links of mails as a browser would and prints what the page says before and after its button is pressed. Arguments: the server's
// URL, then pairs of the link's end from the # on and a password.
import { launch } from "./browser.mjs";

const [, , base, ...pairs] = process.argv;

const shown = await launch(base, "desktop", async (page) => {
  const all = [];
  for (let i = 0; i < pairs.length; i += 2) {
    await page.goto("about:blank");
    await page.goto(base + pairs[i]);
    const title = page.getByRole("heading", { level: 1 });
    await title.waitFor();
    const says = await title.textContent();
    const open = says !== "Sign in";
    const password = page.getByLabel("New password", { exact: true });
    const asksPassword = (await password.count()) > 0;
    const hash = new URL(page.url()).hash;
    let answer = "";
    if (open) {
      const button = page.locator("button.primary");
      if (asksPassword) {
        await password.evaluate((input) => input.removeAttribute("minlength")); // the server's word, not the browser's
        await password.fill(pairs[i + 1]);
      }
      await button.click();
      const said = page.locator(".notice p, .problem").first();
      await said.waitFor();
      answer = await said.textContent();
    }
    all.push({ open, asksPassword, says, hash, answer, left: (await title.textContent()) !== says });
  }
  return all;
});
console.log(JSON.stringify(shown));
