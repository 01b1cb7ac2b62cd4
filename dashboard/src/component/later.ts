import { useEffect, useState } from "preact/hooks";

/** useLater is the value once it has not changed for some milliseconds: what follows typing is not asked at each letter. */
export function useLater<T>(value: T, wait: number): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return later;
}
