import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "./words";

export const WordsContext = createContext<Words | null>(null);

/** useWords is what a component speaks by. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) {
    throw new Error("nothing is around the component to speak by");
  }
  return words;
}
