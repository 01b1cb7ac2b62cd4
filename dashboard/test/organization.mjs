// An organization from its founding on: a manager makes a group and an invitation, a nurse joins by it, and the manager sees where she
// stands. Arguments: the server's URL and the device.
import { readFile } from "node:fs/promises";
import { check, expect, launch, on, signUp } from "./browser.mjs";

const [, , base, device] = process.argv;

await launch(base, device, async (manager, wrong, open) => {
  const { button, link, heading, region, settled } = on(manager);

  // A manager founds an organization.
  await manager.goto("/sign-up");
  await signUp(manager, "Ana Okafor", "ana@example.com");
  await link("Organizations").click();
  await heading("Organizations");
  await settled();
  await manager.getByText("You are a member of no organization").waitFor();
  await check(manager, "organizations, empty");
  await manager.getByLabel("Name of the organization").fill("x".repeat(120) + "y");
  expect((await manager.getByLabel("Name of the organization").inputValue()).length === 120, "the name of an organization is not limited");
  await manager.getByLabel("Name of the organization").fill("   ");
  await button("Found an organization").click();
  await region("Found an organization").locator(".problem").waitFor();
  await manager.getByLabel("Name of the organization").fill("Harbor Hospital");
  await button("Found an organization").click();
  await heading("Harbor Hospital");
  await settled();
  await check(manager, "organization, empty");
  const home = new URL(manager.url()).pathname;

  // With groups.
  const tab = (name) => manager.getByRole("navigation", { name: "Pages of Harbor Hospital" }).getByRole("link", { name, exact: true });
  await tab("Settings").click();
  await heading("Settings");
  await settled();
  for (const name of ["Cardiology", "Emergency"]) {
    await manager.getByLabel("Name of the group").fill(name);
    await button("Add a group").click();
    await region("Groups").getByText(name, { exact: true }).waitFor();
  }
  await manager.getByLabel("Name of the group").fill("cardiology");
  await button("Add a group").click();
  await manager.getByText("Name of the group: is the name of another group").waitFor();
  await check(manager, "organization, settings");
  await button("Rename: Emergency").click();
  await region("Groups").getByLabel("Name of the group").first().fill("Emergency room");
  await region("Groups").getByRole("button", { name: "Save" }).click();
  await region("Groups").getByText("Emergency room", { exact: true }).waitFor();
  await button("Remove: Emergency room").click();
  await check(manager, "organization, a group about to be removed");
  await button("Yes, remove it").click();
  await region("Groups").getByText("Emergency room", { exact: true }).waitFor({ state: "detached" });

  // The only owner stays.
  await button("Leave the organization").click();
  await button("Yes, leave").click();
  await manager.getByText("An organization needs an owner", { exact: false }).waitFor();
  await check(manager, "organization, settings, not left");

  // She invites by a link that one may use.
  await tab("Invitations").click();
  await heading("Invitations");
  await settled();
  await manager.getByText("No invitation is open").waitFor();
  const invite = region("Invite people");
  await invite.getByText("Cardiology").click();
  await check(manager, "invitations, empty");
  await button("Make the link").click();
  const url = await manager.getByLabel("Link of the invitation").inputValue();
  expect(url.startsWith(`${base}#join=`), `the invitation is at ${url}`);
  await region("Open invitations").getByText("0 of 1 use").waitFor();
  await check(manager, "invitations");
  await invite.getByLabel("By e-mail").check();
  await invite.getByLabel("E-mail address").fill("nurse@example.com");
  await button("Send the invitation").click();
  await manager.getByText("This server sends no mail", { exact: false }).waitFor();

  // She waits on the page of the members, where nobody is yet but herself.
  await tab("Members").click();
  await heading("Harbor Hospital");
  await manager.getByText("Nobody but you is here yet").waitFor();
  await check(manager, "members, only she");
  const row = (name) => manager.getByRole("row").filter({ has: manager.getByRole("link", { name, exact: true }) });

  // A nurse opens it, signs up and joins.
  const nurse = await open(device);
  const hers = on(nurse);
  await nurse.goto(url);
  await hers.heading("Sign in");
  expect(!nurse.url().includes("#"), "the code stays in the address");
  await nurse.getByText("You are invited to an organization.").waitFor();
  await check(nurse, "sign in, invited");
  await hers.link("Create an account").click();
  await hers.heading("Create an account");
  await signUp(nurse, "", "nurse@example.com");
  await hers.heading("Join Harbor Hospital");
  await nurse.getByText("Your profile has no name", { exact: false }).waitFor();
  await check(nurse, "join");
  await hers.link("Enter your name").click();
  await hers.heading("Settings");
  await hers.settled();
  await nurse.getByLabel("Name", { exact: false }).first().fill("Grace Lim");
  await hers.region("Profile").getByRole("button", { name: "Save" }).click();
  await nurse.getByText("Saved.").waitFor();
  await hers.link("Organizations").click();
  await hers.link("Continue").click();
  await hers.heading("Join Harbor Hospital");
  expect((await nurse.getByRole("radio", { checked: true }).count()) === 0, "a choice is made for her");
  await hers.button("Join").click();
  expect(await nurse.evaluate(() => document.querySelector("form").checkValidity()) === false, "she joins without a choice");
  await nurse.getByLabel("No, only where I stand").check();
  await hers.button("Join").click();
  await hers.heading("Harbor Hospital");
  await hers.settled();
  await hers.region("Your membership").waitFor();
  await nurse.getByText("Cardiology").waitFor();
  await check(nurse, "her membership");

  // The manager sees her come, and how she stands, as it changes.
  await row("Grace Lim").getByText("No certification").waitFor();
  await manager.getByText("2 members").waitFor();
  const dayIn = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await nurse.goto("/programs/us-ga-lpn");
  await nurse.getByLabel("First issued on").fill("2015-03-02");
  await nurse.getByLabel("Expires on").fill(dayIn(400));
  await hers.button("Add it").click();
  await nurse.getByRole("heading", { name: "What it asks" }).waitFor();
  await row("Grace Lim").getByText("On track").waitFor();
  await row("Grace Lim").getByText("Georgia licensed practical nurse").waitFor();
  await manager.getByText("1 member", { exact: true }).waitFor();
  await check(manager, "members");
  for (const [hours, outcome] of [
    ["12", "Needs an answer"], // it may be an academic program, since it does not say what she did
    ["8", "Complete"],
  ]) {
    await nurse.goto("/credits/new");
    await nurse.getByLabel("What was it?").fill(`${hours} hours of infection control`);
    await nurse.getByLabel("Hours", { exact: true }).fill(hours);
    await nurse.getByText("More detail").click();
    await nurse.getByText("Provider approved by the board").click();
    await hers.button("Log the credit").click();
    await hers.heading("Credits");
    await row("Grace Lim").getByText(outcome, { exact: true }).waitFor();
  }

  // She finds her by what the address says, and keeps it as a view.
  await manager.getByRole("searchbox").fill("gra");
  await row("Ana Okafor").waitFor({ state: "detached" });
  await manager.getByText("Filter and sort", { exact: false }).click();
  await manager.getByLabel("Standing", { exact: true }).selectOption("MET");
  await manager.getByLabel("Group", { exact: true }).selectOption("Cardiology");
  await manager.getByLabel("Program", { exact: true }).selectOption("Georgia licensed practical nurse");
  await manager.getByLabel("Sort by", { exact: true }).selectOption("RISK");
  await manager.getByText("Filter and sort: 3 filters").waitFor();
  await row("Grace Lim").waitFor();
  const [download] = await Promise.all([manager.waitForEvent("download"), manager.getByRole("button", { name: "Export as CSV" }).click()]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  expect(lines.length === 2, `the file holds those of the filter: ${lines}`);
  expect(lines[1].includes(",Grace Lim,MEMBER,Cardiology,"), `her row is ${lines[1]}`);
  await manager.getByText("Save this view").click();
  await manager.getByLabel("Name of the view").fill("Nurses");
  await button("Save").click();
  await link("Nurses").waitFor();
  await check(manager, "members, filtered");
  await manager.reload();
  await settled();
  await row("Grace Lim").waitFor();
  expect((await manager.getByRole("searchbox").inputValue()) === "gra" && (await row("Ana Okafor").count()) === 0, "the address does not say the view");
  await manager.getByLabel("Standing", { exact: true }).selectOption("OVERDUE");
  await manager.getByText("No member is like that").waitFor();
  await link("Nurses").click();
  await row("Grace Lim").waitFor();
  await button("Remove: Nurses").click();
  await link("Nurses").waitFor({ state: "detached" });

  // Of one member she sees what is missing, and credits only once they are shown.
  await link("Grace Lim").click();
  await heading("Grace Lim");
  await settled();
  await manager.getByText("This member does not show credits to the organization.").waitFor();
  await manager.getByText("Nothing is missing.").waitFor();
  await nurse.goto(home);
  await nurse.getByLabel("Show my credits", { exact: false }).check();
  await hers.button("Save").click();
  await nurse.getByText("Saved.").waitFor();
  await manager.getByText("12 hours of infection control").waitFor();
  await manager.getByText("All that they ask").click();
  await manager.getByText("Academic program", { exact: true }).waitFor();
  await settled();
  await check(manager, "member");
  await manager.getByLabel("Role", { exact: true }).selectOption("VIEWER");
  await button("Save").click();
  await manager.getByText("Saved.").waitFor();
  await nurse.getByRole("row").filter({ hasText: "Grace Lim" }).waitFor();
  expect((await nurse.getByRole("row").filter({ hasText: "Ana Okafor" }).count()) === 0, "a viewer of one group sees others");
  await check(nurse, "members, as a viewer");
  await manager.getByLabel("Role", { exact: true }).selectOption("MEMBER");
  await button("Save").click();
  await hers.region("Your membership").waitFor();
  await button("Hand over the ownership").click();
  await check(manager, "member, about to be an owner");
  await button("Cancel").click();

  // What is not hers is not shown.
  for (const page of ["invitations", "log"]) {
    await nurse.goto(`${home}/${page}`);
    await nurse.getByText("Not for your role").waitFor();
  }
  await check(nurse, "log, not hers");

  // Codes that do not admit.
  const stranger = await open(device);
  const theirs = on(stranger);
  await stranger.goto("/sign-up");
  await signUp(stranger, "Lee Novak", "lee@example.com");
  await stranger.goto(home);
  await theirs.heading("There is no such page");
  await stranger.goto(url);
  await theirs.heading("This invitation does not admit you");
  await stranger.getByText("This invitation has been used.", { exact: false }).waitFor();
  await check(stranger, "join, used up");
  await theirs.link("Enter a code or link").click();
  await stranger.getByLabel("Code or link").fill("not-a-code");
  await theirs.button("Continue").click();
  await stranger.getByText("There is no such invitation.", { exact: false }).waitFor();
  await stranger.goto("/organizations/join");
  await theirs.heading("There is no invitation to look at");

  // Another invitation, revoked before anybody came.
  await manager.goto(`${home}/invitations`);
  await settled();
  await invite.getByLabel("How many may join by it").fill("30");
  await button("Make the link").click();
  const revoked = await manager.getByLabel("Link of the invitation").inputValue();
  await manager.getByRole("button", { name: /^Revoke/ }).click();
  await button("Yes, revoke it").click();
  await manager.getByText("No invitation is open").waitFor();
  await stranger.goto("about:blank");
  await stranger.goto(revoked);
  await stranger.getByText("This invitation is no longer valid.", { exact: false }).waitFor();

  // Everything is in the log.
  await tab("History").click();
  await heading("History");
  await settled();
  for (const sentence of [
    "Ana Okafor founded the organization “Harbor Hospital”.",
    "Ana Okafor renamed the group “Emergency” to “Emergency room”.",
    "Ana Okafor removed the group “Emergency room”.",
    "Ana Okafor made an invitation: Member, Cardiology.",
    "Grace Lim joined: Member, Cardiology.",
    "Grace Lim shows credits.",
    "Ana Okafor changed the role of Grace Lim from Member to Viewer.",
    "Ana Okafor revoked an invitation: Member.",
  ]) {
    await manager.getByText(sentence, { exact: true }).waitFor();
  }
  await check(manager, "log");

  // In Spanish, and written from right to left for the layout's sake.
  await stranger.goto("/settings");
  await stranger.getByLabel("Language").selectOption("es");
  await stranger.getByRole("region", { name: "Profile" }).getByRole("button", { name: "Save" }).click();
  await theirs.heading("Ajustes");
  await stranger.goto("/organizations");
  await theirs.heading("Organizaciones");
  await stranger.getByLabel("Nombre de la organización").fill("Clínica del Puerto");
  await theirs.button("Fundar una organización").click();
  await theirs.heading("Clínica del Puerto");
  await theirs.settled();
  await stranger.evaluate(() => (document.documentElement.dir = "rtl"));
  await check(stranger, "organization from right to left");
  const clinic = new URL(stranger.url()).pathname;
  for (const [page, title] of [["invitations", "Invitaciones"], ["log", "Historial"], ["settings", "Ajustes"]]) {
    await stranger.goto(`${clinic}/${page}`);
    await theirs.heading(title);
    await theirs.settled();
    await check(stranger, `${title} in Spanish`);
  }
  await stranger.getByText("Se borran sus miembros", { exact: false }).click();
  expect(await theirs.button("Borrar la organización").isDisabled(), "an organization is deleted without its name");
  await stranger.getByLabel("Escriba su nombre", { exact: false }).fill("Clínica del Puerto");
  await theirs.button("Borrar la organización").click();
  await stranger.getByText("No es miembro de ninguna organización").waitFor();

  // She leaves, which the manager sees.
  await tab("Members").click();
  await row("Grace Lim").waitFor();
  await nurse.goto(`${home}/settings`);
  await hers.button("Leave the organization").click();
  await check(nurse, "about to leave");
  await hers.button("Yes, leave").click();
  await hers.heading("Organizations");
  await nurse.getByText("You are a member of no organization").waitFor();
  await row("Grace Lim").waitFor({ state: "detached" });
});
