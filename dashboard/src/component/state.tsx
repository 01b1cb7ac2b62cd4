import type { CombinedError } from "@urql/core";
import { type AnyVariables, type TypedDocumentNode, useQuery } from "@urql/preact";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { codeOf } from "../client";
import { useWords } from "../text/text";
import { Page } from "./page";

export function Loading() {
  const { t } = useWords();
  return (
    <div class="skeleton" role="status">
      <span class="hidden">{t.loading}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

/** Failure says what did not work, and offers to try again where that may help. */
export function Failure({ error, retry }: { error: CombinedError; retry?: () => void }) {
  const { t } = useWords();
  const requestId = error.graphQLErrors[0]?.extensions?.["requestId"];
  return (
    <div class="state failure" role="alert">
      <h2>{t.failureTitle}</h2>
      <p>{codeOf(error) === "OFFLINE" ? t.unreachable : error.graphQLErrors[0]?.message}</p>
      {typeof requestId === "string" && <p>{t.requestId(requestId)}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          {t.tryAgain}
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return online;
}

/** ChangesContext counts what is known to have changed at the server: what is shown by Loaded below it is asked again. */
export const ChangesContext = createContext(0);

interface LoadedProps<Data, Variables extends AnyVariables> {
  query: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  /** The types whose change makes the answer old even when it holds none of them yet. */
  types?: string[];
  /** Whether the answer is the whole page, so that what is shown instead of it must be one, too. */
  whole?: boolean;
  /** Shown instead of that there is no such page, when it has been and is not there any more. */
  gone?: ComponentChildren;
  children: (data: Data) => ComponentChildren;
}

/** Loaded asks a query and shows its answer; until then that it is on its way, and when it does not come, why. */
export function Loaded<Data, Variables extends AnyVariables>({ query, variables, types, whole, gone, children }: LoadedProps<Data, Variables>) {
  const { t } = useWords();
  const [context] = useState({ additionalTypenames: types ?? [] });
  const [result, ask] = useQuery<Data, Variables>({ query, variables, context });
  const last = useRef<Data>(undefined);
  const changes = useContext(ChangesContext);
  const known = useRef(changes);
  useEffect(() => {
    if (known.current !== changes) {
      known.current = changes;
      ask({ requestPolicy: "network-only" });
    }
  }, [changes]);
  if (result.data && !result.error) {
    last.current = result.data;
  }
  // What was seen stays in sight while the server cannot be reached.
  if (last.current && (!result.error || codeOf(result.error) === "OFFLINE")) {
    return <>{children(last.current)}</>;
  }
  if (result.error && codeOf(result.error) !== "UNAUTHENTICATED") {
    if (codeOf(result.error) === "NOT_FOUND") {
      if (gone) {
        return <>{gone}</>;
      }
      return whole ? <NotFoundPage /> : <NotFound />;
    }
    const failure = <Failure error={result.error} retry={() => ask({ requestPolicy: "network-only" })} />;
    return whole ? <Page title={t.failureTitle}>{failure}</Page> : failure;
  }
  return whole ? (
    <main id="content">
      <Loading />
    </main>
  ) : (
    <Loading />
  );
}

export function NotFound() {
  const { t } = useWords();
  return (
    <Empty title={t.notFoundTitle}>
      <p>{t.notFound}</p>
      <ToHome />
    </Empty>
  );
}

export function NotFoundPage() {
  const { t } = useWords();
  return (
    <Page title={t.notFoundTitle} lead={t.notFound}>
      <p>
        <ToHome />
      </p>
    </Page>
  );
}

function ToHome() {
  const { t } = useWords();
  return (
    <a class="button" href="/">
      {t.toHome}
    </a>
  );
}

interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

/** Pages shows a list page by page: `page` shows the one after the cursor and calls `more` with what is known of the next. */
export function Pages({ page }: { page: (after: string | null, more: (info: PageInfo) => ComponentChildren) => ComponentChildren }) {
  return <NextPage after={null} page={page} />;
}

function NextPage({ after, page }: { after: string | null; page: Parameters<typeof Pages>[0]["page"] }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const more = (info: PageInfo) => {
    if (!info.hasNextPage) {
      return null;
    }
    if (open) {
      return <NextPage after={info.endCursor} page={page} />;
    }
    return (
      <button type="button" class="more" onClick={() => setOpen(true)}>
        {t.showMore}
      </button>
    );
  };
  return <>{page(after, more)}</>;
}
