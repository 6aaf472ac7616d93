import { spawnSync } from "node:child_process";
import { MAX_FILE_BYTES } from "./manifest-files";

/** What a tool of the user's printed, or why it printed nothing. */
export type Rendering =
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
 * Go asks no proxy for this machine itself, but refuses HTTP where a proxy is set for what looks like a CGI program, see
 * golang.org/s/cgihttpproxy.
 */
const OFFLINE = {
  REQUEST_METHOD: "GET",
  HTTP_PROXY: "http://127.0.0.1:1",
  HTTPS_PROXY: "http://127.0.0.1:1",
  GIT_ALLOW_PROTOCOL: "none",
};

/** Whether a tool failed because {@link OFFLINE} stopped a download. */
export function wasOffline(reason: string): boolean {
  return /proxyconnect|refusing to use HTTP_PROXY|transport '[\w-]+' not allowed/.test(reason);
}

/**
 * Runs the first of several commands whose program is installed, without a shell, network or credentials.
 *
 * @param milliseconds longest run
 */
export function render(
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
