/** A day of the calendar, in UTC, as `2026-11-30`. */
export type Day = string;

const millisecondsInDay = 86_400_000;

/** Whether a text is a day that there is: `2026-02-29` is none. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && dayOf(new Date(numberOf(text) * millisecondsInDay)) === text
  );
}

/** How many days there are from one day to another; negative where the other is past. */
export function daysBetween(from: Day, to: Day): number {
  return numberOf(to) - numberOf(from);
}

/** The day of a moment, in UTC. */
export function dayOf(moment: Date): Day {
  return Number.isNaN(moment.getTime()) ? "" : moment.toISOString().slice(0, 10);
}

/** Days since 1970-01-01; a day that a month does not have counts on into the next. */
function numberOf(day: Day): number {
  const [year = NaN, month = NaN, date = NaN] = day.split("-").map(Number);
  return Date.UTC(year, month - 1, date) / millisecondsInDay;
}
