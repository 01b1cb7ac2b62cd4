// Files beyond the one photo: several certificates in one, a day of which nothing tells the month, an upload whose network is lost in the
// middle, and all of it in Spanish. Arguments: the server's URL, the device and a file with three certificates.
import { connect, createServer } from "node:net";
import { check, expect, launch } from "./browser.mjs";

const [, , server, device, several] = process.argv;

// The way to the server: connections over which more than `most` bytes were sent are cut off.
let most = Infinity;
const way = createServer((near) => {
  const far = connect(new URL(server).port, new URL(server).hostname);
  const cut = () => {
    near.destroy();
    far.destroy();
  };
  let sent = 0;
  near.on("data", (chunk) => {
    sent += chunk.length;
    if (sent > most) {
      cut();
    } else if (!far.write(chunk)) {
      near.pause();
    }
  });
  far.on("drain", () => near.resume());
  far.pipe(near);
  near.on("error", cut).on("close", cut);
  far.on("error", cut);
});
await new Promise((listens) => way.listen(0, "127.0.0.1", listens));
const base = `http://127.0.0.1:${way.address().port}/`;

await launch(base, device, async (page, wrong) => {
  const button = (name) => page.getByRole("button", { name, exact: true });
  const heading = (name, level = 1) => page.getByRole("heading", { name, exact: true, level }).waitFor();
  const settled = () => page.locator(".skeleton, [aria-busy=true]").first().waitFor({ state: "detached" });

  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Jane Doe");
  await page.getByLabel("E-mail address").fill("jane@example.com");
  await page.getByLabel("Password", { exact: true }).fill("an invented password");
  await button("Create an account").click();
  await heading("Hello, Jane Doe");

  // Three certificates, one after the other.
  await page.goto("/files");
  await page.getByLabel("Choose files").setInputFiles(several);
  await heading("one-person.pdf");
  const steps = page.getByRole("navigation", { name: "Certificates in this file" });
  await steps.waitFor();
  await settled();
  expect((await steps.getByRole("button").count()) === 3, "not three certificates");
  expect((await page.getByLabel("What was it?").inputValue()) === "Infection Control Update 2025", "the first is not shown first");
  expect((await page.locator(".picture img").count()) === 1, "not the page of the certificate alone");
  await check(page, "three certificates");
  await steps.getByRole("button", { name: "Certificate 3" }).click();
  await page.waitForFunction(() => document.querySelector('[data-field="title"] input')?.value === "Lease Accounting under the New Standard");
  await steps.getByRole("button", { name: "Certificate 1" }).click();
  const log = async (title, rest) => {
    await page.waitForFunction((title) => document.querySelector('[data-field="title"] input')?.value === title, title);
    await page.getByLabel("Unit").selectOption({ index: 0 });
    await page.getByLabel("Hours", { exact: true }).fill("1");
    await settled();
    await button("Log the credit").click();
    await heading("The credit is logged.", 2);
    expect((await steps.getByText("(logged)").count()) === 3 - rest, "the steps do not say what is logged");
    expect((await button("Next certificate").count()) === Math.min(rest, 1), `${rest} certificates are left`);
  };
  await log("Infection Control Update 2025", 2);
  await check(page, "three certificates, one logged");
  await button("Next certificate").click();
  await log("Building a Culture of Feedback", 1);
  await button("Next certificate").click();
  await log("Lease Accounting under the New Standard", 0);
  await page.reload();
  await heading("Logged as", 2);

  // 03/04 is the third of April or the fourth of March: nothing else on it is of one country.
  const year = new Date().getFullYear() - 1;
  const printer = await page.context().newPage();
  await printer.setContent(
    `<h1>Certificate of Completion</h1><p>This certifies that</p><h2>Jane Doe</h2><p>has completed</p><h2>Ethics in Daily Practice</h2><p>Date of completion: 03/04/${year}</p><p>2 hours</p>`,
  );
  const ambiguous = { name: "ambiguous.pdf", mimeType: "application/pdf", buffer: await printer.pdf() };
  await printer.close();
  await page.goto("/files");
  await page.getByLabel("Choose files").setInputFiles(ambiguous);
  await heading("ambiguous.pdf");
  const asked = page.getByRole("group", { name: "Day or month first? Which day is it?" });
  await asked.waitFor();
  await settled();
  expect((await page.getByLabel("Completed on").inputValue()) === "", "a day was chosen for her");
  expect((await asked.getByRole("button").count()) === 2, "not two days to choose from");
  await check(page, "file, with a day to choose");
  await asked.getByRole("button", { name: `April 3, ${year}` }).click();
  expect((await page.getByLabel("Completed on").inputValue()) === `${year}-04-03`, "the day that was chosen is not taken");

  // The network is lost in the middle of an upload, which is repeated.
  await page.goto("/files");
  await page.getByRole("link", { name: "ambiguous.pdf", exact: true }).waitFor();
  most = 1_000_000;
  await page.getByLabel("Choose files").setInputFiles({ name: "long.pdf", mimeType: "application/pdf", buffer: Buffer.concat([ambiguous.buffer, Buffer.alloc(4_000_000, "\n")]) });
  const sent = page.getByRole("listitem").filter({ hasText: "long.pdf" });
  await sent.getByText("The server could not be reached.", { exact: false }).waitFor();
  await check(page, "files, after the network was lost");
  most = Infinity;
  wrong.length = 0; // the browser itself says that requests failed
  await sent.getByRole("button", { name: "Try again" }).click();
  await sent.getByRole("link", { name: "Look and confirm" }).click();
  await heading("long.pdf");
  await page.goto("/files");
  await page.getByRole("link", { name: "ambiguous.pdf", exact: true }).waitFor();
  expect((await page.getByRole("link", { name: "long.pdf", exact: true }).count()) === 1, "the file is there more than once");

  // All of it in Spanish.
  await page.goto("/settings");
  await page.getByLabel("Language").selectOption("es");
  await page.getByRole("region", { name: "Profile" }).getByRole("button", { name: "Save" }).click();
  await heading("Ajustes");
  await page.goto("/files");
  await heading("Archivos");
  await page.getByRole("link", { name: "ambiguous.pdf", exact: true }).waitFor();
  await check(page, "files in Spanish");
  await page.getByRole("link", { name: "ambiguous.pdf", exact: true }).click();
  await page.getByRole("group", { name: "¿Primero el día o el mes? ¿Qué día es?" }).getByRole("button", { name: `3 de abril de ${year}` }).waitFor();
  await settled();
  await check(page, "file in Spanish");
  await page.goto("/files");
  await page.getByRole("link", { name: "one-person.pdf", exact: true }).click();
  await heading("Registrado como", 2);
  await page.getByRole("navigation", { name: "Certificados de este archivo" }).getByText("(registrado)").first().waitFor();
  await check(page, "certificates in Spanish");
});
way.close();
