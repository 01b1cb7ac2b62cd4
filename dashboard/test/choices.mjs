// What a professional can take back, put off or tell more exactly: snoozes, a renewal, the reminders of one certification, and the parts of a
// credit. Arguments: the server's URL and the device.
import { check, expect, launch } from "./browser.mjs";

const [, , base, device] = process.argv;

await launch(base, device, async (page) => {
  const button = (name) => page.getByRole("button", { name, exact: true });
  const heading = (name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
  const settled = () => page.locator(".skeleton, [aria-busy=true]").first().waitFor({ state: "detached" });
  const graphql = async (query, variables) => {
    const answer = await page.evaluate(
      async ([query, variables]) =>
        (await fetch("/graphql", { method: "POST", headers: { "Content-Type": "application/json", "Accrue-Session": "cookie" }, body: JSON.stringify({ query, variables }) })).json(),
      [query, variables],
    );
    expect(!answer.errors, JSON.stringify(answer.errors));
    return answer.data;
  };

  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Jordan Lee");
  await page.getByLabel("E-mail address").fill("jordan@example.com");
  await page.getByLabel("Password", { exact: true }).fill("an invented password");
  await button("Create an account").click();
  await heading("Hello, Jordan Lee");
  const year = new Date().getFullYear(); // these licences end with each even year
  const expires = `${year + (year % 2)}-12-31`;
  const add = "mutation($input: AddCertificationInput!) { addCertification(input: $input) { certification { id } } }";
  const { id } = (await graphql(add, { input: { programId: "us-ga-pharmacist", issuedOn: "2019-05-02", expiresOn: expires } })).addCertification.certification;
  await graphql(add, { input: { programId: "us-ga-cpa", issuedOn: "2012-03-02" } });

  // A deadline is put off, and no longer.
  await page.goto("/deadlines");
  await heading("Deadlines");
  await settled();
  const due = page.locator("li.due").first();
  await due.getByText(/^Snooze: /).click();
  await due.getByLabel("Silent until").fill(`${year + 1}-03-05`);
  await check(page, "deadlines, about to snooze");
  await due.getByRole("button", { name: "Snooze it" }).click();
  await page.getByText(`Its reminders are silent until March 5, ${year + 1}.`).waitFor();
  await check(page, "deadlines, snoozed");
  await page.reload();
  await page.getByText(`Its reminders are silent until March 5, ${year + 1}.`).waitFor();
  await page.getByRole("button", { name: /^Remind me again: / }).click();
  await page.getByText("Its reminders are silent", { exact: false }).waitFor({ state: "detached" });

  // A renewal is recorded and taken back.
  await page.goto(`/certifications/${id}`);
  await heading("Georgia pharmacist");
  await settled();
  await page.getByText("Edit", { exact: true }).click();
  await page.getByText("Renewed?", { exact: true }).click();
  const today = await page.evaluate(() => new Date().toLocaleDateString("sv"));
  await page.getByLabel("Renewed on").fill(today);
  await page.getByLabel("New expiry").fill(`${Number(expires.slice(0, 4)) + 2}-12-31`);
  await button("Record the renewal").click();
  await page.getByText("Last renewed on", { exact: false }).waitFor();
  expect((await page.getByLabel("Expires on").inputValue()) !== expires, "the form still has the expiry from before the renewal");
  await button("Take this renewal back").click();
  await check(page, "certification, about to take a renewal back");
  await button("Yes, take it back").click();
  await page.getByText("The renewal is taken back.").waitFor();
  await page.getByText("Last renewed on", { exact: false }).waitFor({ state: "detached" });
  expect((await page.getByLabel("Expires on").inputValue()) === expires, "the expiry is not the one from before");

  // Reminders of this one differ.
  const reminders = page.locator("details").filter({ has: page.getByText("Reminders", { exact: true }) });
  await reminders.getByText("Reminders", { exact: true }).click();
  await reminders.getByLabel("By the same ways", { exact: false }).uncheck();
  await reminders.getByText("180 days before", { exact: true }).click();
  await reminders.getByText("E-mail", { exact: true }).click();
  await reminders.getByLabel("Silent until").fill(`${year + 1}-01-02`);
  await check(page, "certification, its reminders");
  await reminders.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  const preferences = "{ me { reminderPreferences { version channels ladder certifications { certificationId channels ladder muteUntil } } } }";
  const { channels, ladder, certifications } = (await graphql(preferences)).me.reminderPreferences;
  const [own] = certifications;
  expect(
    certifications.length === 1 && own.certificationId === id && own.muteUntil === `${year + 1}-01-02` && own.channels.length !== channels.length && own.ladder.includes(180) !== ladder.includes(180),
    JSON.stringify({ channels, ladder, certifications }),
  );
  await page.reload();
  await heading("Georgia pharmacist");
  await reminders.getByText("Reminders", { exact: true }).click();
  expect(!(await reminders.getByLabel("By the same ways", { exact: false }).isChecked()), "what differs is not shown");
  await reminders.getByLabel("By the same ways", { exact: false }).check();
  await reminders.getByLabel("Silent until").fill("");
  await reminders.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  expect((await graphql(preferences)).me.reminderPreferences.certifications.length === 0, "what no longer differs is kept");

  // Of a course of three hours, one about ethics.
  await page.goto("/credits/new");
  await heading("Log a credit");
  await settled();
  await page.getByLabel("What was it?").fill("Auditing revenue");
  await page.getByLabel("Hours", { exact: true }).fill("3");
  await page.getByText("Technical", { exact: false }).first().click();
  await button("Add a part about something else").click();
  const part = page.getByRole("group", { name: "Part 1" });
  await button("Log the credit").click(); // refused by the browser: the part says nothing yet
  await part.getByLabel("Hours", { exact: true }).fill("4");
  await part.getByText("Ethics", { exact: false }).first().click();
  await button("Log the credit").click();
  await page.locator(".card .problem").first().waitFor();
  await settled();
  await check(page, "credit, with a part that is too long");
  await part.getByLabel("Hours", { exact: true }).fill("1");
  await page.getByRole("complementary", { name: "What it changes" }).getByText("CPE credits", { exact: false }).first().waitFor();
  await settled();
  await check(page, "credit, with a part");
  await button("Log the credit").click();
  await heading("Credits");
  const credits = "{ me { credits { nodes { id minutes portions { minutes topics } } } } }";
  const [logged] = (await graphql(credits)).me.credits.nodes;
  expect(logged.minutes === 180 && logged.portions.length === 1 && logged.portions[0].minutes === 60 && logged.portions[0].topics.length === 1, JSON.stringify(logged));
  await page.goto(`/credits/${logged.id}`);
  await heading("Edit the credit");
  expect((await part.getByLabel("Hours", { exact: true }).inputValue()) === "1", "the part is not shown");
  await button("Remove: Part 1").click();
  expect(await button("Add a part about something else").evaluate((one) => one === document.activeElement), "the focus is lost");
  await button("Save").click();
  await heading("Credits");
  expect((await graphql(credits)).me.credits.nodes[0].portions.length === 0, "the part is kept");

  // All of it in Spanish.
  const { version } = (await graphql("{ me { version } }")).me;
  await graphql("mutation($input: UpdateProfileInput!) { updateProfile(input: $input) { professional { id } } }", { input: { version, locale: "es" } });
  await page.goto("/deadlines");
  await heading("Plazos");
  await settled();
  await due.getByText(/^Posponer: /).click();
  await due.getByLabel("En silencio hasta el").fill(`${year + 1}-03-05`);
  await due.getByRole("button", { name: "Posponerlo" }).click();
  await page.getByText("Sus recordatorios callan hasta el", { exact: false }).waitFor();
  await check(page, "deadlines in Spanish");
  await page.goto(`/certifications/${id}`);
  await page.getByText("Recordatorios", { exact: true }).click();
  await page.getByLabel("Por los mismos medios", { exact: false }).waitFor();
  await settled();
  await check(page, "certification in Spanish");
  await page.goto("/credits/new");
  await button("Añadir una parte sobre otra cosa").click();
  await page.getByRole("group", { name: "Parte 1" }).waitFor();
  await settled();
  await check(page, "credit in Spanish");
});
