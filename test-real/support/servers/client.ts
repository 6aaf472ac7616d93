import { Agent, request as httpsRequest } from "node:https";

/** What an API server answered. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A request to an API server. */
export interface Authentication {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly body?: unknown;
  /** The bearer's token; by default that of the cluster's administrator. */
  readonly token?: string;
}

/** Calls an API server, and casts the answer to the caller's type. */
export type Ask = <Body>(path: string, asking?: Authentication) => Promise<Answer<Body>>;

/** Asks one API server over connections that it keeps. */
export interface Client {
  readonly query: Ask;
  close(): void;
}

/**
 * A client of an API server.
 *
 * @param ca its certificate
 * @param administrator the default token
 */
export function clientOf(url: string, ca: Buffer, administrator: string): Client {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 16 });
  return {
    query: <Body>(
      path: string,
      { method = "GET", body, token = administrator }: Authentication = {},
    ) =>
      new Promise<Answer<Body>>((resolve, reject) => {
        const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
        const headers = { authorization: `Bearer ${token}`, "content-type": type };
        const requested = httpsRequest(`${url}${path}`, { agent, method, headers }, (response) => {
          let text = "";
          response
            .setEncoding("utf8")
            .on("data", (part: string) => (text += part))
            .on("end", () => {
              resolve({ status: response.statusCode ?? 0, body: parsed(text) as Body });
            })
            .on("error", reject);
        });
        requested.on("error", reject);
        requested.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    close: () => {
      agent.destroy();
    },
  };
}

/** A few paths answer in plain text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
