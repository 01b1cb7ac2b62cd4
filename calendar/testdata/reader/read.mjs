// Reads a calendar from standard input with ical.js, the library of Thunderbird, and writes what it understood as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const text = (component, name) => component.getFirstPropertyValue(name)?.toString() ?? null;

const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    summary: event.summary,
    description: event.description,
    start: event.startDate.toString(),
    end: event.endDate.toString(),
    allDay: event.startDate.isDate && event.endDate.isDate,
    status: text(component, "status"),
    transparency: text(component, "transp"),
    sequence: event.sequence,
    stamp: text(component, "dtstamp"),
    modified: text(component, "last-modified"),
    rings: component.getAllSubcomponents("valarm").map((alarm) => {
      const at = event.startDate.clone();
      at.isDate = false;
      at.addDuration(alarm.getFirstPropertyValue("trigger"));
      return { at: at.toString(), action: text(alarm, "action"), says: text(alarm, "description") };
    }),
  };
});
console.log(JSON.stringify({
  version: text(calendar, "version"),
  product: text(calendar, "prodid"),
  name: text(calendar, "name"),
  refresh: calendar.getFirstPropertyValue("refresh-interval")?.toSeconds() ?? null,
  lifetime: text(calendar, "x-published-ttl"),
  others: calendar.getAllSubcomponents().map((c) => c.name).filter((name) => name !== "vevent"),
  events,
}));
