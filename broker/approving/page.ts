import type { IncomingMessage } from "node:http";
import type { Broker } from "../broker";
import { readForm } from "../request/form";
import type { Answer } from "../http/answer";
import { Cookie } from "../http/cookie";
import { Refused } from "../refused";
import { Sessions } from "../store/sessions";
import { decideOn } from "./decide";
import { derived, isEqual, loginSeconds, Logins, randomId } from "./login";
import { listPage, loggedOutPage, problemPage, requestPage, type Viewer } from "./view";

/** Answers one request of a browser. @param id of a request for approval, where the path has one */
type Route = (request: IncomingMessage, id: string) => Promise<Answer>;

/** The pages of approvals, by what they do. */
export type ApprovalPages = Readonly<
  Record<"list" | "one" | "callback" | "decide" | "logout", Route>
>;

/** The pages of a broker; without a login in its configuration they state how else to approve. */
export function approvalPages(broker: Broker): ApprovalPages {
  const { issuer, loginClient } = broker.configuration;
  if (loginClient === undefined) {
    const route: Route = () => Promise.resolve(withoutLogin(issuer));
    return { list: route, one: route, callback: route, decide: route, logout: route };
  }
  const visits = new Visits(broker, loginClient);
  const { approvals } = broker;
  return {
    list: (request) =>
      visits.look(request, "/approvals", async ({ viewer, now }) =>
        listPage(viewer, await approvals.open(now), now),
      ),
    one: (request, id) =>
      visits.look(request, pathOf(id), async ({ viewer, now }) => {
        const approval = await approvals.find(id, now);
        return approval === undefined
          ? problemPage(404, "There is no such request.", viewer)
          : requestPage(viewer, approval, now);
      }),
    callback: (request) => visits.begin(request),
    decide: (request, id) =>
      visits.send(request, async ({ viewer }, { decision }) => {
        if (decision !== "approved" && decision !== "denied") {
          throw new Refused("invalid_request", "`decision` is `approved` or `denied`");
        }
        await decideOn(broker, id, decision, viewer.name);
        return { status: 303, headers: { location: pathOf(id) } };
      }),
    logout: (request) => visits.send(request, (visit) => visits.end(visit)),
  };
}

/** A request of a browser whose person has logged in. */
interface Visit {
  readonly viewer: Viewer;
  /** Id of the session. */
  readonly session: string;
  readonly now: number;
}

/** Sessions of browsers. */
class Visits {
  readonly #broker: Broker;
  readonly #cookie: Cookie;
  readonly #sessions: Sessions;
  readonly #logins: Logins;

  constructor(broker: Broker, client: string) {
    const { issuer, users, approvers } = broker.configuration;
    this.#broker = broker;
    this.#cookie = new Cookie(issuer);
    this.#sessions = new Sessions(broker.store, JSON.stringify([users, approvers, client]));
    this.#logins = new Logins(broker, client);
  }

  /** Answers a person who looks at a page. Whoever has not logged in does so before. @param path of the page */
  async look(
    request: IncomingMessage,
    path: string,
    work: (visit: Visit) => Promise<Answer>,
  ): Promise<Answer> {
    let visit: Visit | undefined;
    try {
      visit = await this.#visitOf(request);
      return await (visit === undefined ? this.#logIn(path) : work(visit));
    } catch (thrown) {
      return this.#failed(thrown, request, visit?.viewer);
    }
  }

  /** Answers a person who sends a form, which only a page of the same session can have. */
  async send(
    request: IncomingMessage,
    work: (visit: Visit, form: { readonly decision?: string }) => Promise<Answer>,
  ): Promise<Answer> {
    let visit: Visit | undefined;
    try {
      visit = await this.#visitOf(request);
      if (visit === undefined) {
        throw new Refused("invalid_token", "the session has ended; log in again");
      }
      checkOrigin(request, this.#broker.configuration.issuer);
      const { token = "", ...form } = await readForm(request, ["token", "decision"], () => {
        throw new Refused("invalid_request", "the form is not that of the page");
      });
      if (!isEqual(token, visit.viewer.token)) throw foreign();
      return await work(visit, form);
    } catch (thrown) {
      return this.#failed(thrown, request, visit?.viewer);
    }
  }

  /** Begins a session by a login that the users' issuer has completed. */
  async begin(request: IncomingMessage): Promise<Answer> {
    const now = this.#broker.now();
    try {
      const [, query = ""] = (request.url ?? "").split("?");
      const { name, until, back } = await this.#logins.complete(
        this.#cookie.read(request),
        query,
        now,
      );
      // Not the id of the login: with that one there is no session.
      const session = randomId();
      await this.#sessions.begin(session, { name }, until);
      return {
        status: 303,
        headers: { location: back, ...this.#cookie.write(session, until - now) },
      };
    } catch (thrown) {
      const sentence = "The login was not accepted. Log in again, as an approver.";
      return this.#failed(thrown, request, undefined, sentence);
    }
  }

  /** Ends a session. */
  async end({ session, now }: Visit): Promise<Answer> {
    await this.#sessions.end(session, now);
    const { headers, ...answer } = loggedOutPage();
    return { ...answer, headers: { ...headers, ...this.#cookie.write("", 0) } };
  }

  async #visitOf(request: IncomingMessage): Promise<Visit | undefined> {
    const now = this.#broker.now();
    const session = this.#cookie.read(request);
    if (session === undefined) return undefined;
    const data = await this.#sessions.find(session, now);
    if (data === undefined) return undefined;
    return { viewer: { name: data["name"] ?? "", token: derived(session, "form") }, session, now };
  }

  async #logIn(back: string): Promise<Answer> {
    const now = this.#broker.now();
    const { id, url } = await this.#logins.begin(back, now);
    return { status: 303, headers: { location: url, ...this.#cookie.write(id, loginSeconds) } };
  }

  /** What went wrong goes to the trail or the log, and a sentence to the page. */
  async #failed(
    thrown: unknown,
    request: IncomingMessage,
    viewer: Viewer | undefined,
    sentence?: string,
  ): Promise<Answer> {
    const from = request.socket.remoteAddress ?? "";
    const { status } = await this.#broker.refusal(thrown, { from });
    const isDown = !(thrown instanceof Refused) || status === 503;
    return problemPage(status, isDown ? down : (sentence ?? sentenceOf(thrown)), viewer);
  }
}

const down = "The broker cannot answer at the moment. Try again later.";

function sentenceOf({ message }: Refused): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

function withoutLogin(issuer: string): Answer {
  const text = `${issuer} has no page of approvals: its configuration has no \`login\`, and so no approver.\n`;
  return {
    status: 401,
    headers: { "www-authenticate": "Bearer" },
    body: { text, type: "text/plain; charset=utf-8" },
  };
}

/** The path of a request for approval; of what can be none, the list. */
function pathOf(id: string): string {
  return /^[\w-]{1,64}$/.test(id) ? `/approvals/${id}` : "/approvals";
}

/** Throws {@link Refused} unless the browser states that a page of the broker has sent the form. */
function checkOrigin({ headers }: IncomingMessage, issuer: string): void {
  const { origin, "sec-fetch-site": site } = headers;
  const isOrigin = origin === undefined || origin === new URL(issuer).origin;
  const isSite = site === undefined || site === "same-origin";
  if (!isOrigin || !isSite || (origin ?? site) === undefined) throw foreign();
}

function foreign(): Refused {
  return new Refused("access_denied", "the form is none of this session; nothing was decided", {
    status: 403,
  });
}
