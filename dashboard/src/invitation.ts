// The code of an invitation that was opened waits in this tab, also while its reader signs up.
const place = "invitation";

/** keepCode keeps the code of an invitation for JoinPage, or forgets it. */
export function keepCode(code: string | null) {
  if (code === null) {
    sessionStorage.removeItem(place);
  } else {
    sessionStorage.setItem(place, code);
  }
}

/** keptCode is the code that waits; null for none. */
export const keptCode = () => sessionStorage.getItem(place);

/** codeIn finds the code in what somebody entered, which may be a whole link. What holds none is a wrong code. */
export function codeIn(text: string): string {
  return /[A-Za-z0-9_-]+$/.exec(text.trim())?.[0] ?? "-";
}
