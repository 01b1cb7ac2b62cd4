// The inbox of a nurse, who is told what an organization did with her credits, and wants it there alone. Arguments: the server's URL, the device, her e-mail address and
// her password.
import { check, expect, launch, on } from "./browser.mjs";

const [, , base, device, email, password] = process.argv;

await launch(base, device, async (page) => {
  const { button, link, heading, settled } = on(page);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await button("Sign in").click();
  await heading(/Hello/);

  await page.goto("/inbox");
  await heading("Inbox");
  await settled();
  await page.getByText("St. Example took a credit of yours back: Lifting").waitFor();
  await page.getByText("Reason: It is next week.").waitFor();
  expect((await link("St. Example took a credit of yours back: Lifting").count()) === 0, "what is taken back leads somewhere");
  await check(page, "the inbox, with news of credits");
  await link("St. Example posted a credit for you: Fire drill").click();
  await heading("Posted credit");
  await page.getByText("Posted by St. Example").waitFor();

  await page.goto("/settings");
  await heading("Settings");
  await settled();
  const sends = page.getByLabel("Send me, too, what organizations do with my credits");
  expect(await sends.isChecked(), "news of credits is muted");
  await sends.uncheck();
  const reminders = page.getByRole("region", { name: "Reminders", exact: true });
  await reminders.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  await check(page, "settings, with news of credits muted");
  await page.reload();
  await settled();
  expect(!(await sends.isChecked()), "it is not muted");
});
