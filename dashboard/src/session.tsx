import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ViewerQuery } from "./graph.generated";
import type { Words } from "./text/words";

/** Viewer is who is signed in. */
export type Viewer = NonNullable<ViewerQuery["me"]>;

export interface Session {
  /** Null while nobody is signed in. */
  viewer: Viewer | null;
  /** Forgets all that was read and finds out anew who is signed in. */
  restart: () => void;
  /** Says something once, to eyes and screen readers. */
  say: (text: string) => void;
  /** Goes over to a language, given as a BCP 47 tag; returns the words that are spoken then, which are the same as before when it cannot be loaded. */
  speak: (tag: string) => Promise<Words>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) {
    throw new Error("nothing is around the component that knows who is signed in");
  }
  return session;
}

/** useViewer is who is signed in, on pages that show themselves to nobody else. */
export function useViewer(): Viewer {
  const { viewer } = useSession();
  if (!viewer) {
    throw new Error("nobody is signed in");
  }
  return viewer;
}
