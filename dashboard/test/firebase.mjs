// A professional whose account Firebase keeps: signs up, changes her password, signs out and in again, and is told what Firebase refuses.
// Arguments: the server's URL and that of the Auth emulator, with / at their ends.
import { check, expect, launch } from "./browser.mjs";

const [, , base, emulator] = process.argv;
const email = "jordan@example.com";

await launch(
  base,
  "phone",
  async (page, wrong) => {
    const button = (name) => page.getByRole("button", { name, exact: true });
    const link = (name) => page.getByRole("link", { name, exact: true }).filter({ visible: true }).first();
    const heading = (name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
    const password = (label, text) => page.getByLabel(label, { exact: true }).fill(text);
    // The browser itself says in its console that Firebase answered with an error.
    const refused = async (text) => {
      await page.getByText(text).waitFor();
      expect(wrong.every((one) => one.includes("400 (Bad Request)")), wrong.join("\n"));
      wrong.length = 0;
    };

    await page.goto("/");
    await heading("Sign in");
    await page.getByLabel("E-mail address").fill(email);
    await password("Password", "an invented password");
    await button("Sign in").click();
    await refused("The e-mail address or the password is wrong.");
    await check(page, "sign in, refused");

    await link("Create an account").click();
    await heading("Create an account");
    await page.getByLabel("Name").fill("Jordan Lee");
    await page.getByLabel("E-mail address").fill(email);
    await password("Password", "an invented password");
    await button("Create an account").click();
    await heading("Hello, Jordan Lee");

    // No script can read a token.
    const cookies = await page.context().cookies();
    expect(cookies.length === 2 && cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === "Strict"), `cookies: ${JSON.stringify(cookies)}`);
    const readable = await page.evaluate(async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, await indexedDB.databases()]));
    expect(!readable.includes("ey") && readable.endsWith("[]]"), `a script can read ${readable}`);
    await page.reload();
    await heading("Hello, Jordan Lee");

    // The mail by which she confirms her address, and another password.
    const codes = async (type) => (await (await fetch(`${emulator}emulator/v1/projects/demo-accrue/oobCodes`)).json()).oobCodes.filter(({ requestType }) => requestType === type).length;
    for (let tries = 0; (await codes("VERIFY_EMAIL")) === 0; tries++) {
      expect(tries < 50, "no mail was sent to confirm the address");
      await page.waitForTimeout(100);
    }
    await page.goto("/settings");
    await heading("Settings");
    expect((await page.getByLabel("Time zone").inputValue()) === "America/New_York", "the time zone is not that of the device");
    await password("Current password", "not the password");
    await password("New password", "another password");
    await button("Change the password").click();
    await refused("The e-mail address or the password is wrong.");
    await password("Current password", "an invented password");
    await button("Change the password").click();
    await page.getByText("The password is changed", { exact: false }).waitFor();
    await check(page, "settings");

    // Out, in Spanish, and in again.
    await button("Sign out").click();
    await heading("Sign in");
    expect((await page.context().cookies()).length === 0, "cookies are left after signing out");
    await button("Español").click();
    await heading("Entrar");
    await page.getByLabel("Correo electrónico").fill(email);
    await password("Contraseña", "an invented password");
    await button("Entrar").click();
    await refused("El correo electrónico o la contraseña no son correctos.");
    await password("Contraseña", "another password");
    await button("Entrar").click();
    await heading("Hello, Jordan Lee"); // her own language again

    // An access token that has expired is replaced by the server.
    const [{ name, ...rest }] = (await page.context().cookies()).filter(({ name }) => name.endsWith("access"));
    await page.context().addCookies([{ ...rest, name, value: "expired" }]);
    await page.reload();
    await heading("Hello, Jordan Lee");
    expect((await page.context().cookies()).find((cookie) => cookie.name === name).value !== "expired", "the access token was not replaced");

    // A forgotten password.
    await page.goto("/settings");
    await button("Sign out").click();
    await heading("Sign in");
    for (const [address, mails] of [["nobody@example.com", 0], [email, 1]]) {
      await page.goto("/forgot-password");
      await page.getByLabel("E-mail address").fill(address);
      await button("Send the mail").click();
      await refused("If there is an account with this address", { exact: false });
      expect((await codes("PASSWORD_RESET")) === mails, `${await codes("PASSWORD_RESET")} mails after asking for ${address}`);
    }

    // Erased, once the password is right.
    await page.goto("/sign-in");
    await page.getByLabel("E-mail address").fill(email);
    await password("Password", "another password");
    await button("Sign in").click();
    await heading("Hello, Jordan Lee");
    await page.goto("/settings");
    await page.getByText("All that you entered is erased", { exact: false }).click();
    await page.getByLabel("I understand: erase everything").check();
    await password("Password", "not the password");
    await button("Erase the account").click();
    await refused("The e-mail address or the password is wrong.");
    await password("Password", "another password");
    await button("Erase the account").click();
    await heading("Sign in");
  },
  emulator,
);
