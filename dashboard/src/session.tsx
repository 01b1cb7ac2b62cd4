import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ViewerQuery } from "./graph.generated";

/** Viewer is who is signed in. */
export type Viewer = NonNullable<ViewerQuery["me"]>;

export interface Session {
  /** Null while nobody is signed in. */
  viewer: Viewer | null;
  /** Forgets all that was read and finds out anew who is signed in. */
  restart: () => void;
  /** Says something once, to eyes and screen readers. */
  say: (text: string) => void;
  /** Chooses the language of somebody who is not signed in. */
  speak: (tag: string) => void;
}

export const SessionContext = createContext<Session>({ viewer: null, restart: () => {}, say: () => {}, speak: () => {} });

export const useSession = () => useContext(SessionContext);

/** useViewer is who is signed in, on pages that show themselves to nobody else. */
export function useViewer(): Viewer {
  const { viewer } = useSession();
  if (!viewer) {
    throw new Error("nobody is signed in");
  }
  return viewer;
}
