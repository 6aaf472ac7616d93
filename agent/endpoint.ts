import { isLoopback } from "../core/loopback";

/** Sends a request as the global `fetch` does. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * An endpoint of the broker. The protocol fixes its paths, so that no document of another party can name a different one.
 *
 * @throws TypeError for an issuer that is no https URL without a path; plain http is for the same host alone
 */
export function endpoint(issuer: string, path: `/${string}`): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isSafe = url?.protocol === "https:" || (url && isLoopback(url.hostname));
  if (!isSafe || url.origin !== issuer) {
    throw new TypeError(`issuer is \`${issuer}\`; write the broker's https URL without a path`);
  }
  return new URL(path, url);
}

/** What an endpoint of the broker has answered; the body is empty if it was no JSON object. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a form to the broker. It rejects if no answer comes within 10 seconds. */
export async function postForm(
  url: URL,
  form: Readonly<Record<string, string>>,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly fetch?: Fetch | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<Answer> {
  const { headers, signal } = options;
  const timeout = AbortSignal.timeout(10_000);
  const response = await (options.fetch ?? fetch)(url, {
    method: "POST",
    headers: { accept: "application/json", ...headers },
    body: new URLSearchParams(form),
    // The form has credentials: a redirect of the broker's address must not receive them.
    redirect: "error",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  return { status: response.status, body: objectOf(await response.text()) };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
