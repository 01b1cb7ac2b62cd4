import { stringifyDocument, type TypedDocumentNode } from "@urql/core";
import { useClient } from "@urql/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { home, sessionHeaders } from "./begin";
import { CertificationsDocument, DeadlinesDocument, OrganizationChangedDocument, StandingChangedDocument } from "./graph.generated";

const shortest = 1000;
const longest = 30_000;

// Whether what is shown was read before the page was drawn, and may have changed since.
let early = home;

/** useStandings keeps what is shown of standings and deadlines as the server has it, whoever changes it and where, for as long as the page is shown. */
export function useStandings() {
  const client = useClient();
  const [isEarly] = useState(early);
  early = false;
  useEvents(
    StandingChangedDocument,
    {},
    () => {
      const again = { requestPolicy: "network-only" } as const;
      void client.query(CertificationsDocument, { after: null }, again).toPromise();
      void client.query(DeadlinesDocument, { after: null }, again).toPromise();
    },
    isEarly,
  );
}

/** useStandingChanges counts the changes of the viewer's standings, whoever makes them and where, for as long as the page is shown. */
export function useStandingChanges(): number {
  const [changes, setChanges] = useState(0);
  useEvents(StandingChangedDocument, {}, () => setChanges((changes) => changes + 1));
  return changes;
}

/** Follow calls `onChange` when something of an organization has changed, as long as it is shown. */
export function Follow({ id, onChange }: { id: string; onChange: () => void }) {
  useEvents(OrganizationChangedDocument, { id }, onChange);
  return null;
}

/** useEvents calls `onEvent` after each event of a subscription; after the first, which comes at once, only if `early`: else it has what the page has just read itself. */
function useEvents<Data, Variables>(subscription: TypedDocumentNode<Data, Variables>, variables: Variables, onEvent: () => void, early = false) {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  const body = JSON.stringify({ query: stringifyDocument(subscription), variables });
  useEffect(() => {
    const ended = new AbortController();
    void follow(body, ended.signal, () => latest.current(), early);
    return () => ended.abort();
  }, [body]);
}

async function follow(body: string, ended: AbortSignal, onEvent: () => void, early: boolean) {
  let wait = shortest;
  let first = !early;
  while (!ended.aborted) {
    try {
      await listen(body, ended, () => {
        wait = shortest;
        // After a gap the first stands for what was missed.
        if (!first) {
          onEvent();
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

/** listen calls `onEvent` for each event, and returns when the server has ended them. */
async function listen(body: string, ended: AbortSignal, onEvent: () => void) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { ...sessionHeaders, "Content-Type": "application/json", Accept: "text/event-stream" },
    body,
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
