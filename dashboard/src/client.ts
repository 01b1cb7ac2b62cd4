import { cacheExchange, Client, type CombinedError, fetchExchange, makeOperation, mapExchange, type SSRData, ssrExchange } from "@urql/core";
import { sessionHeaders } from "./begin";

// For how long the first answers are as good as new, in milliseconds.
const fresh = 5000;

/** newClient returns a client of the API with nothing in its cache but the answers. `onSignedOut` is called when the server knows the session no longer. */
export function newClient(answers: SSRData, onSignedOut: () => void): Client {
  const born = Date.now();
  return new Client({
    url: "/graphql",
    fetchOptions: { headers: sessionHeaders },
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    exchanges: [
      mapExchange({
        onOperation: (operation) =>
          // What is drawn of an answer would ask for it again.
          operation.context.requestPolicy === "cache-and-network" && answers[operation.key] && Date.now() - born < fresh
            ? makeOperation(operation.kind, operation, { ...operation.context, requestPolicy: "cache-first" })
            : operation,
        onError(error, operation) {
          if (operation.kind === "query" && codeOf(error) === "UNAUTHENTICATED") {
            onSignedOut();
          }
        },
      }),
      cacheExchange,
      ssrExchange({ isClient: true, initialState: answers }),
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
