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

/** Sends a person's request to a broker; throws `CouldNotRun` with the broker's own sentence where it refuses. */
export async function callBroker(
  { broker, tokenFile = process.env["AGENTID_TOKEN_FILE"] }: ReachFlags,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<string> {
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
  const answer = await fetch(url.origin + path, {
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
  const text = await answer.text();
  if (answer.ok) return text;
  throw new CouldNotRun(`the broker refuses: ${reasonIn(text) ?? `status ${answer.status}`}`);
}

function reasonIn(text: string): string | undefined {
  try {
    const { error, error_description: description } = JSON.parse(text) as Record<string, unknown>;
    const given = [description, error].find((each) => typeof each === "string" && each !== "");
    return typeof given === "string" ? given : undefined;
  } catch {
    return undefined;
  }
}
