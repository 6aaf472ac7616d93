import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWTPayload } from "jose";
import { peopleKey, signed, type TestKey } from "./desk";

/** A provider of OpenID Connect with the logins and lies of a test. */
export interface Provider {
  readonly url: string;
  /** Who logs in next. */
  user: JWTPayload;
  /** What the ID token has instead of what it should. */
  claims: JWTPayload;
  /** Who signs it. */
  key: Promise<TestKey>;
  /** The request at the authorization endpoint. */
  readonly asked: readonly URLSearchParams[];
  /** `iss` of its answer to the browser; absent where it sends none. */
  responder: string | undefined;
  /** Whether the token endpoint answers. */
  isUp: boolean;
  /** Error of the authorization endpoint. */
  error: string | undefined;
  readonly stop: () => Promise<void>;
}

/** Starts a provider on a free port; its client is `agentid-approvals`. */
export async function startProvider(): Promise<Provider> {
  const asked: URLSearchParams[] = [];
  const codes = new Map<string, { readonly query: URLSearchParams; readonly user: JWTPayload }>();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, location, body }) => {
      response
        .writeHead(status, {
          "content-type": "application/json",
          ...(location !== undefined && { location }),
        })
        .end(JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: Provider = {
    ...{ url, asked, isUp: true, error: undefined, key: peopleKey, claims: {} },
    responder: url,
    user: { sub: "ann", org: "acme", groups: ["approvers"] },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;

  interface Answered {
    readonly status: number;
    readonly location?: string;
    readonly body?: unknown;
  }

  async function answer(request: IncomingMessage): Promise<Answered> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return {
          status: 200,
          body: {
            issuer: url,
            ...{ authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` },
            ...{ jwks_uri: `${url}/jwks`, response_types_supported: ["code"] },
            ...{ subject_types_supported: ["public"], scopes_supported: ["openid", "groups", "x"] },
            id_token_signing_alg_values_supported: ["ES256"],
            authorization_response_iss_parameter_supported: true,
          },
        };
      case "/authorize":
        return authorize(searchParams);
      case "/token":
        return token(new URLSearchParams(await bodyOf(request)));
      default:
        return { status: 404 };
    }
  }

  function authorize(query: URLSearchParams): Answered {
    asked.push(query);
    const back = new URL(query.get("redirect_uri") ?? "");
    back.searchParams.set("state", query.get("state") ?? "");
    if (provider.responder !== undefined) back.searchParams.set("iss", provider.responder);
    if (provider.error === undefined) {
      const code = randomUUID();
      codes.set(code, { query, user: provider.user });
      back.searchParams.set("code", code);
    } else back.searchParams.set("error", provider.error);
    return { status: 302, location: back.href };
  }

  async function token(form: URLSearchParams): Promise<Answered> {
    if (!provider.isUp) return { status: 500 };
    const code = form.get("code") ?? "";
    const found = codes.get(code);
    codes.delete(code);
    const hash = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isRight =
      found?.query.get("code_challenge") === hash &&
      found.query.get("code_challenge_method") === "S256" &&
      ["client_id", "redirect_uri"].every((name) => form.get(name) === found.query.get(name));
    if (!isRight) return { status: 400, body: { error: "invalid_grant" } };
    const claims = {
      ...{ iss: url, aud: form.get("client_id") ?? "", nonce: found.query.get("nonce") },
      auth_time: Math.floor(Date.now() / 1000),
      ...{ ...found.user, ...provider.claims },
    };
    const id_token = await signed(await provider.key, claims);
    return { status: 200, body: { access_token: randomUUID(), token_type: "Bearer", id_token } };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request.setEncoding("utf8")) body += String(part);
  return body;
}

/** A browser as far as pages need one: it keeps cookies of each origin, and follows redirects by hand. */
export class TestBrowser {
  readonly #origins: Readonly<Record<string, string>>;
  /** Cookies by origin and name. */
  readonly cookies = new Map<string, Map<string, string>>();

  /** @param origins where servers really are, by the origin that they are known by */
  constructor(origins: Readonly<Record<string, string>>) {
    this.#origins = origins;
  }

  /** One request. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin, pathname, search } = new URL(url);
    const known = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, known);
    const cookie = [...known].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch((this.#origins[origin] ?? origin) + pathname + search, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), ...(cookie !== "" && { cookie }) },
      redirect: "manual",
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/Max-Age=0/.test(set)) known.delete(name);
      else known.set(name, value);
    }
    return answer;
  }

  /** Follows redirects to the page that they end at. */
  async open(url: string): Promise<{ readonly url: string; readonly page: Response }> {
    let at = url;
    for (let left = 10; left > 0; left -= 1) {
      const page = await this.send(at);
      const location = page.headers.get("location");
      if (location === null) return { url: at, page };
      at = new URL(location, at).href;
    }
    throw new Error(`too many redirects from ${url}`);
  }
}
