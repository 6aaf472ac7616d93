import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment as the API has it. */
export interface StoredComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string } | null;
}

/** An answer in place of the usual one, or undefined for that. Called before a request takes effect. */
export type Fault = (
  request: string,
  server: GitHubServer,
) =>
  | { readonly status: number; readonly headers?: Record<string, string>; readonly message: string }
  | "hang up"
  /** It takes effect, and the answer is lost. */
  | "lost"
  | undefined;

/** Who the workflow's own token acts for. */
export const bot = "github-actions[bot]";

/** The part of GitHub's API about comments, in memory and on this machine. */
export class GitHubServer {
  comments: StoredComment[] = [];
  head = "a".repeat(40);
  viewer = bot;
  /** Maximum comments on one page. */
  pageSize = 100;
  readonly faults: Fault[] = [];
  /** Such as `POST /repos/acme/desk/issues/7/comments`. */
  readonly requests: string[] = [];
  readonly tokens = new Set<string>();
  #last = 100;
  readonly #server: Server = createServer(
    (request, response) => void this.#answer(request, response),
  );

  async start(): Promise<string> {
    await new Promise<void>((on) => this.#server.listen(0, "127.0.0.1", on));
    return this.address;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((on) => this.#server.close(on));
  }

  add(login: string | null, body: string): StoredComment {
    const comment = { id: ++this.#last, body, user: login === null ? null : { login } };
    this.comments.push(comment);
    return comment;
  }

  /** The requests that change something. */
  get changes(): readonly string[] {
    return this.requests.filter((each) => !/^GET|graphql/.test(each));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = `${request.method ?? ""} ${request.url ?? ""}`;
    this.requests.push(name);
    this.tokens.add(request.headers.authorization ?? "");
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const [fault] = this.faults.flatMap((each) => each(name, this) ?? []);
    if (fault === "hang up") {
      request.socket.destroy();
      return;
    }
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      if (fault === "lost") {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    if (typeof fault === "object") {
      const { status, message, headers } = fault;
      send(status, { message, documentation_url: "https://docs.github.com/rest" }, headers);
      return;
    }
    this.#route(name, text, send);
  }

  #route(
    name: string,
    text: string,
    send: (status: number, body: unknown, headers?: Record<string, string>) => void,
  ): void {
    const body = (): string => (JSON.parse(text) as { readonly body: string }).body;
    const one = /^(PATCH|DELETE) \/repos\/acme\/desk\/issues\/comments\/(\d+)$/.exec(name);
    const page = /^GET \/repos\/acme\/desk\/issues\/7\/comments\?(.*)$/.exec(name);
    const found = this.comments.find(({ id }) => id === Number(one?.[2]));
    if (name === "POST /graphql") send(200, { data: { viewer: { login: this.viewer } } });
    else if (name === "GET /repos/acme/desk/pulls/7") send(200, { head: { sha: this.head } });
    else if (page !== null) this.#page(new URLSearchParams(page[1]), send);
    else if (name === "POST /repos/acme/desk/issues/7/comments") {
      if (tooLong(body())) send(422, tooLongAnswer);
      else send(201, this.add(this.viewer, body()));
    } else if (one === null || found === undefined) send(404, { message: "Not Found" });
    else if (one[1] === "DELETE") {
      this.comments = this.comments.filter((each) => each !== found);
      send(204, undefined);
    } else if (tooLong(body())) send(422, tooLongAnswer);
    else {
      found.body = body();
      send(200, found);
    }
  }

  #page(
    query: URLSearchParams,
    send: (status: number, body: unknown, headers?: Record<string, string>) => void,
  ): void {
    const size = Math.min(Number(query.get("per_page") ?? 30), this.pageSize);
    const page = Number(query.get("page") ?? 1);
    const rest = this.comments.slice(page * size);
    const next = `${this.address}/repos/acme/desk/issues/7/comments?per_page=${size}&page=${page + 1}`;
    send(
      200,
      this.comments.slice((page - 1) * size, page * size),
      rest.length === 0 ? {} : { link: `<${next}>; rel="next"` },
    );
  }
}

/** GitHub's limit, in its own measure; a test may set less. */
let most = 65_536;

/** Runs with a server that takes shorter comments. */
export async function takingAtMost(length: number, run: () => Promise<void>): Promise<void> {
  most = length;
  try {
    await run();
  } finally {
    most = 65_536;
  }
}

const tooLong = (body: string): boolean => Array.from(body).length > most;

const tooLongAnswer = {
  message: "Validation Failed",
  errors: [
    {
      resource: "IssueComment",
      code: "unprocessable",
      field: "data",
      message: "Body is too long (maximum is 65536 characters)",
    },
  ],
};
