// A professional from her first visit on: signs up, adds a certification, logs a credit with its preview, looks at everything,
// reads it in Spanish and signs out. Arguments: the server's URL and the device.
import { check, expect, launch } from "./browser.mjs";

const [, , base, device] = process.argv;
const password = "an invented password";

await launch(base, device, async (page, wrong) => {
  const button = (name) => page.getByRole("button", { name, exact: true });
  const link = (name) => page.getByRole("link", { name, exact: true }).filter({ visible: true }).first();
  const heading = (name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
  const settled = () => page.locator(".skeleton, [aria-busy=true]").first().waitFor({ state: "detached" });

  // A stranger.
  await page.goto("/");
  await heading("Sign in");
  await check(page, "sign in");
  await page.getByLabel("E-mail address").fill("jordan@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await button("Sign in").click();
  await page.getByText("The e-mail address or the password is wrong.").waitFor();
  await check(page, "sign in, refused");
  await link("Create an account").click();
  await heading("Create an account");
  await page.getByLabel("Name").fill("Jordan Lee");
  await page.getByLabel("E-mail address").fill("jordan@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await check(page, "sign up");
  await button("Create an account").click();

  // Her first certification.
  await heading("Hello, Jordan Lee");
  await settled();
  await page.getByText("Nothing to keep track of yet").waitFor();
  await check(page, "home, empty");
  const cookies = await page.context().cookies();
  expect(cookies.length === 2 && cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === "Strict"), `cookies: ${JSON.stringify(cookies)}`);
  expect((await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))).includes("ey") === false, "a script can read a token");
  await link("Add a certification").click();
  await heading("Programs");
  await settled();
  await check(page, "programs");
  const found = page.locator("article");
  expect((await found.count()) === 20, "the first page of programs is not full");
  await button("Show more").click();
  await found.nth(39).waitFor();
  await page.getByRole("searchbox").fill("nothing is called that");
  await page.getByText("No program matches.").waitFor();
  await page.getByRole("searchbox").fill("Georgia CPA");
  await link("Georgia CPA").click();
  await heading("Georgia CPA");
  await settled();
  await check(page, "program");
  await page.getByLabel("First issued on").fill("2012-03-02");
  await button("Add it").click();
  await page.getByRole("heading", { name: "What it asks" }).waitFor();
  await settled();
  await check(page, "certification");

  // Another, of which something must be answered.
  await page.goto("/programs/iia-cia");
  await page.getByLabel("First issued on").fill("2016-09-30");
  await button("Add it").click();
  const questions = page.getByRole("region", { name: "Answers that are needed" });
  await questions.waitFor();
  await settled();
  await check(page, "certification, with questions");
  await questions.getByRole("combobox").first().selectOption({ index: 1 });
  await button("Save the answers").click();
  await questions.waitFor({ state: "detached" });
  await page.getByText("+ Edit").or(page.getByText("Edit", { exact: true })).click();
  await page.getByLabel("Number").fill("CIA000001");
  await button("Save").click();
  await page.getByText("The Institute of Internal Auditors · CIA000001").waitFor();
  await button("Remove this certification").click();
  await check(page, "certification, about to be removed");
  await button("Yes, remove it").click();
  await heading("Hello, Jordan Lee");
  await link("Georgia CPA").click();
  await heading("Georgia CPA");
  await settled();

  // A credit, seen before it is logged.
  await link("Log a credit").click();
  await heading("Log a credit");
  await settled();
  await check(page, "credit, empty");
  await page.getByLabel("What was it?").fill("Auditing revenue");
  await page.getByLabel("Hours", { exact: true }).fill("6");
  await page.getByLabel("Minutes", { exact: true }).fill("40");
  await page.getByText("Technical", { exact: false }).first().click();
  const preview = page.getByRole("complementary", { name: "What it changes" });
  await preview.getByText("+8 CPE credits").waitFor();
  await settled();
  await check(page, "credit, previewed");
  await button("Log the credit").click();
  await heading("Credits");
  await page.getByText("Georgia CPA: 8 CPE credits").waitFor();
  await check(page, "credits");
  await page.getByRole("searchbox").fill("nothing is called that");
  await page.getByText("No credit matches.").waitFor();
  await page.getByRole("searchbox").fill("");
  await link("Auditing revenue").click();
  await heading("Edit the credit");
  await settled();
  await check(page, "credit, edited");
  await page.getByLabel("Hours", { exact: true }).fill("5");
  await page.getByLabel("Minutes", { exact: true }).fill("50");
  await preview.getByText("+7 CPE credits").waitFor();
  await button("Save").click();
  await page.getByText("Georgia CPA: 7 CPE credits").waitFor();

  // By keyboard from the top: the skip link, then the content.
  await link("Home").click();
  await heading("Hello, Jordan Lee");
  await settled();
  await page.getByText("7 of 80 CPE credits").or(page.getByText("73 CPE credits to go")).first().waitFor();
  await check(page, "home");
  await page.reload();
  await heading("Hello, Jordan Lee");
  await page.keyboard.press("Tab");
  expect((await page.evaluate(() => document.activeElement?.textContent)) === "Skip to the content", "Tab does not begin with the skip link");

  // A deadline of her own.
  await link("Deadlines").click();
  await heading("Deadlines");
  await settled();
  await button("Add a deadline").click();
  await page.getByLabel("What is due?").fill("CPR card");
  await page.getByLabel("Due on").fill(`${new Date().getFullYear() + 1}-06-30`);
  await check(page, "deadlines");
  await page.getByRole("region", { name: "Add a deadline" }).getByRole("button", { name: "Add a deadline" }).click();
  await button("Mark as done: CPR card").click();
  await page.getByText("Done on").waitFor();

  // Reminders.
  await link("Inbox").click();
  await heading("Inbox");
  await settled();
  await check(page, "inbox");
  await page.goto("/settings");
  await heading("Settings");
  await settled();
  await check(page, "settings");
  await link("Licences").click();
  await page.getByText("SIL OPEN FONT LICENSE").waitFor();
  await page.goBack();
  await heading("Settings");
  await settled();
  await page.getByLabel("At", { exact: true }).fill("08:30");
  await page.getByRole("region", { name: "Reminders" }).getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await button("Send a test").click();
  await page.getByText("A test is on its way").waitFor();
  await button("Make an address").click();
  const calendar = await page.getByLabel("Address of your calendar").inputValue();
  expect(calendar.startsWith(base + "calendar/"), `the calendar is at ${calendar}`);
  await page.getByText(/There is an address|Copy it now/).waitFor();
  await link("Inbox 1 unread").click();
  await page.getByText("A test: reminders reach you.").waitFor();
  await button("Mark as read").click();
  await link("Inbox").waitFor();

  // A program of her own.
  await page.goto("/programs/new");
  await heading("Describe your own");
  await check(page, "own program");
  await button("In the rule language").click();
  await page.getByText("Nothing is wrong with it.").waitFor();
  await page.getByLabel("Rules").fill("name: Mine\nversions: nonsense\n");
  await page.getByText(/problems?$/).waitFor();
  await check(page, "own program, with problems");
  await button("Hours every so many years").click();
  await page.getByLabel("Name of the credential").fill("Yoga teacher");
  await page.getByLabel("Hours in each cycle").fill("30");
  await page.getByLabel("Last day of any one cycle").fill(`${new Date().getFullYear() + 1}-12-31`);
  await button("Create the program").click();
  await heading("Yoga teacher");
  await link("Edit the rules").click();
  await heading("Your own program");
  await page.getByText("Nothing is wrong with it.").waitFor();
  await check(page, "own program, edited");

  // Where there is nothing.
  for (const path of ["/credits/none", "/certifications/00000000-0000-4000-8000-000000000000", "/programs/none", "/inbox/none"]) {
    await page.goto(path);
    await page.getByRole("link", { name: "To the start" }).waitFor();
    await check(page, path);
  }

  // In Spanish, and written from right to left for the layout's sake.
  await page.goto("/settings");
  await page.getByLabel("Language").selectOption("es");
  await page.getByRole("region", { name: "Profile" }).getByRole("button", { name: "Save" }).click();
  await heading("Ajustes");
  expect((await page.getAttribute("html", "lang")) === "es", "the page does not say that it is in Spanish");
  await page.goto("/");
  await heading("Hola, Jordan Lee");
  await settled();
  await check(page, "home in Spanish");
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await check(page, "home from right to left");

  // Without a network the app still opens; no answer of the API was kept.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const kept = await page.evaluate(async () => {
    const urls = [];
    for (const name of await caches.keys()) {
      urls.push(...(await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname));
    }
    return urls;
  });
  expect(kept.includes("/") && !kept.some((path) => path.startsWith("/graphql")), `the service worker keeps ${kept}`);

  await page.context().setOffline(true);
  await page.getByText("Sin conexión.").waitFor();
  await check(page, "home, offline");
  await page.reload();
  await page.getByText("No se ha podido llegar al servidor.", { exact: false }).waitFor();
  await page.context().setOffline(false);
  wrong.length = 0; // the browser itself says that requests failed
  await button("Intentar de nuevo").click();
  await heading("Hola, Jordan Lee");

  // A session that has ended is begun again.
  await page.context().clearCookies();
  await link("Plazos").click();
  await page.getByText("Su sesión ha terminado.", { exact: false }).waitFor();
  await heading("Entrar");
  await page.getByLabel("Correo electrónico").fill("jordan@example.com");
  await page.getByLabel("Contraseña", { exact: true }).fill(password);
  await button("Entrar").click();
  await heading("Plazos");

  // Out.
  await page.goto("/settings");
  await button("Salir").click();
  await heading("Entrar");
  expect((await page.context().cookies()).length === 0, "cookies are left after signing out");
  await check(page, "signed out");

  // And away for good, after a change of the password.
  const signIn = async (password) => {
    await page.getByLabel("Correo electrónico").fill("jordan@example.com");
    await page.getByLabel("Contraseña", { exact: true }).fill(password);
    await button("Entrar").click();
  };
  await signIn(password);
  await heading("Hola, Jordan Lee");
  await page.goto("/settings");
  await page.getByLabel("Contraseña actual", { exact: true }).fill("not the password");
  await page.getByLabel("Contraseña nueva", { exact: true }).fill("another password");
  await button("Cambiar la contraseña").click();
  await page.locator(".problem").waitFor();
  await page.getByLabel("Contraseña actual", { exact: true }).fill(password);
  await button("Cambiar la contraseña").click();
  await page.getByText("La contraseña está cambiada", { exact: false }).waitFor();
  await page.getByText("Se borra todo lo que ha introducido", { exact: false }).click();
  await page.getByLabel("Contraseña", { exact: true }).fill("another password");
  await page.getByLabel("Lo entiendo: bórrenlo todo").check();
  await button("Borrar la cuenta").click();
  await heading("Entrar");
  await signIn("another password");
  await page.locator(".problem").waitFor();
});
