import type { Text } from "./en";

/** Language is one that the app speaks. */
export type Language = "en" | "es";

/** languages are what each calls itself. */
export const languages: Record<Language, string> = { en: "English", es: "Español" };

// Each in a file of its own, of which a phone loads one.
const texts: Record<Language, () => Promise<Text>> = {
  en: () => import("./en").then(({ en }) => en),
  es: () => import("./es").then(({ es }) => es),
};

/** languageOf is the one that comes closest to a BCP 47 tag, English when none does. */
export function languageOf(tag: string): Language {
  return /^es\b/i.test(tag) ? "es" : "en";
}

/** Words is what a component needs to speak: the texts, and figures and days as the reader's region writes them. */
export interface Words {
  t: Text;
  /** The BCP 47 tag that was asked for. */
  tag: string;
  language: Language;
  /** amount writes an exact decimal, given as a text, with the region's mark. */
  amount(decimal: string): string;
  /** day writes a calendar day in full. */
  day(date: string): string;
  shortDay(date: string): string;
  month(date: string): string;
  shortMonth(date: string): string;
  /** moment writes an instant in the device's time zone. */
  moment(instant: string): string;
  /** named is the name of a unit as the amount wants it. */
  named(amount: string, unit: { name: string; plural: string } | null): string;
}

const kept = "language";

/** lastSpoken is the BCP 47 tag of what was last chosen on this device, at first the browser's most wanted that the app speaks. */
export function lastSpoken(): string {
  try {
    const tag = localStorage.getItem(kept);
    if (tag !== null) {
      return tag;
    }
  } catch {
    // Nothing may be kept on this device.
  }
  return navigator.languages.find((tag) => /^(en|es)\b/i.test(tag)) ?? navigator.language;
}

/** speak keeps the BCP 47 tag as what is chosen, and loads the words for it. */
export async function speak(tag: string): Promise<Words> {
  try {
    localStorage.setItem(kept, tag);
  } catch {
    // It is chosen until the page is left.
  }
  return wordsOf(tag);
}

/** wordsOf loads the words for a BCP 47 tag. */
export async function wordsOf(tag: string): Promise<Words> {
  const language = languageOf(tag);
  // The region decides how figures and days are written, as long as it is one of the language that is spoken.
  const locale = tag.toLowerCase().startsWith(language) ? tag : language;
  const days = (options: Intl.DateTimeFormatOptions) => {
    const format = once(() => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }));
    return (date: string) => format().format(new Date(date));
  };
  const figures = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }));
  const moments = once(() => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }));
  return {
    t: await texts[language](),
    tag,
    language,
    amount: (decimal) => figures().format(decimal as Intl.StringNumericLiteral),
    day: days({ dateStyle: "long" }),
    shortDay: days({ day: "numeric", month: "short", year: "numeric" }),
    month: days({ month: "long", year: "numeric" }),
    shortMonth: days({ month: "short" }),
    moment: (instant) => moments().format(new Date(instant)),
    named: (amount, unit) => (unit ? (Number(amount) === 1 ? unit.name : unit.plural) : ""),
  };
}

/** once makes what is asked for when it is first asked for: a formatter takes a phone dozens of milliseconds. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
