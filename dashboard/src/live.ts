import { type Client, stringifyDocument } from "@urql/core";
import { useClient } from "@urql/preact";
import { useEffect } from "preact/hooks";
import { sessionHeaders } from "./client";
import { CertificationsDocument, DeadlinesDocument, StandingChangedDocument } from "./graph.generated";

const shortest = 1000;
const longest = 30_000;

/** useStandings keeps what is shown of standings and deadlines as the server has it, whoever changes it and where, for as long as the page is shown. */
export function useStandings() {
  const client = useClient();
  useEffect(() => {
    const ended = new AbortController();
    void follow(client, ended.signal);
    return () => ended.abort();
  }, [client]);
}

async function follow(client: Client, ended: AbortSignal) {
  let wait = shortest;
  let first = true;
  while (!ended.aborted) {
    try {
      await listen(ended, () => {
        wait = shortest;
        // The first event has all, which the page has just read itself. After a gap it stands for what was missed.
        if (!first) {
          refresh(client);
        }
        first = false;
      });
    } catch {
      // Cut off: it is tried again below.
    }
    if (ended.aborted) {
      return;
    }
    await pause(wait * (0.5 + Math.random() / 2), ended);
    wait = Math.min(wait * 2, longest);
  }
}

function refresh(client: Client) {
  const again = { requestPolicy: "network-only" } as const;
  void client.query(CertificationsDocument, { after: null }, again).toPromise();
  void client.query(DeadlinesDocument, { after: null }, again).toPromise();
}

/** listen calls `onEvent` for each event, and returns when the server has ended them. */
async function listen(ended: AbortSignal, onEvent: () => void) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { ...sessionHeaders, "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ query: stringifyDocument(StandingChangedDocument) }),
    signal: ended,
  });
  if (response.status === 401) {
    onEvent(); // what is then asked finds out that the session has ended
  }
  if (!response.ok || !response.body) {
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const events = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (/^event: ?next$/m.test(event)) {
        onEvent();
      }
    }
  }
}

/** pause waits, and while the device is offline for the network. */
function pause(milliseconds: number, ended: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      if (navigator.onLine || ended.aborted) {
        clearTimeout(timer);
        removeEventListener("online", go);
        ended.removeEventListener("abort", go);
        done();
      } else {
        addEventListener("online", go);
      }
    };
    const timer = setTimeout(go, milliseconds);
    ended.addEventListener("abort", go);
  });
}
