import assert from "node:assert/strict";
import { createHmac, createPublicKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader } from "jose";
import {
  call,
  deskConfiguration,
  refundRequest,
  accountToken,
  bearerAssertion,
  grant,
  resource,
  signed,
  startDesk,
  svid,
  testKey,
  userToken,
  type Desk,
} from "../test/broker/support/desk";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { freePorts, startServer, type Server } from "./support/servers/server";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

const examples = join(checkout, "examples/task-broker");
const folder = temporaryFolder();
const ownToken = join(folder, "refunds.token");
const details = { target: "order/8812", context: { cents: 4900 } };

/** The tools by their language: what starts one. */
const languages = {
  Python: (): readonly string[] => {
    const [python] = builtPrograms(["python-tool"]);
    return [python, "-B", join(examples, "python/tool.py")];
  },
  Go: (): readonly string[] => builtPrograms(["go-tool"]),
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("tools in other languages, at a task broker", () => {
  let desk: Desk;
  before(async () => {
    const [port = 0] = await freePorts(1);
    const issuer = `http://127.0.0.1:${port}`;
    const { users } = await deskConfiguration();
    desk = await startDesk({
      ...{
        issuer,
        listen: { host: "127.0.0.1", port },
        grants: [grant({ intents: ["refund", "read"] })],
      },
      ...(users !== undefined && { users }),
    });
    writeFileSync(ownToken, await accountToken("refunds", { aud: [issuer] }));
  });
  after(() => desk.stop());

  async function issued(parts: Readonly<Record<string, unknown>> = details): Promise<string> {
    const { status, body } = await desk.exchange(
      await refundRequest({
        client_assertion: await svid("triage", { aud: [desk.url] }),
        authorization_details: call(parts),
      }),
    );
    assert.equal(status, 200, JSON.stringify(body));
    return String(body["access_token"]);
  }

  /** A token of the broker's own key with other claims; one that is undefined is left out. */
  async function claiming(
    claims: Readonly<Record<string, unknown>>,
    typ = "at+jwt",
  ): Promise<string> {
    const now = desk.broker.now();
    return desk.broker.keys.sign({ ...decodeJwt(await issued()), ...claims }, typ, now);
  }

  async function keyOf(token: string) {
    const jwk = (await desk.broker.keys.publicKeys(desk.broker.now())).find(
      ({ kid }) => kid === decodeProtectedHeader(token).kid,
    );
    assert.ok(jwk);
    return jwk;
  }

  const now = (): number => Math.floor(Date.now() / 1000);

  /** Tokens that no tool accepts. */
  const refused: Readonly<Record<string, () => Promise<string>>> = {
    "of another tool": () => claiming({ aud: "https://crm.acme.example/mcp" }),
    "of two tools": () => claiming({ aud: [resource, "https://crm.acme.example/mcp"] }),
    "of another issuer": () => claiming({ iss: "https://broker.globex.example" }),
    "without an issuer": () => claiming({ iss: undefined }),
    expired: () => claiming({ iat: now() - 120, exp: now() - 60 }),
    "that ends never": () => claiming({ exp: undefined }),
    "that lasts 121 seconds": () => claiming({ iat: now(), exp: now() + 121 }),
    "of the future": () => claiming({ iat: now() + 60, exp: now() + 120 }),
    "of the type JWT": () => claiming({}, "JWT"),
    "of a task": () => claiming({}, "agentid-task+jwt"),
    "of another key by the same name": async () => {
      const token = await issued();
      const { kid = "" } = decodeProtectedHeader(token);
      return signed(await testKey(kid), decodeJwt(token), { typ: "at+jwt" });
    },
    "of an unknown key": async () =>
      signed(await testKey("other"), decodeJwt(await issued()), { typ: "at+jwt" }),
    "with the key in its header": async () => {
      const key = await testKey("own");
      return signed(key, decodeJwt(await issued()), { typ: "at+jwt", jwk: key.jwk });
    },
    unsigned: async () => {
      const token = await issued();
      const header = { ...decodeProtectedHeader(token), alg: "none" };
      return `${part(header)}.${part(decodeJwt(token))}.`;
    },
    "unsigned, with a signature": async () => {
      const [, payload = "", signature = ""] = (await issued()).split(".");
      return `${part({ alg: "none", typ: "at+jwt" })}.${payload}.${signature}`;
    },
    ...Object.fromEntries(
      (["pem", "jwk"] as const).map((form) => [
        `by HS256 with the public key as ${form}`,
        async () => {
          const token = await issued();
          const jwk = await keyOf(token);
          const pem = createPublicKey({ key: jwk as never, format: "jwk" });
          const secret =
            form === "pem" ? pem.export({ type: "spki", format: "pem" }) : JSON.stringify(jwk);
          const header = { ...decodeProtectedHeader(token), alg: "HS256" };
          const input = `${part(header)}.${part(decodeJwt(token))}`;
          return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
        },
      ]),
    ),
    "bound to a key, as Bearer": () => claiming({ cnf: { jkt: "x".repeat(43) } }),
    "with an actor that is not the caller": () => claiming({ act: { sub: "acme.other" } }),
    "with two calls": async () => {
      const { authorization_details: own } = decodeJwt(await issued());
      return claiming({ authorization_details: [...(own as object[]), ...(own as object[])] });
    },
    "with a part that no tool knows": () =>
      claiming({
        authorization_details: [
          { ...(JSON.parse(call(details)) as object[])[0], onlyOn: "monday" },
        ],
      }),
    "whose scope is another intent": () => claiming({ scope: "read" }),
  };

  for (const [language, commandOf] of Object.entries(languages)) {
    describe(`in ${language}`, () => {
      let tool: Server;
      let plain: Server;
      const urls: string[] = [];
      before(async () => {
        const [command = "", ...args] = commandOf();
        const begin = async (own: string): Promise<Server> => {
          const [port = 0] = await freePorts(1);
          const url = `http://127.0.0.1:${port}`;
          urls.push(url);
          return startServer({
            ...{ name: `the tool in ${language}`, command, args, cwd: folder, timeout: 60_000 },
            env: { BROKER: desk.url, RESOURCE: resource, PORT: `${port}`, WORKLOAD_TOKEN: own },
            isReady: async () => (await fetch(`${url}/refunds/1`, { method: "POST" })).status > 0,
          });
        };
        tool = await begin(ownToken);
        plain = await begin("");
      });
      after(() => Promise.all([tool.stop(), plain.stop()]));

      async function refund(
        authorization: string | undefined,
        { order = "8812", cents = 4900, at = 0 } = {},
      ): Promise<readonly [number, Readonly<Record<string, unknown>>]> {
        const answer = await fetch(`${urls[at]}/refunds/${order}`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            ...(authorization !== undefined && { authorization }),
          },
          body: JSON.stringify({ cents }),
        });
        const challenged = answer.headers.get("www-authenticate") !== null;
        assert.equal(challenged, [401, 403].includes(answer.status));
        return [
          answer.status,
          (await answer.json().catch(() => ({}))) as Readonly<Record<string, unknown>>,
        ];
      }

      it("serves the call that the broker decided on, once", async () => {
        const token = `Bearer ${await issued()}`;
        assert.deepEqual(await refund(token), [200, { refunded: 4900 }]);
        const [status, { error_description: reason }] = await refund(token);
        assert.deepEqual([status, reason], [401, "the token was used before"]);
      });

      it("refuses each other token", async () => {
        for (const [name, make] of Object.entries(refused)) {
          const token = `Bearer ${await make()}`;
          for (const at of [0, 1]) {
            const [status, { error }] = await refund(token, { at });
            assert.deepEqual([status, error], [401, "invalid_token"], `${name}, ${at}`);
          }
        }
        for (const sent of [undefined, "", "Bearer", `DPoP ${await issued()}`, await issued()]) {
          assert.equal((await refund(sent))[0], 401, sent);
        }
      });

      it("accepts a token signed anew with the same claims", async () => {
        assert.equal((await refund(`Bearer ${await claiming({})}`, { at: 1 }))[0], 200);
      });

      it("refuses another intent, target and amount", async () => {
        const read = `Bearer ${await issued({ ...details, intent: "read" })}`;
        const [status, { error }] = await refund(read);
        assert.deepEqual([status, error], [403, "insufficient_scope"]);
        const token = `Bearer ${await issued()}`;
        for (const other of [{ order: "8813" }, { cents: 4901 }, { order: "order%2F8812" }]) {
          assert.ok([403, 404].includes((await refund(token, other))[0]), JSON.stringify(other));
        }
        for (const lacking of [{ target: "order/8812" }, { context: { cents: 4900 } }]) {
          assert.equal((await refund(`Bearer ${await issued(lacking)}`))[0], 403);
        }
        assert.equal((await refund(token))[0], 200);
      });

      it("refuses a revoked token by introspection, and without until it ends", async () => {
        const token = await issued();
        const { body } = await desk.post("/revoke", {
          token,
          client_assertion: await accountToken("triage", { aud: [desk.url] }),
          client_assertion_type: bearerAssertion,
        });
        assert.notDeepEqual(body["ended"], {});
        const [status, { error_description: reason }] = await refund(`Bearer ${token}`);
        assert.deepEqual([status, reason], [401, "the token is revoked"]);
        assert.equal((await refund(`Bearer ${token}`, { at: 1 }))[0], 200);
      });
    });
  }

  it("has a caller in Python, and a server for MCP by the official SDK", async () => {
    const [python] = builtPrograms(["python-tool"]);
    const files = { USER_TOKEN: join(folder, "alice"), WORKLOAD_TOKEN: join(folder, "triage") };
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const tool = await startServer({
      ...{ name: "the tool in Python", command: python, cwd: folder, timeout: 60_000 },
      args: ["-B", join(examples, "python/tool.py")],
      env: { BROKER: desk.url, RESOURCE: resource, PORT: `${port}` },
      isReady: async () => (await fetch(`${url}/refunds/1`, { method: "POST" })).status === 401,
    });
    try {
      writeFileSync(files.USER_TOKEN, await userToken("alice", "triage-web"));
      writeFileSync(files.WORKLOAD_TOKEN, await accountToken("triage", { aud: [desk.url] }));
      const { stdout, stderr } = await runCommand(
        python,
        ["-B", join(examples, "python/caller.py"), "8812", "4900"],
        {
          cwd: folder,
          env: { ...files, BROKER: desk.url, RESOURCE: resource, TOOL: url },
        },
      );
      assert.deepEqual([stdout, stderr], ['200 {"refunded":4900}\n', ""]);

      const refund = async (token: string | undefined, order: string, cents: unknown) => {
        const answer = await fetch(`${url}/mcp`, {
          method: "POST",
          headers: {
            ...{ "content-type": "application/json", "mcp-protocol-version": "2025-06-18" },
            accept: "application/json, text/event-stream",
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify({
            ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
            params: { name: "create_refund", arguments: { order, cents } },
          }),
        });
        return `${answer.status} ${await answer.text()}`;
      };
      const token = await issued();
      assert.match(await refund(token, "8812", 4900), /^200 .*refunded 4900 of 8812/);
      assert.match(await refund(token, "8813", 4900), /^200 .*decided for another target/);
      assert.match(await refund(token, "8812", 4901), /^200 .*decided for another cents/);
      assert.match(await refund(token, "8812", "4900"), /^200 .*"isError":true/);
      assert.match(await refund(undefined, "8812", 4900), /^401 /);
      for (const [name, make] of Object.entries(refused)) {
        assert.match(await refund(await make(), "8812", 4900), /^401 .*invalid_token/, name);
      }
      const metadata = await fetch(`${url}/.well-known/oauth-protected-resource/mcp`);
      const { resource: named, authorization_servers: servers } = (await metadata.json()) as Record<
        string,
        unknown
      >;
      assert.deepEqual([named, servers], [resource, [desk.url]]);
    } finally {
      await tool.stop();
    }
  });
});
