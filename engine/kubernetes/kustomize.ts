import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { isRecord, type ValueRecord } from "../../core/snapshot/value";
import { readDocuments } from "./documents";
import type { Parsed } from "../yaml-text";
import { spawnSync } from "node:child_process";
import { MAX_FILE_BYTES } from "./manifest-files";

/** An object that kustomize printed. */
export interface BuiltObject {
  readonly object: ValueRecord;
  /** The file that kustomize read it from, where kustomize reports that. */
  readonly origin?: string;
}

/** Longest run for one kustomization, in milliseconds. */
const LONGEST_RUN = 60_000;

/** Most of what kustomize prints on standard error that is looked at, in characters. */
const LONGEST_REASON = 20_000;

/** Longest message of kustomize that is repeated, in characters. */
const LONGEST_MESSAGE = 500;

/** The annotation that `buildMetadata: [originAnnotations]` adds. Source: kubectl.docs.kubernetes.io, kustomization, buildMetadata. */
const ORIGIN = "config.kubernetes.io/origin";

/** A folder as the user names it in a command. */
export function shownFolder(folder: string): string {
  return relative(process.cwd(), folder).split(sep).join("/") || ".";
}

/**
 * Has the user's own `kustomize`, or else `kubectl`, build the kustomization of a folder.
 *
 * kustomize runs with its defaults: it reads no files outside of a kustomization's folder, and runs neither plugins nor Helm.
 *
 * @param end when to stop, as `Date.now()` counts
 */
export function buildKustomization(
  folder: string,
  end: number = Date.now() + LONGEST_RUN,
): Parsed<readonly BuiltObject[]> {
  const shown = shownFolder(folder);
  if (!existsSync(folder)) return problem(`no folder \`${shown}\``);
  const traced = withOrigins(folder, end);
  const isLast = traced.kind !== "failed" || Date.now() >= end;
  // kustomize before 4.5 has no origins, and lists no component among resources.
  const printed = isLast ? traced : { ...run(folder, end), target: folder };
  switch (printed.kind) {
    case "printed":
      return objectsIn(printed.text, printed.target, folder);
    case "not-installed":
      return problem(
        `\`${shown}\` is a kustomization, and neither \`kustomize\` nor \`kubectl\` is installed; ${byPipe(shown)}`,
      );
    case "failed":
      return problem(
        wasOffline(printed.reason)
          ? `kustomize would download parts of \`${shown}\`, and nothing is downloaded here; ${byPipe(shown)}`
          : `kustomize cannot build \`${shown}\`: ${briefly(printed.reason, folder)}`,
      );
  }
}

/**
 * The objects of a kustomization that a program names.
 *
 * @param from the folder that the program runs in, where relative paths start
 */
export function renderDirectory(directory: string, from: string): Parsed<readonly ValueRecord[]> {
  // As kustomize recognises addresses: `https://…`, `git@…`, `github.com/…`, `…?ref=…`.
  if (/^(\w+:\/\/|git@|git::|github\.com\/)|\?ref=/.test(directory)) {
    return problem(`\`${directory}\` is on the network and was not fetched`);
  }
  const built = buildKustomization(resolve(from, directory));
  return built.kind === "ok"
    ? { kind: "ok", value: built.value.map(({ object }) => object) }
    : built;
}

function byPipe(folder: string): string {
  return `judge its output: \`kustomize build ${folder} | npx --no-install agentid check -\``;
}

function problem(text: string): Parsed<never> {
  return { kind: "problem", problem: text };
}

function run(target: string, end: number): Rendering {
  const left = Math.min(LONGEST_RUN, end - Date.now());
  if (left <= 0) return { kind: "failed", reason: "the kustomizations before it took too long" };
  return render(
    [
      ["kustomize", "build", target],
      ["kubectl", "kustomize", target],
    ],
    left,
  );
}

/** Builds a folder through a kustomization of ours that adds the origin of each object: the user's file stays as it is. */
function withOrigins(folder: string, end: number): Rendering & { readonly target: string } {
  let target = folder;
  try {
    target = realpathSync(mkdtempSync(join(tmpdir(), "agentid-kustomize-")));
    const resources = [relative(target, realpathSync(folder)).split(sep).join("/")];
    const overlay = { resources, buildMetadata: ["originAnnotations"] };
    writeFileSync(join(target, "kustomization.yaml"), JSON.stringify(overlay));
    return { ...run(target, end), target };
  } catch {
    return { kind: "failed", reason: "no temporary folder can be created", target };
  } finally {
    if (target !== folder) rmSync(target, { recursive: true, force: true });
  }
}

