// A professional with the photo of a certificate, from signing up to a requirement that is met: she sends it, sees what was read and where,
// corrects it, confirms, and finds the credit with its file. Arguments: the server's URL, the device and the photo.
import { check, expect, launch } from "./browser.mjs";

const [, , base, device, photo] = process.argv;

await launch(base, device, async (page) => {
  const button = (name) => page.getByRole("button", { name, exact: true });
  const heading = (name, level = 1) => page.getByRole("heading", { name, exact: true, level }).waitFor();
  const settled = () => page.locator(".skeleton, [aria-busy=true]").first().waitFor({ state: "detached" });
  const graphql = (query, variables) =>
    page.evaluate(
      async ([query, variables]) =>
        (await fetch("/graphql", { method: "POST", headers: { "Content-Type": "application/json", "Accrue-Session": "cookie" }, body: JSON.stringify({ query, variables }) })).json(),
      [query, variables],
    );

  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Amélie Dubois");
  await page.getByLabel("E-mail address").fill("amelie@example.com");
  await page.getByLabel("Password", { exact: true }).fill("an invented password");
  await button("Create an account").click();
  await heading("Hello, Amélie Dubois");
  const year = new Date().getFullYear(); // these licences end with each even year
  await page.goto("/programs/us-ga-pharmacist");
  await page.getByLabel("First issued on").fill("2019-05-02");
  await page.getByLabel("Expires on").fill(`${year + (year % 2)}-12-31`);
  await page.getByRole("combobox", { name: "Do you hold a Georgia specialty-practice certification?" }).selectOption("No");
  await button("Add it").click();
  await page.getByRole("heading", { name: "What it asks" }).waitFor();
  const certification = page.url();

  // Nothing yet.
  await page.goto("/files");
  await heading("Files");
  await page.getByText("No files yet").waitFor();
  await check(page, "files, empty");

  // What was read.
  await page.getByLabel("Choose files").setInputFiles(photo);
  await heading("pharmacy-statement-4.jpg");
  await page.getByLabel("What was it?").waitFor();
  await settled();
  const title = await page.getByLabel("What was it?").inputValue();
  expect(title.startsWith("Preventing Medication Errors"), `the title is ${title}`);
  expect((await page.getByLabel("Completed on").inputValue()) === "2026-09-26", "the day was not filled in");
  expect((await page.getByLabel("Amount", { exact: true }).inputValue()) === "2", "the amount was not filled in");
  await page.getByText("Read, but please check").first().waitFor();
  await page.getByText("Read: sure").first().waitFor();
  expect(await page.locator(".picture img").evaluate((image) => image.decode().then(() => image.naturalWidth > 300)), "there is no picture of the page");
  await check(page, "file, read");

  // A field shows its place, and a place its field.
  await page.getByLabel("What was it?").focus();
  await page.locator('.place.active[data-place="title"]').waitFor();
  const place = await page.locator(".place.active").boundingBox();
  const picture = await page.locator(".picture img").boundingBox();
  // There the title stands on this photo, in shares of it.
  const share = { left: (place.x - picture.x) / picture.width, middle: (place.y + place.height / 2 - picture.y) / picture.height };
  expect(Math.abs(share.left - 0.462) < 0.01 && Math.abs(share.middle - 0.24) < 0.012, `the title is marked at ${JSON.stringify(share)}`);
  await page.locator('.place[data-place="provider"]').click();
  await page.locator('.place.active[data-place="provider"]').waitFor();
  expect(await page.getByLabel("Provider").evaluate((input) => input === document.activeElement), "a place does not lead to its field");

  // Corrected and confirmed.
  await page.getByLabel("What was it?").fill("Preventing medication errors");
  await settled();
  await button("Log the credit").click();
  await heading("The credit is logged.", 2);
  await page.getByText("Where you stand now").waitFor();
  await check(page, "file, confirmed");
  await page.getByRole("link", { name: "Preventing medication errors" }).first().click();
  await heading("Edit the credit");
  await page.getByRole("link", { name: "pharmacy-statement-4.jpg", exact: true }).waitFor();
  await settled();
  await check(page, "credit with its file");

  // The same file again is the same evidence, and says what it became.
  await page.goto("/credits/new");
  await page.getByLabel("Choose files").setInputFiles(photo);
  await heading("Logged as", 2);
  await check(page, "file, logged before");

  // What the phone logs shows at the desk without a click.
  await page.goto("/");
  await heading("Hello, Amélie Dubois");
  await settled();
  await check(page, "home");
  const before = await page.locator(".certification").innerText();
  const logged = await graphql("mutation($input: LogCreditInput!) { logCredit(input: $input) { credit { id } } }", {
    input: { title: "Live seminar", completedOn: await page.evaluate(() => new Date().toLocaleDateString("sv")), amount: "5", unit: "us-ga-board-of-pharmacy.hour" },
  });
  expect(!logged.errors, JSON.stringify(logged.errors));
  await page.waitForFunction((before) => document.querySelector(".certification")?.innerText !== before, before);

  // The rest of the hours, and she is done.
  await page.goto("/credits/new");
  await page.getByLabel("What was it?").fill("Pharmacotherapy conference");
  await page.getByLabel("Hours", { exact: true }).fill("28");
  await settled();
  await button("Log the credit").click();
  await heading("Credits");
  await page.goto(certification);
  await page.getByRole("heading", { name: "What it asks" }).waitFor();
  await page.locator(".mark.MET").first().waitFor();
  await page.getByText("Not complete").waitFor({ state: "detached" });
  await settled();
  await check(page, "certification, complete");

  // What cannot be read says why, and can be logged by hand with the file.
  await page.goto("/files");
  await page.getByLabel("Choose files").setInputFiles({ name: "damaged.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\nnothing follows") });
  await heading("damaged.pdf");
  await button("Log it by hand").click();
  await page.getByLabel("What was it?").fill("Lunch lecture");
  await page.getByLabel("Hours", { exact: true }).fill("1");
  await settled();
  await check(page, "file, failed");
  await button("Log the credit").click();
  await heading("Edit the credit");
  await page.getByRole("link", { name: "damaged.pdf", exact: true }).waitFor();

  // A list, from which a file goes after a question.
  await page.goto("/files");
  await page.getByRole("link", { name: "damaged.pdf", exact: true }).waitFor();
  await check(page, "files");
  const row = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: "damaged.pdf", exact: true }) });
  await row.getByRole("button", { name: "Remove the file" }).click();
  await row.getByRole("button", { name: "Yes, remove it" }).click();
  await page.getByRole("link", { name: "damaged.pdf", exact: true }).waitFor({ state: "detached" });
});
