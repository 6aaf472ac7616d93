import { readFileSync, watchFile, unwatchFile } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { constants } from "node:crypto";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { SecureContextOptions } from "node:tls";
import type { Address } from "../configuration/configuration";
import { plainHeaders, type Answer } from "./answer";
import { pathOf } from "./path";

/** What answers a request. */
export type Handler = (request: IncomingMessage, path: string) => Promise<Answer>;

/** Files of a certificate. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A server that listens. */
export interface Listening {
  /** The port, where the configuration leaves it open by 0. */
  readonly port: number;
  /** Ends each connection with its next answer. */
  readonly drain: () => void;
  /** Accepts no more connections, finishes running requests, and closes the others. */
  readonly stop: () => Promise<void>;
}

/** Milliseconds that a request's headers, and the whole of it, may take. */
const headersTimeout = 5_000;
const requestTimeout = 10_000;

/** Maximum connections at one time; those without a request end after Node's 5 s. */
const mostConnections = 4_096;

/** Milliseconds that a stop waits for requests that run. */
const stopTimeout = 10_000;

/** Milliseconds between looks at the files of the certificate, and at the authorities of callers. */
const certificateInterval = 10_000;
const authoritiesInterval = 1_000;

/**
 * Listens, and answers each request by a handler.
 *
 * Throws where it cannot listen, or a file of the certificate cannot be read. A certificate that changes is read again; one
 * that cannot be read then leaves the old one in place.
 *
 * @param onProblem called with later failures
 * @param authorities those that certify callers, in PEM, where callers may present certificates; whoever presents none, or
 * another one, is not refused here
 * @param interval milliseconds between checks of the files of the certificate
 */
export async function serve(
  { host, port }: Address,
  files: CertificateFiles | undefined,
  handler: Handler,
  onProblem: (message: string, reason: string) => void,
  authorities?: () => readonly string[],
  interval = certificateInterval,
): Promise<Listening> {
  let isDraining = false;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    if (isDraining) response.setHeader("connection", "close");
    void respond(handler, request, response, onProblem);
  };
  const options = {
    ...{ headersTimeout, requestTimeout, connectionsCheckingInterval: 1_000 },
    ...{ maxHeaderSize: 32 * 1024, keepAlive: true },
  };
  const server: Server | TlsServer =
    files === undefined
      ? createServer(options, listener)
      : createTlsServer(
          {
            ...{ ...options, ...read(files, authorities?.()) },
            ...{ requestCert: authorities !== undefined, rejectUnauthorized: false },
          },
          listener,
        );
  const stopReading =
    files === undefined
      ? () => undefined
      : reread(server, { files, authorities, interval }, onProblem);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  server.maxConnections = mostConnections;
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : port,
    drain: () => {
      isDraining = true;
    },
    stop: () => {
      stopReading();
      return stopped(server);
    },
  };
}

async function respond(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  onProblem: (message: string, reason: string) => void,
): Promise<void> {
  let answer: Answer;
  try {
    answer = await handler(request, pathOf(request));
  } catch (error) {
    onProblem("a request failed", (error as Error).message);
    answer = { status: 500, body: { json: { error: "server_error" } } };
  }
  const { status, headers, body } = answer;
  const [text, type] =
    body === undefined
      ? ["", undefined]
      : "json" in body
        ? [JSON.stringify(body.json), "application/json"]
        : [body.text, body.type];
  // The unread rest of a body would be read as the next request.
  if (!request.complete) response.setHeader("connection", "close");
  response
    .writeHead(status, {
      ...plainHeaders,
      ...headers,
      ...(type !== undefined && { "content-type": type }),
      ...(status !== 204 && { "content-length": Buffer.byteLength(text) }),
    })
    .end(text);
}

/** What a server takes of TLS, at its start and again: what is left out then is no longer as it was. */
function read(
  { certificate, key }: CertificateFiles,
  authorities: readonly string[] | undefined,
): SecureContextOptions {
  return {
    ...{ cert: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") },
    minVersion: "TLSv1.2",
    ...(authorities !== undefined && {
      ca: [...authorities],
      // A session that is resumed is not verified again: its authority may be gone.
      secureOptions: constants.SSL_OP_NO_TICKET,
    }),
  };
}

function reread(
  server: Server | TlsServer,
  {
    files,
    authorities,
    interval,
  }: {
    readonly files: CertificateFiles;
    readonly authorities: (() => readonly string[]) | undefined;
    readonly interval: number;
  },
  onProblem: (message: string, reason: string) => void,
): () => void {
  let known = authorities?.().join("");
  const again = (): void => {
    try {
      (server as TlsServer).setSecureContext(read(files, authorities?.()));
    } catch (error) {
      onProblem("the certificate cannot be read again", (error as Error).message);
    }
  };
  const watched = [files.certificate, files.key];
  for (const file of watched) watchFile(file, { interval, persistent: false }, again);
  const looking = setInterval(() => {
    const now = authorities?.().join("");
    if (now === known) return;
    known = now;
    again();
  }, authoritiesInterval).unref();
  return () => {
    clearInterval(looking);
    for (const file of watched) unwatchFile(file, again);
  };
}

async function stopped(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), stopTimeout);
  await closed;
  clearTimeout(late);
}
