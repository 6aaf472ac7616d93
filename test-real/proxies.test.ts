import assert from "node:assert/strict";
import { makeAuthority } from "./support/certificates";
import { answering, send, type Answered, type Answering, type Received } from "./support/proxied";
import { startEnvoy } from "./support/servers/envoy";
import { startNginx } from "./support/servers/nginx";
import type { Proxy, ProxyArgs } from "./support/servers/proxy";

/** The stand-in for the broker's answer to each call token, as docs/broker/protocol.md describes it. */
const answers: Readonly<Record<string, Answered>> = {
  "Bearer call": {
    status: 200,
    headers: {
      "X-Agentid-Subject": "alice",
      "X-Agentid-Actor": "acme.triage",
      "X-Agentid-Task": "task-1",
      "X-Agentid-Intent": "refund",
      "X-Agentid-Target": "order/8812",
      "X-Agentid-Intents": "refund read",
    },
  },
  "Bearer call-without-target": {
    status: 200,
    headers: {
      "X-Agentid-Subject": "alice",
      "X-Agentid-Actor": "acme.triage",
      "X-Agentid-Task": "task-1",
      "X-Agentid-Intent": "refund",
    },
  },
  "Bearer other-intent": { status: 403 },
};

const refusal: Answered = {
  status: 401,
  headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
};

/** All forgeries of a client in the broker's name. */
const forged = {
  "X-Agentid-Subject": "mallory",
  "X-Agentid-Actor": "acme.mallory",
  "X-Agentid-Task": "forged",
  "X-Agentid-Intent": "forged",
  "X-Agentid-Target": "order/1",
  "X-Agentid-Intents": "all",
  "X-Agentid-Intent-Required": "forged",
  X_Agentid_Subject: "mallory",
  x_agentid_target: "order/1",
};

const proxies: readonly {
  readonly name: string;
  readonly start: (args: ProxyArgs) => Promise<Proxy>;
  /** Its answer when the broker gives none. */
  readonly failed: number;
}[] = [
  { name: "nginx", start: startNginx, failed: 500 },
  { name: "Envoy", start: startEnvoy, failed: 403 },
];

for (const { name, start, failed } of proxies) {
  describe(`a tool behind ${name}, as docs/broker/proxies.md configures it`, () => {
    const authority = makeAuthority();
    let broker: Answering;
    let tool: Answering;
    let proxy: Proxy;

    before(async () => {
      broker = await answering(answer, authority.certify("localhost", "server"));
      tool = await answering(() => ({ status: 200 }));
      proxy = await startBetween(broker);
    });

    beforeEach(() => {
      broker.received.length = 0;
      tool.received.length = 0;
    });

    after(async () => {
      await proxy.stop();
      await Promise.all([broker.stop(), tool.stop()]);
    });

    it("answers 401 to a request without a token, with the authentication scheme", async () => {
      const { status, headers } = await send(proxy.url, {});
      assert.deepEqual(
        [status, headers["www-authenticate"]],
        [401, refusal.headers?.["WWW-Authenticate"]],
      );
      assert.deepEqual(tool.received, []);
    });

    it("answers 401 to an unknown token, also beside forged headers", async () => {
      const headers = { ...forged, Authorization: "Bearer unknown" };
      assert.equal((await send(proxy.url, { headers })).status, 401);
      assert.deepEqual(tool.received, []);
    });

    it("answers 403 to a token for another intent", async () => {
      const headers = { Authorization: "Bearer other-intent" };
      assert.equal((await send(proxy.url, { headers })).status, 403);
      assert.deepEqual(tool.received, []);
    });

    it("passes a request with a call token on, with what the broker verified and no token", async () => {
      const headers = { Authorization: "Bearer call", "Content-Type": "application/json" };
      const { status } = await send(`${proxy.url}/mcp?a=b`, { headers, body: '{"a":1}' });
      assert.equal(status, 200);
      assert.deepEqual(tool.received.map(shown), [
        {
          method: "POST",
          path: "/mcp?a=b",
          body: '{"a":1}',
          token: undefined,
          verified: {
            "x-agentid-subject": "alice",
            "x-agentid-actor": "acme.triage",
            "x-agentid-task": "task-1",
            "x-agentid-intent": "refund",
            "x-agentid-target": "order/8812",
            "x-agentid-intents": "refund read",
          },
        },
      ]);
    });

    it("removes forged headers, also where the broker returns none of them", async () => {
      const headers = { ...forged, Authorization: "Bearer call-without-target" };
      assert.equal((await send(proxy.url, { headers })).status, 200);
      assert.deepEqual(
        tool.received.map((request) => shown(request).verified),
        [
          {
            "x-agentid-subject": "alice",
            "x-agentid-actor": "acme.triage",
            "x-agentid-task": "task-1",
            "x-agentid-intent": "refund",
          },
        ],
      );
    });

    it("sends the broker the token and nothing else of the request", async () => {
      const headers = { ...forged, Authorization: "Bearer call", Cookie: "session=1" };
      await send(`${proxy.url}/mcp?a=b`, { headers, body: "a body" });
      assert.deepEqual(
        broker.received.map(({ path, body, headers: { authorization, cookie } }) => ({
          ...{ path, body, authorization, cookie },
        })),
        [
          {
            path: "/authorization/refunds?intent=refund",
            body: "",
            authorization: "Bearer call",
            cookie: undefined,
          },
        ],
      );
      assert.deepEqual(
        broker.received.map((request) => shown(request).verified),
        [{}],
      );
    });

    it("shows no client what the broker answered", async () => {
      for (const path of ["/", "/agentid-authorization", "/authorization/refunds"]) {
        const got = await send(`${proxy.url}${path}`, {
          headers: { Authorization: "Bearer call" },
        });
        const names = Object.keys(got.headers).filter((header) => header.startsWith("x-agentid-"));
        assert.deepEqual(names, [], path);
      }
    });

    it("passes nothing on when the broker shows a certificate of another authority", async () => {
      const other = await answering(answer, makeAuthority().certify("localhost", "server"));
      await passesNothingOn(other);
      assert.deepEqual(other.received, []);
    });

    it("passes nothing on when the broker shows a certificate of another name", async () => {
      const other = await answering(answer, authority.certify("other.example", "server"));
      await passesNothingOn(other);
      assert.deepEqual(other.received, []);
    });

    it("passes nothing on when the broker does not answer", async () => {
      const gone = await answering(answer, authority.certify("localhost", "server"));
      await gone.stop();
      await passesNothingOn(gone);
    });

    function startBetween({ url }: Answering): Promise<Proxy> {
      return start({ broker: url, authority: authority.certificate, tool: tool.url });
    }

    async function passesNothingOn(other: Answering): Promise<void> {
      const between = await startBetween(other);
      try {
        const headers = { Authorization: "Bearer call" };
        assert.equal((await send(between.url, { headers })).status, failed);
        assert.deepEqual(tool.received, []);
      } finally {
        await between.stop();
        await other.stop();
      }
    }
  });
}

function answer({ headers: { authorization = "" } }: Received): Answered {
  return answers[authorization] ?? refusal;
}

/** What a request is, with every header that sounds as if the broker had verified it. */
function shown({ method, path, body, headers }: Received) {
  const verified = Object.entries(headers).filter(([name]) =>
    name.replaceAll("_", "-").startsWith("x-agentid-"),
  );
  const { authorization: token } = headers;
  return { method, path, body, token, verified: Object.fromEntries(verified) };
}
