// How soon a professional with 3 certifications and 100 credits, who is signed in, can use the home page on a slow phone: with an empty
// cache, a processor slowed down 4 times and slow 4G (1.6 Mbit/s, a round trip of 150 ms). Prints the milliseconds from the start of each load to the
// certifications being drawn, in reach of a finger and the page idle enough to answer one. Arguments: the server's URL and how many loads.
import { expect, launch } from "./browser.mjs";

const [, , base, loads] = process.argv;
const network = { offline: false, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8, latency: 150 };

const graphql = (page, query, input) =>
  page.evaluate(
    async ([query, variables]) =>
      (await fetch("/graphql", { method: "POST", headers: { "Content-Type": "application/json", "Accrue-Session": "cookie" }, body: JSON.stringify({ query, variables }) })).json(),
    [query, { input }],
  );

const day = (before) => new Date(Date.now() - (before + 1) * 86_400_000).toISOString().slice(0, 10);

/** watch notes in the page when the first certification can be tapped. */
function watch() {
  const look = () => {
    if (document.getElementsByClassName("certification").length < 3) {
      requestAnimationFrame(look);
      return;
    }
    const link = document.querySelector(".certification a.whole");
    const box = link?.getBoundingClientRect();
    if (!box || !link.closest("article").contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2))) {
      requestAnimationFrame(look);
      return;
    }
    // After what is drawn next, and whatever the app still has to do at once.
    requestAnimationFrame(() => setTimeout(() => console.debug(performance.now())));
  };
  requestAnimationFrame(look);
}

const times = await launch(base, "phone", async (page) => {
  await page.goto("/sign-up");
  const answers = [await graphql(page, "mutation($input: SignUpInput!) { signUp(input: $input) { accessToken } }", { email: "jordan@example.com", password: "an invented password", name: "Jordan Lee", timeZone: "America/New_York" })];
  for (const programId of ["us-ga-cpa", "iia-cia", "us-ga-pharmacist"]) {
    answers.push(await graphql(page, "mutation($input: AddCertificationInput!) { addCertification(input: $input) { certification { id } } }", { programId, issuedOn: "2012-03-02" }));
  }
  for (let i = 0; i < 100; i++) {
    const credit = { title: `Course ${i}`, provider: "Chattahoochee Academy", completedOn: day((i * 7) % 700), minutes: 50 + (i % 3) * 50, topics: ["technical"], role: "participant", format: "live-online" };
    answers.push(await graphql(page, "mutation($input: LogCreditInput!) { logCredit(input: $input) { credit { id } } }", credit));
  }
  const refused = answers.find(({ errors }) => errors);
  expect(!refused, JSON.stringify(refused));
  const state = await page.context().storageState();
  const times = [];
  for (let i = 0; i < Number(loads); i++) {
    // A context of its own has nothing in its cache, and no service worker.
    const context = await page.context().browser().newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, baseURL: base, storageState: state });
    const phone = await context.newPage();
    await phone.addInitScript(watch);
    const devtools = await context.newCDPSession(phone);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", network);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await phone.waitForTimeout(2000); // what the browser does for a new window is not the page's
    // Told by the console: whatever is asked of the page would keep it busy.
    const usable = phone.waitForEvent("console");
    await phone.goto("/", { waitUntil: "commit" });
    times.push(Math.round(Number((await usable).text())));
    const card = phone.locator(".certification").first();
    const name = await card.getByRole("heading").textContent();
    await card.tap();
    await phone.getByRole("heading", { name, level: 1 }).waitFor();
    await context.close();
  }
  return times;
});
console.log(JSON.stringify(times));
