import { CouldNotRun } from "../failure";
import { readText } from "../files";

/** Options by which commands reach a broker. */
export interface ReachFlags {
  readonly broker: string;
  /** File of the person's token; default: `AGENTID_TOKEN_FILE`. */
  readonly tokenFile?: string;
}

/** Milliseconds that an answer may take. */
const timeout = 10_000;

/**
 * Sends a person's request to a broker; throws `CouldNotRun` with the broker's own sentence where it refuses.
 *
 * Beyond the broker's limit of requests it waits, as the broker asks it to.
 */
export async function callBroker(
  reach: ReachFlags,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<string> {
  for (;;) {
    const answer = await answerOf(reach, path, body);
    const text = await answer.text();
    if (answer.ok) return text;
    const { reason = `status ${answer.status}`, seconds } = refusalIn(text);
    if (answer.status !== 429 || seconds === undefined) {
      throw new CouldNotRun(`the broker refuses: ${reason}`);
    }
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

async function answerOf(
  { broker, tokenFile = process.env["AGENTID_TOKEN_FILE"] }: ReachFlags,
  path: string,
  body: Readonly<Record<string, unknown>> | undefined,
): Promise<Response> {
  if (tokenFile === undefined) {
    throw new CouldNotRun(
      "a person's token is needed; name its file by `--token-file` or `AGENTID_TOKEN_FILE`",
    );
  }
  const url = URL.canParse(broker) ? new URL(broker) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CouldNotRun(
      "`--broker` takes the broker's URL, such as `https://broker.acme.example`",
    );
  }
  const token = readText(tokenFile, "the token").trim();
  if (!/^[\w.~+/-]+=*$/.test(token)) throw new CouldNotRun(`\`${tokenFile}\` has no token`);
  return fetch(url.origin + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(timeout),
  }).catch((error: unknown) => {
    const { cause, message } = error as Error & { readonly cause?: { readonly code?: string } };
    throw new CouldNotRun(
      `the broker at \`${url.origin}\` does not answer: ${cause?.code ?? message}`,
    );
  });
}

/** Most seconds that a broker's wish to wait is followed. */
const longestWait = 60;

/** Why a broker refuses, and after how many seconds it would not. */
function refusalIn(text: string): { readonly reason?: string; readonly seconds?: number } {
  try {
    const {
      error,
      error_description: description,
      retry_after: seconds,
    } = JSON.parse(text) as Record<string, unknown>;
    const reason = [description, error].find((each) => typeof each === "string" && each !== "");
    const isWait = typeof seconds === "number" && seconds > 0 && seconds <= longestWait;
    return {
      ...(typeof reason === "string" && { reason }),
      ...(isWait && { seconds }),
    };
  } catch {
    return {};
  }
}
