import { cacheExchange, Client, type CombinedError, fetchExchange, mapExchange } from "@urql/core";
import { sessionHeaders, take } from "./begin";

/** ask is fetch, but takes what has been asked before the app had loaded. */
const ask: typeof fetch = (url, options) => take(options?.body) ?? fetch(url, options);

/** newClient returns a client of the API with nothing in its cache. `onSignedOut` is called when the server knows the session no longer. */
export function newClient(onSignedOut: () => void): Client {
  return new Client({
    url: "/graphql",
    fetch: ask,
    fetchOptions: { headers: sessionHeaders },
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    exchanges: [
      mapExchange({
        onError(error, operation) {
          if (operation.kind === "query" && codeOf(error) === "UNAUTHENTICATED") {
            onSignedOut();
          }
        },
      }),
      cacheExchange,
      fetchExchange,
    ],
  });
}

/** codeOf returns the API's code of an error; "OFFLINE" when the server was not reached, "" for no error. */
export function codeOf(error: CombinedError | undefined): string {
  if (!error) {
    return "";
  }
  const code = error.graphQLErrors[0]?.extensions?.["code"];
  return typeof code === "string" ? code : error.networkError ? "OFFLINE" : "INTERNAL";
}

/** problemsOf returns the texts of what was wrong with an input by the path of the field, joined by dots; "" for the input as a whole. */
export function problemsOf(error: CombinedError | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { message, extensions } of error?.graphQLErrors ?? []) {
    const problems = extensions?.["problems"] as { path: string[]; message: string }[] | undefined;
    if (problems) {
      for (const problem of problems) {
        found[problem.path.join(".")] ??= problem.message;
      }
    } else {
      found[((extensions?.["path"] as string[] | undefined) ?? []).join(".")] ??= message;
    }
  }
  return found;
}
