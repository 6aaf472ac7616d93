import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** A credential format that was found in a text. */
export interface Format {
  /** The readable name: `Slack token`. */
  readonly what: string;
  /** What the detector calls it: `slack`. */
  readonly format: string;
  /** The text that has the format; never to be shown. */
  readonly text: string;
  /** Where that begins in the text in which it was found. */
  readonly index: number;
}

/** What people call what the detector's rules find, by the last part of a rule's id. */
const names: Readonly<Record<string, string>> = {
  "1password": "1Password service account token",
  anthropic: "Anthropic API key",
  aws: "AWS credential",
  basicauth: "password in a URL",
  "database-connection-string": "database password in a connection string",
  gcp: "Google Cloud credential",
  github: "GitHub token",
  linear: "Linear API key",
  npm: "npm token",
  openai: "OpenAI API key",
  privatekey: "private key",
  sendgrid: "SendGrid API key",
  shopify: "Shopify token",
  slack: "Slack token",
};

const rulePrefix = "@secretlint/secretlint-rule-";

function formatOfRule(ruleId: string): string {
  return ruleId.startsWith(rulePrefix) ? ruleId.slice(rulePrefix.length) : ruleId;
}

/** The readable name of a format. */
function nameOfFormat(format: string): string {
  return Object.hasOwn(names, format) ? (names[format] ?? format) : `${format} credential`;
}

type Lint = (text: string) => Promise<readonly { ruleId: string; start: number; end: number }[]>;

let loading: Promise<Lint> | undefined;

/** Loads the detector, so that nothing that runs meanwhile can put another in its place. */
export async function loadFormats(): Promise<void> {
  loading ??= load();
  // What it loads at its first call is loaded too.
  await (
    await loading
  )("");
}

/**
 * Finds credential formats in texts with `@secretlint/core` and its recommended preset.
 *
 * The detector is loaded at the first call. It gets all texts at once, since a call costs more than a text. Its reports contain
 * what was found, so they are not stored.
 */
export async function formatsIn(
  texts: readonly string[],
): Promise<ReadonlyMap<string, readonly Format[]>> {
  loading ??= load();
  const lint = await loading;
  const starts: number[] = [];
  let joined = "";
  for (const text of texts) {
    starts.push(joined.length);
    joined += `${text}\n\n`;
  }
  const found = new Map<string, Format[]>();
  // Comments that turn the detector off must not work in judged files; the length stays the same.
  for (const { ruleId, start, end } of await lint(
    joined.replaceAll("secretlint-", "secretlint_"),
  )) {
    const index = lastAtOrBefore(starts, start);
    const text = texts[index] ?? "";
    const from = starts[index] ?? 0;
    // What spans two texts is no credential of either.
    if (end > from + text.length) continue;
    const format = formatOfRule(ruleId);
    const one = {
      what: nameOfFormat(format),
      format,
      text: joined.slice(start, end),
      index: start - from,
    };
    const known = found.get(text);
    if (known === undefined) found.set(text, [one]);
    else known.push(one);
  }
  return found;
}

async function load(): Promise<Lint> {
  const { lintSource } = await import("@secretlint/core");
  const { creator } = await import("@secretlint/secretlint-rule-preset-recommend");
  await stopProfiling();
  return async (content) => {
    const { messages } = await lintSource({
      source: { filePath: "values.txt", ext: ".txt", contentType: "text", content },
      options: {
        noPhysicFilePath: true,
        config: { rules: [{ id: creator.meta.id, rule: creator }] },
      },
    });
    return messages.map(({ ruleId, range }) => ({ ruleId, start: range[0], end: range[1] }));
  };
}

/**
 * Stops the detector's profiler, which keeps a record of each rule of each call for ever and searches all of them.
 *
 * It is a dependency of the detector's, so it is looked for from there; a detector without one is as well.
 */
async function stopProfiling(): Promise<void> {
  try {
    const fromCore = createRequire(require.resolve("@secretlint/core"));
    const path = pathToFileURL(fromCore.resolve("@secretlint/profiler")).href;
    const { secretLintProfiler } = (await import(path)) as {
      readonly secretLintProfiler: { mark: (marker: unknown) => void };
    };
    secretLintProfiler.mark = () => undefined;
  } catch {
    return;
  }
}

function lastAtOrBefore(starts: readonly number[], position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
