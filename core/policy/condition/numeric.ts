/** `NumericEquals` and its kin; what is no number compares with nothing. */
export const numericComparisons = {
  NumericEquals: numeric((given, wanted) => given === wanted),
  NumericLessThan: numeric((given, wanted) => given < wanted),
  NumericLessThanEquals: numeric((given, wanted) => given <= wanted),
  NumericGreaterThan: numeric((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numeric((given, wanted) => given >= wanted),
};

function numeric(
  compare: (given: number, wanted: number) => boolean,
): (given: string, wanted: { text: string }) => boolean {
  return (given, wanted) =>
    given.trim() !== "" && wanted.text.trim() !== "" && compare(Number(given), Number(wanted.text));
}