function objectsIn(text: string, target: string, folder: string): Parsed<readonly BuiltObject[]> {
  const shown = shownFolder(folder);
  const documents = readDocuments(withoutHashes(text), shown);
  if (documents.kind === "problem") {
    const message = documents.at?.message ?? documents.problem;
    return problem(`what kustomize prints for \`${shown}\` cannot be read: ${message}`);
  }
  const real = realpathSync(folder);
  const originOf = (path: string): string => resolve(folder, relative(real, resolve(target, path)));
  const objects = documents.value.objects.map(({ object }): BuiltObject => {
    const { metadata } = object;
    if (!isRecord(metadata) || !isRecord(metadata["annotations"])) return { object };
    const { [ORIGIN]: origin, ...annotations } = metadata["annotations"];
    if (typeof origin !== "string") return { object };
    const path = /^(?:path|configuredIn): (.+)$/m.exec(origin)?.[1];
    return {
      object: { ...object, metadata: { ...metadata, annotations } },
      ...(path !== undefined && { origin: originOf(path) }),
    };
  });
  return { kind: "ok", value: objects };
}

/**
 * Names without the hash that kustomize adds to those of generated ConfigMaps and Secrets.
 *
 * The hash follows from a secret's value, and would make each new value another finding. Its letters are those of kustomize's
 * api/hasher.
 */
function withoutHashes(text: string): string {
  const hashed = new Set(
    [...text.matchAll(/^ {2}name: (\S+-[2456789bcdfghkmt]{10})$/gm)].map(([, name]) => name),
  );
  if (hashed.size === 0) return text;
  return text.replace(
    /\b([a-z0-9][a-z0-9.-]{0,241})-[2456789bcdfghkmt]{10}\b/g,
    (whole, name: string) => (hashed.has(whole) ? name : whole),
  );
}

/**
 * The sentence in what kustomize prints on standard error, without the contents of files that it quotes: they may be secrets.
 *
 * It quotes a configuration after `with config:`, values in backticks, brackets and braces, and nodes on lines of their own.
 */
function briefly(reason: string, folder: string): string {
  const start = reason.slice(0, LONGEST_REASON);
  const error = /^error: ([\s\S]*)/im.exec(start)?.[1] ?? start;
  const [sentence = ""] = error
    .replace(/ with config: `\n(?:(?! with config: )[\s\S])*?\n`(?=: )/g, "")
    .replaceAll(/\[(no(?:Grp|Ver|Ns|Kind))\]/g, "$1")
    .split(/[`[{\n]/, 1);
  const plain = sentence
    .replaceAll(`${realpathSync(folder)}${sep}`, "")
    .replaceAll(/(\w:\/\/)[^/@\s']*@/g, "$1")
    .trim();
  return plain.slice(0, LONGEST_MESSAGE) || "it gives no reason";
}

/** What a tool of the user's printed, or why it printed nothing. */
type Rendering =
  | { readonly kind: "printed"; readonly text: string }
  /** None of the programs is on the PATH. */
  | { readonly kind: "not-installed" }
  /** `reason` is the tool's own text and may repeat what files contain. */
  | { readonly kind: "failed"; readonly reason: string };

/** What a tool needs of the environment. Credentials in it are not passed on. */
const PASSED_ON = /^(PATH|HOME|USERPROFILE|SYSTEMROOT|TMPDIR|TEMP|TMP)$/i;

/**
 * Stops downloads: no proxy listens at this address, and git has no protocol of this name.
 *
 * Go itself uses no proxy for this machine, but refuses HTTP where a proxy is set for what looks like a CGI program, see
 * golang.org/s/cgihttpproxy.
 */
const OFFLINE = {
  REQUEST_METHOD: "GET",
  HTTP_PROXY: "http://127.0.0.1:1",
  HTTPS_PROXY: "http://127.0.0.1:1",
  GIT_ALLOW_PROTOCOL: "none",
};

/** Whether a tool failed because {@link OFFLINE} stopped a download. */
function wasOffline(reason: string): boolean {
  return /proxyconnect|refusing to use HTTP_PROXY|transport '[\w-]+' not allowed/.test(reason);
}

/**
 * Runs the first of several commands whose program is installed, without a shell, network or credentials.
 *
 * @param milliseconds longest run
 */
function render(
  commands: readonly (readonly [program: string, ...args: string[]])[],
  milliseconds: number,
): Rendering {
  const inherited = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  for (const [program, ...args] of commands) {
    const { error, status, stdout, stderr } = spawnSync(program, args, {
      encoding: "utf8",
      env: { ...Object.fromEntries(inherited), ...OFFLINE },
      killSignal: "SIGKILL",
      maxBuffer: MAX_FILE_BYTES,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: milliseconds,
    });
    if (error === undefined) {
      return status === 0
        ? { kind: "printed", text: stdout }
        : { kind: "failed", reason: stderr.trim() };
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") return { kind: "failed", reason: stopped(code, milliseconds) };
  }
  return { kind: "not-installed" };
}

function stopped(code: string | undefined, milliseconds: number): string {
  if (code === "ETIMEDOUT") return `it did not end within ${Math.ceil(milliseconds / 1000)} s`;
  if (code === "ENOBUFS") return `it printed more than ${MAX_FILE_BYTES / 1024 / 1024} MiB`;
  return `it cannot be run (${code ?? "unknown error"})`;
}
