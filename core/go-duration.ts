/** How many seconds each unit of Go's durations has. Source: pkg.go.dev/time, ParseDuration. */
const units: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ns: 1e-9,
};

const form = /^(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|us|µs|μs|ns|m|s)/;

/** Longest text that is looked at; no sensible duration comes near. */
const longestText = 64;

/** The seconds of a duration as programs in Go read it, such as `1h30m` or `1.5h`; undefined for what is none. */
export function goSeconds(text: string): number | undefined {
  if (text.length > longestText) return undefined;
  const isNegative = text.startsWith("-");
  let rest = text.replace(/^[+-]/, "");
  if (rest === "0") return 0;
  if (rest === "") return undefined;
  let seconds = 0;
  while (rest !== "") {
    const [part] = form.exec(rest) ?? [];
    if (part === undefined) return undefined;
    const unit = part.replace(/^[\d.]+/, "");
    seconds += Number.parseFloat(part) * (units[unit] ?? Number.NaN);
    rest = rest.slice(part.length);
  }
  return isNegative ? -seconds : seconds;
}
