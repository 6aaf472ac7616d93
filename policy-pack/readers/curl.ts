/** What a command of curl shows, and whom it asks. */
export interface Requested {
  /** What stands behind `-u`; empty where nothing does. */
  readonly login: string;
  /** Addresses, with or without a scheme. */
  readonly places: readonly string[];
}

/** Letters of options that have a value. Source: curl.se/docs/manpage.html, as for {@link flags}. */
const valued = /^-([^-]{0,40}?)([AbcCdDeEFhHKmoPQrtTuUwxXyYz])(.{0,1000})$/s;

/** Long options without a value. */
const flags: ReadonlySet<string> = new Set(
  [
    ["anyauth", "basic", "compressed", "digest", "fail", "fail-early", "fail-with-body", "get"],
    ["globoff", "head", "http1.0", "http1.1", "http2", "include", "insecure", "ipv4", "ipv6"],
    ["location", "location-trusted", "no-buffer", "no-progress-meter", "parallel", "path-as-is"],
    ["progress-bar", "remote-name", "retry-all-errors", "retry-connrefused", "show-error"],
    ["silent", "ssl-reqd", "tlsv1.2", "tlsv1.3", "verbose"],
  ].flat(),
);

/** What a command asks, where it is one of curl. */
export function requestedByCurl(words: readonly string[]): Requested | undefined {
  const [program = "", ...given] = words;
  if (!/^(?:\S{0,200}\/)?curl$/.test(program)) return undefined;
  let login = "";
  const places: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? "";
    if (!word.startsWith("-")) {
      places.push(word);
      continue;
    }
    const [, , letter, attached = ""] = valued.exec(word) ?? [];
    const name = word.startsWith("--") ? word.slice(2) : letter;
    if (name === undefined || flags.has(name)) continue;
    if (attached === "") at += 1;
    const value = attached === "" ? (given[at] ?? "") : attached;
    if (name === "u" || name === "user") login = value;
    if (name === "url") places.push(value);
  }
  return { login, places };
}
