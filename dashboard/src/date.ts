// Days are calendar days, texts like "2026-11-22", and have no time zone of their own.

const day = 86_400_000;

const inZones = new Map<string | undefined, Intl.DateTimeFormat>();

/** today is the day where the person lives, in the device's zone while that is not known. */
export function today(timeZone: string | null | undefined): string {
  const zone = timeZone ?? undefined;
  let format = inZones.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone });
    inZones.set(zone, format);
  }
  const [month, day, year] = format.format(new Date()).split("/");
  return `${year}-${month}-${day}`;
}

/** daysBetween is how many days `to` is after `from`, below 0 when it is before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / day);
}

/** dayAfter is the day so many days after another. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);
}

/** deviceTimeZone is the IANA name of the zone that the device is set to. */
export function deviceTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
