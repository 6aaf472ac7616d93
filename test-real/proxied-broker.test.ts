import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startBroker, type Running } from "../broker/start";
import {
  accountToken,
  bearerAssertion,
  call,
  crm,
  deskConfiguration,
  grant,
  refundRequest,
} from "../test/broker/support/desk";
import { makeAuthority } from "./support/certificates";
import { answering, send, type Answering } from "./support/proxied";
import { startEnvoy } from "./support/servers/envoy";
import { startNginx } from "./support/servers/nginx";
import type { Proxy, ProxyArgs } from "./support/servers/proxy";
import { temporaryFolder } from "./support/temporary";

const proxies: readonly (readonly [string, (args: ProxyArgs) => Promise<Proxy>])[] = [
  ["nginx", startNginx],
  ["Envoy", startEnvoy],
];

for (const [name, start] of proxies) {
  describe(`a tool behind ${name} and a task broker`, () => {
    const authority = makeAuthority();
    const ca = readFileSync(authority.certificate, "utf8");
    let running: Running;
    let broker: string;
    let tool: Answering;
    let proxy: Proxy;

    before(async () => {
      const state = { kind: "sqlite", file: join(temporaryFolder(), "broker.db") } as const;
      const intents = ["refund", "look-up"];
      const configuration = await deskConfiguration({
        ...{ state, tls: authority.certify("localhost", "server") },
        grants: [grant({ intents }), grant({ intents, tool: "crm" })],
      });
      running = await startBroker(configuration, () => undefined);
      broker = `https://localhost:${running.port}`;
      tool = await answering(() => ({ status: 200 }));
      proxy = await start({ broker, authority: authority.certificate, tool: tool.url });
    });

    beforeEach(() => {
      tool.received.length = 0;
    });

    after(async () => {
      await proxy.stop();
      await Promise.all([running.stop(), tool.stop()]);
    });

    /** Asks the broker for a call token as its agent does. */
    async function callToken(
      parts: Readonly<Record<string, string | undefined>> = {},
    ): Promise<string> {
      const form = Object.entries(await refundRequest(parts)).flatMap(
        ([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]),
      );
      const { status, body } = await send(`${broker}/token`, {
        ca,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString(),
      });
      assert.equal(status, 200, body);
      return (JSON.parse(body) as { readonly access_token: string }).access_token;
    }

    const asking = async (token: string, body?: string): Promise<number> => {
      const headers = { Authorization: `Bearer ${token}`, "X-Agentid-Subject": "mallory" };
      const given = body === undefined ? { headers } : { headers, body };
      return (await send(`${proxy.url}/mcp`, given)).status;
    };

    const verified = (): readonly object[] =>
      tool.received.map(({ headers }) =>
        Object.fromEntries(
          Object.entries(headers).filter(([key, value]) => key.startsWith("x-agentid-") && value),
        ),
      );

    for (const body of [undefined, '{"jsonrpc":"2.0"}']) {
      it(`receives ${body === undefined ? "GET" : "POST"} with caller, user and purpose`, async () => {
        const token = await callToken({ authorization_details: call({ target: "order/8812" }) });
        assert.equal(await asking(token, body), 200);
        const [headers] = verified();
        const task = (headers as Record<string, string> | undefined)?.["x-agentid-task"];
        assert.match(task ?? "", /^[\w-]{16,}$/);
        assert.deepEqual(headers, {
          "x-agentid-subject": "alice",
          "x-agentid-actor": "acme.triage",
          "x-agentid-task": task,
          "x-agentid-intent": "refund",
          "x-agentid-intents": "refund look-up",
          "x-agentid-target": "order/8812",
        });
      });
    }

    it("receives no target where the call names none", async () => {
      assert.equal(await asking(await callToken()), 200);
      assert.deepEqual(
        verified().map((headers) => "x-agentid-target" in headers),
        [false],
      );
    });

    it("receives nothing without a call token, by one of another tool, or by a workload's own", async () => {
      const others = [
        await callToken({ resource: crm }),
        await accountToken("triage"),
        "no-token",
        "",
      ];
      for (const token of others) assert.equal(await asking(token), 401);
      assert.equal((await send(proxy.url, {})).status, 401);
      assert.deepEqual(tool.received, []);
    });

    it("receives nothing for another intent", async () => {
      const details = call({ intent: "look-up" });
      assert.equal(await asking(await callToken({ authorization_details: details })), 403);
      assert.deepEqual(tool.received, []);
    });

    it("receives nothing once the token is revoked", async () => {
      const token = await callToken();
      const client = await accountToken("triage");
      const { status } = await send(`${broker}/revoke`, {
        ca,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          token,
          client_assertion: client,
          client_assertion_type: bearerAssertion,
        }).toString(),
      });
      assert.equal(status, 200);
      assert.equal(await asking(token), 401);
      assert.deepEqual(tool.received, []);
    });
  });
}
