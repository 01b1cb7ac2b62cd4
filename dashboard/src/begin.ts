import { Home, Viewer } from "./begin.generated";
import { lastSpoken, wordsOf } from "./text/words";

// In a file of its own, which has run long before the app has loaded: what the first page asks is then on its way.

/** sessionHeaders make the session count, which is in cookies that no script can read. */
export const sessionHeaders = { "Accrue-Session": "cookie" };

interface Answer {
  data?: { me: { locale: string } | null } | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** home is whether the app was opened on its first page. */
export const home = location.pathname === "/";

/** begun is the answer to who is signed in and, on the first page, to what that asks; undefined when none of the API's came. */
export const begun: Promise<Answer | undefined> = fetch("/graphql", {
  method: "POST",
  headers: { ...sessionHeaders, "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json" },
  body: JSON.stringify({ query: home ? Home : Viewer }),
}).then(
  (answer) => answer.json().catch(() => undefined),
  () => undefined,
);

/** firstWords are those for whoever uses this device. */
export const firstWords = wordsOf(lastSpoken());

new Worker(new URL("./warm.ts", import.meta.url));
