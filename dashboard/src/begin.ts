import { Certifications, Deadlines, Viewer } from "./begin.generated";

// In a file of its own, which has run long before the app has loaded: what the first page asks is then on its way.

/** sessionHeaders make the session count, which is in cookies that no script can read. */
export const sessionHeaders = { "Accrue-Session": "cookie" };

const begun = new Map<string, Promise<Response>>();

const keyOf = (operationName: string, variables: object = {}) => operationName + JSON.stringify(variables);

function begin(operationName: string, query: string, variables: object) {
  const answer = fetch("/graphql", {
    method: "POST",
    headers: { ...sessionHeaders, "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json" },
    body: JSON.stringify({ operationName, query, variables }),
  });
  answer.catch(() => undefined); // whoever takes it hears of it
  begun.set(keyOf(operationName, variables), answer);
}

/** take returns the answer to a request, given as its body, that has been asked already; each once. */
export function take(body: unknown): Promise<Response> | undefined {
  if (begun.size === 0 || typeof body !== "string") {
    return undefined;
  }
  const { operationName, variables } = JSON.parse(body) as { operationName: string; variables?: object };
  const key = keyOf(operationName, variables);
  const answer = begun.get(key);
  begun.delete(key);
  return answer;
}

/** forget leaves aside what has been asked: it was for whoever was signed in then. */
export const forget = () => begun.clear();

begin("Viewer", Viewer, {});
if (location.pathname === "/") {
  begin("Certifications", Certifications, { after: null });
  begin("Deadlines", Deadlines, { after: null });
}
