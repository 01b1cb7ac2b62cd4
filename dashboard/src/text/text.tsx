import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { en, type Text } from "./en";
import { es } from "./es";

/** Language is one that the app speaks. */
export type Language = "en" | "es";

export const languages: Record<Language, Text> = { en, es };

/** languageOf is the one that comes closest to a BCP 47 tag, English when none does. */
export function languageOf(tag: string): Language {
  return /^es\b/i.test(tag) ? "es" : "en";
}

/** Words is what a component needs to speak: the texts, and figures and days as the reader's region writes them. */
export interface Words {
  t: Text;
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

export function wordsOf(tag: string): Words {
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
    t: languages[language],
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

export const WordsContext = createContext<Words>(wordsOf("en"));

export const useWords = () => useContext(WordsContext);
