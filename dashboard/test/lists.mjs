// The lists of an organization that go on after their first page, each with all that is in them; and the credits that wait are approved together, by mouse and by key.
// Arguments: the server's URL and the device.
import { check, expect, launch, on, password, signUp } from "./browser.mjs";

const [, , base, device] = process.argv;

/** ask sends a request, and returns its data. */
const ask = async (token, query) => {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const { data, errors } = await (await fetch(new URL("/graphql", base), { method: "POST", headers, body: JSON.stringify({ query }) })).json();
  if (errors) {
    throw new Error(`${query}: ${JSON.stringify(errors)}`);
  }
  return data;
};

const times = (n, of) => Array.from({ length: n }, (_, i) => of(i));

/** each is one request of several mutations. */
const each = (list, mutation) => `mutation { ${list.map((one, i) => `a${i}: ${mutation(one, i)}`).join(" ")} }`;

const nurses = 51;
const some = 21; // credits posted, disputed and logged

await launch(base, device, async (manager, wrong) => {
  const { button, heading, settled } = on(manager);
  await manager.goto("/sign-up");
  await signUp(manager, "Ana Okafor", "ana@example.com");

  // All of it is there before anybody looks.
  const { accessToken: ana } = (await ask("", `mutation { signIn(input: {email: "ana@example.com", password: "${password}"}) { accessToken } }`)).signIn;
  const { organization } = (await ask(ana, `mutation { createOrganization(input: {name: "Harbor Hospital", timeZone: "America/New_York"}) { organization { id version } } }`)).createOrganization;
  const at = `organizationId: "${organization.id}"`;
  const { code } = (await ask(ana, `mutation { createInvitation(input: {${at}, maxUses: 100}) { code } }`)).createInvitation;
  const { program } = (await ask(ana, `mutation { createProgram(input: {${at}, name: "Fire safety", hours: {amount: "60", years: 2, endsOn: "2090-12-31"}}) { program { id } } }`)).createProgram;
  const tokens = [];
  for (const i of times(nurses, (i) => i)) {
    const signedUp = await ask("", `mutation { signUp(input: {email: "nurse-${i}@example.com", password: "${password}", name: "Nurse ${i}", timeZone: "America/New_York"}) { accessToken } }`);
    tokens.push(signedUp.signUp.accessToken);
    await ask(tokens[i], `mutation { joinOrganization(input: {code: "${code}", shareCredits: false}) { membership { id } } }`);
  }
  const nurse = tokens[0];
  const [{ id: memberId }] = (await ask(nurse, "{ me { memberships { id } } }")).me.memberships;
  const facts = (title) => `title: "${title}", completedOn: "2026-11-02", minutes: 60`;
  await ask(ana, each(times(some, (i) => `Training day ${i}`), (title) => `postCredits(input: {${at}, ${facts(title)}, memberIds: ["${memberId}"]}) { posting { id } }`));
  const posted = (await ask(nurse, "{ me { credits(first: 50) { nodes { id version } } } }")).me.credits.nodes;
  await ask(nurse, each(posted, ({ id, version }) => `disputeCredit(input: {id: "${id}", version: ${version}, reason: "I was not there."}) { credit { id } }`));
  await ask(ana, `mutation { updateOrganization(input: {id: "${organization.id}", version: ${organization.version}, approvesCredits: true}) { organization { id } } }`);
  await ask(nurse, `mutation { addCertification(input: {programId: "${program.id}"}) { certification { id } } }`);
  const logged = await ask(nurse, each(times(some, (i) => `Drill ${i}`), (title) => `logCredit(input: {${facts(title)}}) { credit { id version } }`));

  /** second shows the rest of a list, and wants each row once. */
  const second = async (path, title, rows, first, all) => {
    await manager.goto(`/organizations/${organization.id}${path}`);
    await heading(title);
    const items = manager.locator(`main ${rows}`);
    await items.nth(first - 1).waitFor();
    await settled();
    expect((await items.count()) === first, `${title}: ${await items.count()} on the first page, want ${first}`);
    await button("Show more").click();
    await items.nth(all - 1).waitFor();
    await settled();
    const different = new Set(await items.allInnerTexts());
    expect((await items.count()) === all && different.size === all, `${title}: ${await items.count()} of which ${different.size} are different, want ${all}`);
    expect((await button("Show more").count()) === 0, `${title}: there is more`);
  };
  await second("", "Harbor Hospital", "table.members tbody tr", 50, nurses + 1);
  // Founding, the invitation, the program and that credits are approved.
  await second("/log", "History", "ol.timeline > li", 50, nurses + 2 * some + 4);
  await second("/postings", "Credits for many", "ul.rows > li", 20, some);
  await second("/disputes", "Disputes", "ul.rows > li", 20, some);
  await second("/reviews", "Approvals", "ul.rows > li", 20, some);

  // All that are shown are approved at once, but for the one that was changed meanwhile.
  await button("Select all shown").click();
  await check(manager, "reviews, all selected");
  await ask(nurse, `mutation { updateCredit(input: {id: "${logged.a3.credit.id}", version: ${logged.a3.credit.version}, title: "Another drill"}) { credit { id } } }`);
  await button(`Approve ${some} credits`).click();
  await manager.getByText(`${some - 1} credits are approved.`).waitFor();
  await manager.getByText("Nurse 0, Drill 3:").waitFor();
  await manager.getByText("This credit has changed since you read it.").waitFor();
  await button("Approve: Nurse 0, Another drill").waitFor();
  await settled();
  expect((await manager.locator("main ul.rows > li").count()) === 1, "what is approved still waits");
  await check(manager, "reviews, one not approved");

  // By key: to the box, to the button.
  await manager.getByRole("checkbox", { name: "Nurse 0, Another drill" }).focus();
  await manager.keyboard.press("Space");
  await button("Approve 1 credit").focus();
  await manager.keyboard.press("Enter");
  await manager.getByText("No credit waits for you").waitFor();
  await ask(nurse, `mutation { logCredit(input: {${facts("Night drill")}}) { credit { id } } }`); // and is seen as it comes
  await button("Approve: Nurse 0, Night drill").waitFor();
  const { earned } = (await ask(nurse, "{ me { certifications { nodes { standing { requirements { earned } } } } } }")).me.certifications.nodes[0].standing.requirements[0];
  expect(earned === `${some}`, `${earned} hours count, want ${some}`);
});
