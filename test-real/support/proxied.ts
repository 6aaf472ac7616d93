import { readFileSync } from "node:fs";
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type Server,
} from "node:http";
import { createServer as createTlsServer, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certified } from "./certificates";

/** A request as a server received it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a server answers. */
export interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server within the test. */
export interface Answering {
  /** Its address, by the name `localhost` where it has a certificate. */
  readonly url: string;
  /** What it has received so far; a test may empty it. */
  readonly received: Received[];
  stop(): Promise<void>;
}

/** Starts a server within the test, with TLS where it has a certificate. */
export async function answering(
  answer: (requested: Received) => Answered,
  certified?: Certified,
): Promise<Answering> {
  const received: Received[] = [];
  const server: Server =
    certified === undefined
      ? createServer()
      : createTlsServer({
          cert: readFileSync(certified.certificate),
          key: readFileSync(certified.key),
        });
  server.on("request", (requested, response) => {
    let body = "";
    requested.setEncoding("utf8").on("data", (text: string) => (body += text));
    requested.on("end", () => {
      const { method = "", url: path = "", headers } = requested;
      const one = { method, path, headers, body };
      received.push(one);
      const { status, headers: answered = {} } = answer(one);
      response.writeHead(status, answered).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: certified === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** What is sent. */
interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificate of the authority that the server's certificate is of, in PEM. */
  readonly ca?: string;
}

/** Sends a request with exactly these headers. */
export function send(
  url: string,
  { headers = {}, body, ca }: Sent,
): Promise<{
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    const options = { method: body === undefined ? "GET" : "POST", headers, ca };
    const sent = request(url, options, (got) => {
      let text = "";
      got.setEncoding("utf8").on("data", (part: string) => (text += part));
      got.on("end", () => {
        resolve({ status: got.statusCode ?? 0, headers: got.headers, body: text });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
