// Days are calendar days, texts like "2026-11-22", and have no time zone of their own.

const day = 86_400_000;

/** today is the day where the person lives, in the device's zone while that is not known. */
export function today(timeZone: string | null | undefined): string {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: timeZone ?? undefined });
  return parts.format(new Date());
}

/** daysBetween is how many days `to` is after `from`, below 0 when it is before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / day);
}

/** deviceTimeZone is the IANA name of the zone that the device is set to. */
export function deviceTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
