import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isObject, postForm, endpoint } from "../../agent/endpoint";
import { exchangeForm, type CallDetails } from "../../agent/exchange";
import { clientAuthentication, tokenFile } from "../../agent/workload-token";
import { write } from "../console";
import { stopSignal } from "../end-clearly";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText } from "../files";

/** Options of `agentid credentials`, as commander gives them. */
export interface CredentialsFlags {
  readonly broker: string;
  /** File of the workload's own token. */
  readonly identity: string;
  /** File of the user's token or the task token. */
  readonly subject: string;
  readonly resource: string;
  /** `authorization_details` of the call: JSON, without `type`. */
  readonly details: string;
  readonly listen?: string;
  /** File of what AWS SDKs send as `Authorization`. */
  readonly authorization?: string;
}

/** Credentials as `credential_process` has them. */
interface Session {
  readonly Version: 1;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: string;
}

/** Milliseconds before its end from which a session is not handed out any more. */
const margin = 20_000;

const awsSession = "urn:agentid:params:oauth:token-type:aws-session";

/**
 * `agentid credentials`: sessions of a tool's IAM role for one call, as AWS SDKs and the AWS CLI take them.
 *
 * Prints one for `credential_process`; or answers as the container credentials endpoint on loopback, with the same session for
 * all requests within the session's window. A session is only in memory.
 */
export async function credentials(flags: CredentialsFlags): Promise<number> {
  const { listen, authorization } = flags;
  const details = detailsOf(flags.details);
  const obtain = (): Promise<Session> => sessionOf(flags, details);
  if (listen === undefined) {
    await write(process.stdout, `${JSON.stringify(await obtain())}\n`);
    return exitCodes.passed;
  }
  const [, host = "", port = ""] =
    /^(127\.0\.0\.1|\[::1\]|localhost):(\d{1,5})$/.exec(listen) ?? [];
  if (host === "" || Number(port) > 65_535) {
    throw new CouldNotRun("`--listen` takes an address on loopback, such as `127.0.0.1:9911`");
  }
  if (authorization === undefined) {
    throw new CouldNotRun("`--listen` needs `--authorization`: other processes reach loopback too");
  }
  const kept = storedSession(obtain);
  const server = createServer((request, response) => {
    void answer(request, response, authorization, kept);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(new CouldNotRun(`cannot listen on \`${listen}\`: ${error.code ?? error.message}`));
    });
    server.listen(Number(port), host.replace(/^\[|\]$/g, ""), resolve);
  });
  const bound = server.address();
  const at = typeof bound === "object" && bound !== null ? bound.port : port;
  // Before the line, at which others may stop this process.
  const stopped = stopSignal();
  await write(process.stdout, `AWS_CONTAINER_CREDENTIALS_FULL_URI=http://${host}:${at}/\n`);
  await stopped;
  server.close();
  server.closeAllConnections();
  return exitCodes.passed;
}

/** The same session for all requests, until shortly before its end; a request while one is made waits for it. */
function storedSession(
  obtain: () => Promise<Session>,
  now: () => number = Date.now,
): () => Promise<Session> {
  let current: { readonly session: Promise<Session>; until: number } | undefined;
  return () => {
    if (current !== undefined && now() < current.until) return current.session;
    const made = { session: obtain(), until: Infinity };
    current = made;
    made.session.then(
      ({ Expiration }) => (made.until = Date.parse(Expiration) - margin),
      () => (made.until = 0),
    );
    return made.session;
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  authorization: string,
  kept: () => Promise<Session>,
): Promise<void> {
  const send = (status: number, body: Readonly<Record<string, unknown>>): void => {
    response
      .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
      .end(JSON.stringify(body));
  };
  try {
    // Read for each request, since it may be renewed; AWS SDKs send it as it is.
    const wanted = readText(authorization, "what authorizes").trim();
    const isWanted = wanted !== "" && isSame(request.headers.authorization ?? "", wanted);
    // A page in a browser can send requests to loopback, under a name of its own.
    const isLoopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(
      request.headers.host ?? "",
    );
    if (request.method !== "GET" || !isWanted || !isLoopback) {
      send(403, { Code: "Forbidden", Message: "the request is not authorized" });
      return;
    }
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = await kept();
    send(200, { AccessKeyId, SecretAccessKey, Token: SessionToken, Expiration });
  } catch (error) {
    send(503, { Code: "Unavailable", Message: (error as Error).message });
  }
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function detailsOf(text: string): CallDetails {
  try {
    const read: unknown = JSON.parse(text);
    if (isObject(read)) return read as unknown as CallDetails;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw new CouldNotRun(
    '`--details` takes JSON, such as `{"intent":"read","sensitivity":"internal"}`',
  );
}

async function sessionOf(
  { broker, identity, subject, resource }: CredentialsFlags,
  details: CallDetails,
): Promise<Session> {
  const form = {
    ...(await exchangeForm({ subjectToken: tokenFile(subject), resource, details })),
    ...(await clientAuthentication(tokenFile(identity))),
    requested_token_type: awsSession,
  };
  const { status, body } = await postForm(endpoint(broker, "/token"), form, {}).catch(
    (error: unknown) => {
      throw new CouldNotRun(
        `the broker at \`${broker}\` does not answer: ${(error as Error).message}`,
      );
    },
  );
  const { aws, error, error_description: description } = body;
  if (status === 200 && isObject(aws)) return aws as unknown as Session;
  const reason = [error, description].filter((each) => typeof each === "string").join(": ");
  throw new CouldNotRun(`the broker refuses: ${reason === "" ? `status ${status}` : reason}`);
}
