import { readFileSync } from "node:fs";
import { request } from "node:https";
import { request as plainRequest } from "node:http";

/** How the API server is reached. */
export interface ApiServer {
  readonly url: string;
  /** File of its certificate authority, PEM. Default: those of Node. */
  readonly caFile?: string;
  /** File of the broker's token, read for each request since the kubelet renews it. */
  readonly tokenFile: string;
}

/** Milliseconds that the API server may take. */
const timeout = 5_000;

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends one request; rejects where the API server cannot be reached. */
export function callApi(
  { url, caFile, tokenFile }: ApiServer,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? request : plainRequest;
    const sent = send(
      url + path,
      {
        method,
        timeout,
        headers: {
          authorization: `Bearer ${readFileSync(tokenFile, "utf8").trim()}`,
          accept: "application/json",
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(caFile !== undefined && { ca: readFileSync(caFile, "utf8") }),
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer
          .on("data", (part: Buffer) => parts.push(part))
          .on("error", reject)
          .on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            resolve({ status: answer.statusCode ?? 0, body: objectIn(text) });
          });
      },
    );
    sent.on("error", reject).on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function objectIn(text: string): ApiAnswer["body"] {
  try {
    const read = JSON.parse(text) as unknown;
    return typeof read === "object" && read !== null ? (read as ApiAnswer["body"]) : {};
  } catch {
    return {};
  }
}
