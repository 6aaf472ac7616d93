import { request } from "node:https";
import { buffer } from "node:stream/consumers";
import type { Running } from "../../broker/start";

/** A workload's certificate as it presents it, in PEM. */
export interface Presenting {
  readonly chain: string;
  readonly key: string;
}

/** `fetch` as far as clients of OAuth use it. */
export type FetchByCertificate = (
  url: string,
  options?: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  },
) => Promise<Response>;

/**
 * Requests over a connection of their own to a broker of a test, whatever host and port the URL names.
 *
 * @param ca certificate that the broker's own is certified by, in PEM
 * @param by what is presented on the connection; undefined presents nothing
 */
export function fetchBy(
  { mtlsPort }: Running,
  ca: string,
  by: Presenting | undefined,
): FetchByCertificate {
  return async (url, { method = "GET", headers = {}, body } = {}) => {
    const { pathname, search } = new URL(url);
    return new Promise((resolve, reject) => {
      const asking = request(
        {
          ...{ host: "127.0.0.1", port: mtlsPort, path: pathname + search, method, headers },
          ...{ servername: "localhost", ca, agent: false },
          ...(by !== undefined && { cert: by.chain, key: by.key }),
        },
        (answer) => {
          buffer(answer).then((read) => {
            const status = answer.statusCode ?? 0;
            const type = answer.headers["content-type"] ?? "";
            const init = { status, headers: { "content-type": type } };
            resolve(new Response(read.length === 0 ? null : new Uint8Array(read), init));
          }, reject);
        },
      );
      asking.on("error", reject).end(body instanceof URLSearchParams ? body.toString() : body);
    });
  };
}
