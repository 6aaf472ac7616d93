/** `DateEquals` and its kin, for ISO 8601 texts and seconds since 1970; what is no date compares with nothing. */
export const dateComparisons = {
  DateEquals: date((given, wanted) => given === wanted),
  DateLessThan: date((given, wanted) => given < wanted),
  DateLessThanEquals: date((given, wanted) => given <= wanted),
  DateGreaterThan: date((given, wanted) => given > wanted),
  DateGreaterThanEquals: date((given, wanted) => given >= wanted),
};

function date(
  compare: (given: number, wanted: number) => boolean,
): (given: string, wanted: { text: string }) => boolean {
  return (given, wanted) => compare(milliseconds(given), milliseconds(wanted.text));
}

/** A date since 1970; not a number where the text is none, so that every comparison fails. */
export function milliseconds(text: string): number {
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  return /^[0-9]{4}/.test(text) ? Date.parse(text) : NaN;
}
