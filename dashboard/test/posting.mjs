// A training day in an organization: a manager posts its credits by a roster, a nurse sees hers and disputes it, and the manager decides. Then she shares a program
// and exempts the nurse. Arguments: the server's URL and the device.
import { check, expect, launch, on, signUp } from "./browser.mjs";

const [, , base, device] = process.argv;

await launch(base, device, async (manager, wrong, open) => {
  const { button, link, heading, region, settled } = on(manager);
  const dayIn = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

  // A manager founds an organization, and a nurse with a licence joins it.
  await manager.goto("/sign-up");
  await signUp(manager, "Ana Okafor", "ana@example.com");
  await manager.goto("/organizations");
  await manager.getByLabel("Name of the organization").fill("Harbor Hospital");
  await button("Found an organization").click();
  await heading("Harbor Hospital");
  await settled();
  const home = new URL(manager.url()).pathname;
  const tab = (name) => manager.getByRole("navigation", { name: "Pages of Harbor Hospital" }).getByRole("link", { name, exact: true });
  await tab("Invitations").click();
  await heading("Invitations");
  await button("Make the link").click();
  const invitation = await manager.getByLabel("Link of the invitation").inputValue();

  const nurse = await open(device);
  const hers = on(nurse);
  await nurse.goto("/sign-up");
  await signUp(nurse, "Grace Lim", "grace@example.com");
  await nurse.goto("/programs/us-ga-lpn");
  await nurse.getByLabel("Number").fill("LPN-204");
  await nurse.getByLabel("First issued on").fill("2015-03-02");
  await nurse.getByLabel("Expires on").fill(dayIn(400));
  await hers.button("Add it").click();
  await nurse.getByRole("heading", { name: "What it asks" }).waitFor();
  await nurse.goto("about:blank");
  await nurse.goto(invitation);
  await nurse.getByLabel("No, only where I stand").check();
  await hers.button("Join").click();
  await hers.heading("Harbor Hospital");
  await nurse.goto("/credits");
  await nurse.getByText("No credits yet").waitFor();

  // Nothing has been posted, and nobody disputes anything.
  await tab("Disputes").click();
  await heading("Disputes");
  await manager.getByText("No dispute waits for you").waitFor();
  await check(manager, "disputes, empty");
  await tab("Credits for many").click();
  await heading("Credits for many");
  await manager.getByText("Nothing has been posted yet").waitFor();
  await check(manager, "postings, empty");

  // A roster that is none is refused before it is sent.
  await link("Post credits").click();
  await heading("Post credits");
  await manager.getByLabel("What was it?").fill("Infection control day");
  await manager.getByLabel("Hours", { exact: true }).fill("2");
  await manager.getByRole("textbox", { name: /^Provider/ }).fill("Harbor Hospital");
  await manager.getByText("More detail").click();
  await manager.getByText("Provider approved by the board").click();
  expect(await button("Check").isDisabled(), "a credit can be posted to nobody");
  const file = manager.locator("input[type=file]");
  await file.setInputFiles({ name: "big.csv", mimeType: "text/csv", buffer: Buffer.alloc(2 * 1024 * 1024 + 1, "a") });
  await manager.getByText("big.csv is larger than 2 MB. Post it in parts.").waitFor();
  await file.setInputFiles({ name: "list.xlsx", mimeType: "application/zip", buffer: Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe]) });
  await manager.getByText("list.xlsx is no text file in UTF-8.", { exact: false }).waitFor();
  await check(manager, "post credits, a wrong file");

  // One with a mistake says where it is.
  await file.setInputFiles({ name: "day.csv", mimeType: "text/csv", buffer: Buffer.from("name,number,hours\nGrace Lim,LPN-204,3\nLee Novak,LPN-999,\n") });
  await manager.getByText("day.csv: 3 lines").waitFor();
  await button("Check").click();
  await manager.getByText("Nothing is posted: 1 problem in the roster.").waitFor();
  await manager.getByText("Row 3, column number: is not a member of this organization").waitFor();
  await check(manager, "post credits, a mistake in the roster");
  await button("Remove: day.csv").click();
  await manager.getByLabel("Or paste it here").fill("number,hours\nLPN-204,3\n");
  await button("Check").click();
  await manager.getByText("This would post the credit to 1 member:").waitFor();
  await manager.getByText("3 hours", { exact: true }).waitFor();
  await check(manager, "post credits, checked");

  // What has changed since is checked anew; and an answer that is lost leads to no second posting.
  await manager.getByRole("textbox", { name: /^Provider/ }).fill("Harbor Hospital Academy");
  await button("Check").click();
  await button("Post to 1 member").waitFor();
  let lost = true;
  await manager.route("**/graphql", async (route) => {
    if (lost && route.request().postData()?.includes("mutation PostCredits")) {
      lost = false;
      await route.fetch();
      await route.abort("connectionreset");
    } else {
      await route.fallback();
    }
  });
  await button("Post to 1 member").click();
  await manager.getByText("The server could not be reached.", { exact: false }).waitFor();
  expect(wrong.splice(0).every((text) => text.includes("ERR_CONNECTION_RESET")), "more went wrong than was to");
  await manager.getByRole("textbox", { name: /^Provider/ }).fill("Somebody else");
  await button("Check").click();
  await button("Post to 1 member").click();
  await link("See what was posted already").waitFor();
  await manager.getByRole("textbox", { name: /^Provider/ }).fill("Harbor Hospital Academy");
  await button("Check").click();
  await button("Post to 1 member").click();
  await heading("Infection control day");
  await manager.getByText("1 of 1 member").waitFor();
  await manager.getByText("Has the credit").waitFor();
  await check(manager, "posting");
  await manager.unroute("**/graphql");
  await tab("Credits for many").click();
  await heading("Credits for many");
  await manager.getByText("Infection control day").first().waitFor();
  expect((await manager.locator("li.card").count()) === 1, "a posting that was sent again is there twice");
  await check(manager, "postings");

  // The nurse sees it come, and that she has logged it herself, too.
  await nurse.getByText("Infection control day").waitFor();
  await nurse.getByText("Posted by Harbor Hospital").waitFor();
  await check(nurse, "credits, one of them posted");
  await nurse.goto("/credits/new");
  await nurse.getByLabel("What was it?").fill("Infection control day");
  await nurse.getByLabel("Hours", { exact: true }).fill("3");
  await hers.button("Log the credit").click();
  await hers.heading("Credits");
  await nurse.getByRole("listitem").filter({ hasText: "Posted by Harbor Hospital" }).getByRole("link").first().click();
  await hers.heading("Posted credit");
  await hers.settled();
  await hers.region("Here twice?").getByRole("link", { name: "Infection control day" }).waitFor();
  await check(nurse, "posted credit, twice");
  await hers.region("Here twice?").getByRole("link").click();
  await hers.heading("Edit the credit");
  await hers.region("Here twice?").getByText("the same in all", { exact: false }).waitFor();
  await check(nurse, "credit, twice");
  await hers.button("Delete this credit").click();
  await hers.button("Yes, delete it").click();
  await hers.heading("Credits");

  // She disputes it, and takes that back.
  await hers.link("Infection control day").click();
  await hers.heading("Posted credit");
  await hers.settled();
  expect((await hers.region("Here twice?").count()) === 0, "what is there once is there twice");
  await hers.button("This credit is wrong").click();
  await check(nurse, "posted credit, about to be disputed");
  await nurse.getByLabel("What is wrong?").fill("I was ill that day.");
  await hers.button("This credit is wrong").click();
  await nurse.getByText("You dispute this credit.", { exact: false }).waitFor();
  await nurse.getByText("disputed", { exact: false }).first().waitFor();
  await check(nurse, "posted credit, disputed");
  await hers.button("It is right after all").click();
  await hers.button("This credit is wrong").waitFor();

  // Once more: the manager upholds it, and the next time takes it back; she sees what comes of it.
  const dispute = async (reason) => {
    await hers.button("This credit is wrong").click();
    await nurse.getByLabel("What is wrong?").fill(reason);
    await hers.button("This credit is wrong").click();
    await nurse.getByText("You dispute this credit.", { exact: false }).waitFor();
  };
  await tab("Disputes").click();
  await heading("Disputes");
  await dispute("I left at noon.");
  await manager.getByText("I left at noon.").waitFor();
  await check(manager, "disputes");
  await manager.getByRole("button", { name: /^Uphold the credit/ }).click();
  await manager.getByLabel("Reason").fill("The sign-in sheet has you until four.");
  await check(manager, "disputes, about to uphold");
  await button("Uphold the credit").click();
  await manager.getByText("No dispute waits for you").waitFor();
  await nurse.getByText("The credit was upheld", { exact: false }).waitFor();
  await nurse.getByText("Reason: The sign-in sheet has you until four.").waitFor();
  await check(nurse, "posted credit, upheld");
  await dispute("That was somebody else.");
  await manager.getByRole("button", { name: /^Take the credit back/ }).click();
  await manager.getByLabel("Reason").fill("You are right.");
  await button("Take the credit back").click();
  await manager.getByText("No dispute waits for you").waitFor();
  await nurse.getByText("Harbor Hospital has taken it back.", { exact: false }).waitFor();
  await check(nurse, "posted credit, taken back");

  // A second posting, to members that she picks; and taken back from one, and from all.
  await manager.goto(`${home}/postings/new`);
  await manager.getByLabel("What was it?").fill("Fire drill");
  await manager.getByLabel("Minutes", { exact: true }).fill("45");
  await manager.getByLabel("Members that I choose").check();
  await manager.getByRole("searchbox").fill("gra");
  await manager.getByLabel("Ana Okafor").waitFor({ state: "detached" });
  await manager.getByLabel("Grace Lim").check();
  await manager.getByRole("searchbox").fill("");
  await manager.getByLabel("Ana Okafor").check();
  await manager.getByText("2 members chosen").waitFor();
  await check(manager, "post credits, members picked");
  await button("Check").click();
  await button("Post to 2 members").click();
  await heading("Fire drill");
  await manager.getByText("2 of 2 members").waitFor();
  await manager.getByRole("checkbox", { name: "Grace Lim" }).check();
  await button("Take back from 1 member").click();
  await manager.getByLabel("Reason").fill("Was on leave.");
  await check(manager, "posting, about to be taken back");
  await button("Take back from 1 member").click();
  await manager.getByText("1 of 2 members").waitFor();
  await manager.getByText("Reason: Was on leave.").waitFor();
  await button("Take all of them back").click();
  await manager.getByLabel("Reason").fill("The drill was put off.");
  await button("Take all of them back").click();
  await manager.getByText("All of it was taken back", { exact: false }).waitFor();
  await check(manager, "posting, taken back");

  // She shares a program, and refines it.
  await tab("Programs").click();
  await heading("Programs");
  await manager.getByText("The organization shares no program yet").waitFor();
  await check(manager, "programs of the organization, empty");
  await link("Share a program").click();
  await heading("Share a program");
  await button("In the rule language").click();
  await manager.getByLabel("Rules").fill("name: Fire safety\ncycle: never\n");
  await manager.getByText(/^\d+ problems?$/).waitFor();
  expect(await button("Create the program").isDisabled(), "a program with problems can be shared");
  await check(manager, "share a program, with problems");
  await button("Hours every so many years").click();
  await manager.getByLabel("Name of the credential").fill("Fire safety");
  await manager.getByLabel("Hours in each cycle").fill("4");
  await manager.getByLabel("Years in a cycle").fill("1");
  await manager.getByLabel("Last day of any one cycle").fill(dayIn(200));
  await check(manager, "share a program");
  await button("Create the program").click();
  await heading("Programs");
  await link("Fire safety").waitFor();
  await check(manager, "programs of the organization");
  await link("Edit the rules: Fire safety").click();
  await heading("Program of the organization");
  const rules = manager.getByLabel("Rules");
  await rules.fill((await rules.inputValue()).replace('name: "Fire safety"', 'name: "Fire safety on the wards"'));
  await manager.getByText("Nothing is wrong with it.").waitFor();
  await check(manager, "program of the organization, edited");
  await button("Save").click();
  await heading("Programs");
  await link("Fire safety on the wards").waitFor();

  // The nurse adds it, and is exempted.
  await nurse.goto(home);
  await nurse.getByRole("navigation", { name: "Pages of Harbor Hospital" }).getByRole("link", { name: "Programs" }).click();
  await hers.heading("Programs");
  await hers.settled();
  await check(nurse, "programs of the organization, for a member");
  await hers.link("Fire safety on the wards").click();
  await hers.heading("Fire safety on the wards");
  await nurse.getByText("Of an organization").waitFor();
  await check(nurse, "program of the organization");
  await hers.button("Add it").click();
  await nurse.getByRole("heading", { name: "What it asks" }).waitFor();
  const certification = nurse.url();

  // The manager asks for approval of what members log themselves, refuses a credit with a reason, and approves it once it is corrected.
  await tab("Settings").click();
  await heading("Settings");
  await region("Approvals").getByLabel("Managers approve what members log themselves").check();
  await region("Approvals").getByRole("button", { name: "Save" }).click();
  await tab("Approvals").click();
  await heading("Approvals");
  await manager.getByText("No credit waits for you").waitFor();
  await check(manager, "approvals, empty");
  await nurse.goto("/credits/new");
  await nurse.getByLabel("What was it?").fill("Evacuation drill");
  await nurse.getByLabel("Hours", { exact: true }).fill("2");
  await hers.button("Log the credit").click();
  await hers.heading("Credits");
  await hers.link("Evacuation drill").click();
  await hers.region("Approvals").getByText("Waits for approval by Harbor Hospital.", { exact: false }).waitFor();
  await check(nurse, "a credit that waits for approval");
  await manager.reload();
  await button("Refuse: Grace Lim, Evacuation drill").click();
  await manager.getByLabel("Reason").fill("Say on which ward.");
  await check(manager, "approvals, about to refuse");
  await button("Refuse").click();
  await manager.getByText("No credit waits for you").waitFor();
  await nurse.reload();
  await hers.region("Approvals").getByText("Say on which ward.").waitFor();
  await nurse.getByLabel("What was it?").fill("Evacuation drill on ward 3");
  await hers.button("Save").click();
  await hers.heading("Credits");
  await manager.reload();
  await button("Approve: Grace Lim, Evacuation drill on ward 3").click();
  await manager.getByText("No credit waits for you").waitFor();
  await hers.link("Evacuation drill on ward 3").click();
  await hers.region("Approvals").getByText("Harbor Hospital approved it.").waitFor();
  await check(nurse, "a credit that is approved");

  await tab("Members").click();
  await heading("Harbor Hospital");
  await link("Grace Lim").click();
  await heading("Grace Lim");
  const facts = region("Exemptions and extensions");
  await facts.getByText("Nothing is recorded.").waitFor();
  await facts.getByText("Record something").click();
  await facts.getByLabel("Reason").fill("Trained as a firefighter.");
  await check(manager, "member, about to be exempted");
  await facts.getByRole("button", { name: "Record it" }).click();
  await facts.getByText(/^Not asked: /).waitFor();
  await facts.getByText("Record something").click();
  await facts.getByLabel("What?").selectOption("More time to earn");
  await facts.getByLabel("Last day to earn").fill(dayIn(260));
  await facts.getByLabel("Reason").fill("Night shifts.");
  await facts.getByRole("button", { name: "Record it" }).click();
  await facts.getByText(/^More time: until /).waitFor();
  await settled();
  await check(manager, "member, exempted");
  await nurse.goto(certification);
  await hers.region("Exemptions and extensions").getByText("Reason: Trained as a firefighter.").waitFor();
  await check(nurse, "certification with an exemption");
  await facts.getByRole("button", { name: /^Take it back: More time/ }).click();
  await facts.getByLabel("Why?").fill("No more nights.");
  await check(manager, "member, about to take it back");
  await facts.getByRole("button", { name: "Take it back", exact: true }).click();
  await facts.getByText(/^More time: until /).waitFor({ state: "detached" });

  // She removes the program, and the nurse keeps her certification.
  await tab("Programs").click();
  await button("Remove this program: Fire safety on the wards").click();
  await button("Yes, remove it").click();
  await manager.getByText("The organization shares no program yet").waitFor();
  await nurse.reload();
  await hers.heading("Fire safety on the wards");

  // What is not hers is not shown.
  for (const page of ["postings", "postings/new", "disputes", "reviews", "programs/new"]) {
    await nurse.goto(`${home}/${page}`);
    await nurse.getByText("Not for your role").waitFor();
  }

  // In Spanish, and written from right to left for the layout's sake.
  await manager.goto("/settings");
  await manager.getByLabel("Language").selectOption("es");
  await region("Profile").getByRole("button", { name: "Save" }).click();
  await heading("Ajustes");
  for (const [page, title] of [
    ["postings", "Créditos para muchos"],
    ["postings/new", "Registrar créditos"],
    ["disputes", "Impugnaciones"],
    ["reviews", "Aprobaciones"],
    ["programs", "Programas"],
    ["programs/new", "Compartir un programa"],
  ]) {
    await manager.goto(`${home}/${page}`);
    await heading(title);
    await settled();
    await manager.evaluate(() => (document.documentElement.dir = "rtl"));
    await check(manager, `${title} from right to left`);
  }
});
