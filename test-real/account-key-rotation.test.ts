import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import { bearerAssertion, issuer } from "../test/broker/support/desk";
import { Outcomes } from "./support/outcomes";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { deskIssuers, exchangeForm, startBrokerProcess } from "./support/servers/broker";
import { freePorts, type Server } from "./support/servers/server";

const clusterIssuer = "https://cluster.example";

/** Seconds between the broker's reads of keys by URL. */
const readEach = 15;

/** Seconds after which a key that its issuer took out no longer counts: reads of the keys, and what was verified just before. */
const mostSeconds = readEach + 5;

describe("a broker that reads the keys of ServiceAccount tokens from an API server", () => {
  let cluster: ApiServer;
  let broker: Server;
  let port: number;

  before(async () => {
    cluster = await startApiServer(clusterIssuer);
    await make("/api/v1/namespaces", { metadata: { name: "acme" } });
    await make("/api/v1/namespaces/acme/serviceaccounts", { metadata: { name: "triage" } });
    // The broker has no token of the cluster that publishes its keys, as with a cluster elsewhere.
    await make("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      metadata: { name: "published-keys" },
      roleRef: {
        ...{ apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole" },
        name: "system:service-account-issuer-discovery",
      },
      subjects: [
        {
          ...{ apiGroup: "rbac.authorization.k8s.io", kind: "Group" },
          name: "system:unauthenticated",
        },
      ],
    });
    [port = 0] = await freePorts(1);
    const subjects = [{ issuer: "cluster", subject: "system:serviceaccount:acme:triage" }];
    broker = await startBrokerProcess({
      listen: `127.0.0.1:${port}`,
      parts: {
        issuers: [
          ...deskIssuers,
          {
            ...{ name: "cluster", kind: "kubernetes", issuer: clusterIssuer },
            keys: `${cluster.url}/openid/v1/jwks`,
          },
        ],
        workloads: [{ name: "triage", subjects, clients: ["triage-web"] }],
      },
      env: { NODE_EXTRA_CA_CERTS: cluster.certificate },
    });
  });

  after(async () => {
    await broker.stop();
    await cluster.stop();
  });

  async function make(path: string, body: object): Promise<void> {
    const { status } = await cluster.query(path, { method: "POST", body });
    assert.ok(status < 300, `${path}: ${status}`);
  }

  async function mint(): Promise<string> {
    const { status, body } = await cluster.query<{ readonly status: { readonly token: string } }>(
      "/api/v1/namespaces/acme/serviceaccounts/triage/token",
      {
        method: "POST",
        body: {
          ...{ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" },
          spec: { audiences: [issuer], expirationSeconds: 600 },
        },
      },
    );
    assert.equal(status, 201);
    return body.status.token;
  }

  async function exchange(token: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${port}/token`, {
      method: "POST",
      body: await exchangeForm({
        client_assertion: token,
        client_assertion_type: bearerAssertion,
      }),
    });
    const { error_description: why = "" } = (await answer.json()) as Record<string, string>;
    return `${answer.status} ${why}`.trim();
  }

  const signerOf = (token: string): string => decodeProtectedHeader(token).kid ?? "";

  it("answers every call while that rotates its key, also while it does not answer", async function () {
    const outcomes = new Outcomes();
    const signers = new Set<string>();
    const ended = new AbortController();
    /** Tokens for the seconds in which the API server issues none; the broker has seen none of them. */
    let held: readonly string[] = [];
    let withHeld = 0;
    const calls = (async () => {
      while (!ended.signal.aborted) {
        let token = await mint().catch(() => undefined);
        if (token === undefined) {
          token = held[withHeld++ % held.length] ?? "";
          await sleep(20);
        }
        signers.add(signerOf(token));
        outcomes.add(await exchange(token));
      }
    })();
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await sleep(20);
    };
    /** Waits for more answers. */
    const more = (): Promise<void> => {
      const wanted = outcomes.count() + 20;
      return until(() => outcomes.count() >= wanted);
    };
    const hold = async (): Promise<void> => {
      held = await Promise.all(Array.from({ length: 60 }, mint));
    };

    await hold();
    const [byOld = ""] = held;
    await more();
    await cluster.restart("publishing a new one", more);
    assert.equal(signerOf(await mint()), signerOf(byOld));
    await sleep((readEach + 1) * 1_000);
    await hold();
    await cluster.restart("signing by the new one", more);
    const byNew = await mint();
    assert.notEqual(signerOf(byNew), signerOf(byOld));
    await until(() => signers.has(signerOf(byNew)));
    await more();
    for (const token of [byOld, byNew]) assert.equal(await exchange(token), "200");

    await hold();
    await cluster.restart("without old ones", more);
    const began = Date.now();
    const after = (): number => (Date.now() - began) / 1_000;
    let outcome = await exchange(byOld);
    while (outcome === "200" && after() < mostSeconds + 3) {
      await sleep(50);
      outcome = await exchange(byOld);
    }
    assert.equal(outcome, "401 client_assertion: its signature is not valid");
    const seconds = after().toFixed(1);
    await more();
    ended.abort();
    await calls;
    assert.deepEqual([...signers], [signerOf(byOld), signerOf(byNew)]);
    assert.deepEqual(outcomes.kinds(), ["200"], String(outcomes));
    assert.ok(withHeld >= 40, `${withHeld} calls without an API server`);
    if (this.test) {
      this.test.title += ` (${String(outcomes)}, ${withHeld} of them by tokens from before; the old key is refused after ${seconds} s)`;
    }
  });
});
