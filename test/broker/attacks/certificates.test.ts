import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { decodeJwt } from "jose";
import { dpopKey } from "../../../agent/dpop";
import { readKeySet } from "../../../broker/configuration/key-set";
import { startBroker, type Running } from "../../../broker/start";
import {
  authorityOf,
  purposes,
  testAuthority,
  usages,
  x509Bundle,
  type TestCertificate,
  type Wanted,
} from "../support/certificates";
import {
  accountToken,
  crm,
  deskConfiguration,
  grant,
  refundRequest,
  resource,
  spiffeAssertion,
  spireKey,
  svid,
  userToken,
  without,
} from "../support/desk";

const id = "spiffe://acme.example/acme/triage";
type Form = Readonly<Record<string, string | undefined>>;

describe("a workload that authenticates by an X.509-SVID", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-mtls-"));
  const file = (name: string): string => join(folder, name);
  let acme: TestCertificate;
  let partner: TestCertificate;
  let server: TestCertificate;
  let triage: TestCertificate;
  let tokenKeys: readonly object[];
  let running: Running;

  before(async () => {
    [acme, partner] = await Promise.all([
      testAuthority("acme.example"),
      testAuthority("partner.example"),
    ]);
    const hosts = ["localhost"];
    server = await acme.certify({ hosts, uris: [] });
    triage = await acme.certify({ uris: [id] });
    tokenKeys = [(await spireKey).jwk];
    publish(acme);
    writeFileSync(file("partner.json"), x509Bundle(partner));
    writeFileSync(file("tls.crt"), server.chain);
    writeFileSync(file("tls.key"), server.key);
    const { issuers, workloads } = await deskConfiguration();
    const setIn = (name: string, text: string) =>
      ({ kind: "set", set: readKeySet(text), file: file(name) }) as const;
    const [spire, ...others] = issuers;
    assert.ok(spire !== undefined);
    const guest = {
      ...{ name: "guest", clients: [] },
      subjects: [{ issuer: "partner", subject: "spiffe://partner.example/guest" }],
    };
    running = await startBroker(
      await deskConfiguration({
        state: { kind: "sqlite", file: file("broker.db") },
        tls: { certificate: file("tls.crt"), key: file("tls.key") },
        mtls: {
          listen: { host: "127.0.0.1", port: 0 },
          url: "https://broker.acme.example:8444",
        },
        issuers: [
          {
            ...spire,
            keys: setIn("acme.json", readFileSync(file("acme.json"), "utf8")),
          },
          {
            ...{ name: "partner", kind: "spiffe", id: "partner.example" },
            ...{ algorithms: ["ES256"], keys: setIn("partner.json", x509Bundle(partner)) },
          },
          ...others,
        ],
        workloads: [
          ...workloads.map((each) =>
            each.name === "refunds"
              ? { ...each, tool: { resource, certificateHeader: "X-Client-Cert" } }
              : each,
          ),
          guest,
        ],
        grants: [
          grant({ withoutDetails: true, sensitivity: "restricted" }),
          grant({ caller: "guest" }),
          grant({ tool: "crm" }),
        ],
      }),
      () => undefined,
      false,
    );
  });
  after(async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts the bundle of the trust domain in its place, with the keys of JWT-SVIDs as before. */
  function publish(...authorities: readonly TestCertificate[]): void {
    const { keys } = JSON.parse(x509Bundle(...authorities)) as { readonly keys: readonly object[] };
    const ofTokens = tokenKeys.map((key) => ({ ...key, use: "jwt-svid" }));
    writeFileSync(file("next.json"), JSON.stringify({ keys: [...keys, ...ofTokens] }));
    renameSync(file("next.json"), file("acme.json"));
  }

  interface Answered {
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
  }

  /** Sends a form by mutual TLS. */
  function post(
    path: string,
    form: Form | string,
    by: Pick<TestCertificate, "chain" | "key"> | undefined,
    { agent, headers }: { agent?: Agent; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answered> {
    const sent = typeof form === "string" ? form : encoded(form);
    const type = typeof form === "string" ? "json" : "x-www-form-urlencoded";
    return new Promise((resolve, reject) => {
      const asking = request(
        {
          ...{ host: "127.0.0.1", port: running.mtlsPort, path, method: "POST" },
          ...{ servername: "localhost", ca: acme.chain, agent: agent ?? false },
          ...(by !== undefined && { cert: by.chain, key: by.key }),
          headers: { "content-type": `application/${type}`, ...headers },
        },
        (answer) => {
          let text = "";
          answer.on("data", (part: Buffer) => (text += part.toString()));
          answer.on("end", () => {
            const body = JSON.parse(text) as Answered["body"];
            resolve({ status: answer.statusCode ?? 0, body });
          });
        },
      );
      asking.on("error", reject).end(sent);
    });
  }

  function encoded(form: Form): string {
    const given = Object.entries(form).filter(([, value]) => value !== undefined);
    return new URLSearchParams(given as [string, string][]).toString();
  }

  const byCertificate = {
    ...{ client_assertion: undefined, client_assertion_type: undefined, client_id: id },
  } as const;

  /** A request of triage, authenticated by a certificate. */
  async function exchange(
    by: Pick<TestCertificate, "chain" | "key"> | undefined,
    parts: Form = {},
    options: Parameters<typeof post>[3] = {},
  ): Promise<Answered> {
    return post("/token", await refundRequest({ ...byCertificate, ...parts }), by, options);
  }

  async function refusal(
    by: Pick<TestCertificate, "chain" | "key"> | undefined,
    parts: Form = {},
  ): Promise<readonly unknown[]> {
    const { status, body } = await exchange(by, parts);
    return [status, body["error"], body["error_description"]];
  }

  const invalid = (sentence: string): readonly unknown[] => [401, "invalid_client", sentence];
  const thumbprint = ({ certificate }: TestCertificate): string =>
    createHash("sha256").update(certificate.raw).digest("base64url");

  it("gets a call token that is bound to its certificate, and otherwise equals that of a JWT-SVID", async () => {
    const subject = { subject_token: await userToken("alice", "triage-web") };
    const [byX509, byJwt] = await Promise.all([
      exchange(triage, subject),
      post("/token", await refundRequest(subject), undefined),
    ]);
    assert.deepEqual([byX509.status, byJwt.status], [200, 200], JSON.stringify(byX509.body));
    const [bound, bearer] = [byX509, byJwt].map(({ body }) =>
      decodeJwt(String(body["access_token"])),
    );
    assert.ok(bound !== undefined && bearer !== undefined);
    assert.deepEqual(bound["cnf"], { "x5t#S256": thumbprint(triage) });
    const own = ["jti", "iat", "exp", "cnf"] as const;
    assert.deepEqual(without(bound, ...own), without(bearer, ...own));
    assert.equal(bearer["cnf"], undefined);
    assert.deepEqual(without(byX509.body, "access_token"), without(byJwt.body, "access_token"));
  });

  it("acts for itself, and begins a task with each certificate", async () => {
    const alone = {
      ...{ grant_type: "client_credentials", subject_token: undefined },
      ...{ subject_token_type: undefined },
    };
    const other = await acme.certify({ uris: [id] });
    const tasks: unknown[] = [];
    for (const by of [triage, triage, other]) {
      const { status, body } = await exchange(by, alone);
      assert.equal(status, 200, JSON.stringify(body));
      const { sub, txn } = decodeJwt(String(body["access_token"]));
      assert.equal(sub, "acme.triage");
      tasks.push(txn);
    }
    assert.equal(tasks[0], tasks[1]);
    assert.notEqual(tasks[0], tasks[2]);
  });

  it("revokes, and asks for decisions as a tool", async () => {
    const tool = await acme.certify({ uris: ["spiffe://acme.example/acme/refunds"] });
    const { body: issued } = await exchange(triage);
    const token = String(issued["access_token"]);
    const introspect = async (): Promise<Answered["body"]> =>
      (await post("/introspect", { token, client_id: "acme.refunds" }, tool)).body;
    const active = await introspect();
    assert.deepEqual(
      [active["active"], active["token_type"], active["cnf"]],
      [true, "Bearer", { "x5t#S256": thumbprint(triage) }],
    );
    const evaluation = {
      ...{ subject: { type: "workload", id: "triage" }, action: { name: "refund" } },
      ...{ resource: { type: "order", id: "order/1" } },
    };
    const decided = await post("/access/v1/evaluation", JSON.stringify(evaluation), tool);
    assert.deepEqual([decided.status, decided.body["decision"]], [200, true]);
    const ended = await post("/revoke", { token, client_id: id }, triage);
    assert.equal(ended.status, 200);
    assert.deepEqual(await introspect(), { active: false });
  });

  it("may have names of hosts beside its SPIFFE ID, no stated purpose, and authorities between", async () => {
    const between = await acme.certify(authorityOf("acme.example", { subject: "O=between" }));
    for (const [by, parts] of [
      [acme, { hosts: ["triage.acme.svc"] }],
      [acme, { purposes: [] }],
      [acme, { usages: undefined }],
      [acme, { purposes: [purposes.client] }],
      [between, {}],
    ] as const) {
      const svidOf = await by.certify({ uris: [id], ...parts });
      assert.equal((await exchange(svidOf)).status, 200, JSON.stringify(parts));
    }
  });

  it("names its client, and authenticates by nothing else", async () => {
    const missing = "`client_id` is missing, which goes with a certificate";
    assert.deepEqual(await refusal(triage, { client_id: undefined }), invalid(missing));
    const other = "`client_id` is not the workload that the certificate proves";
    for (const wrong of ["spiffe://acme.example/acme/desk", "acme.desk", `${id}/`, "triage"]) {
      assert.deepEqual(await refusal(triage, { client_id: wrong }), invalid(other));
    }
    assert.equal((await exchange(triage, { client_id: "acme.triage" })).status, 200);
    const both = "authenticate by one of `client_assertion` and a certificate, not by both";
    for (const [name, type] of [
      ["triage", spiffeAssertion],
      ["desk", spiffeAssertion],
    ] as const) {
      const assertion = { client_assertion: await svid(name), client_assertion_type: type };
      assert.deepEqual(await refusal(triage, assertion), invalid(both));
    }
    const actor = "`actor_token` is another workload's than the certificate";
    assert.deepEqual(await refusal(triage, { actor_token: await svid("desk") }), invalid(actor));
    assert.equal(
      (await exchange(triage, { actor_token: await accountToken("triage") })).status,
      200,
    );
  });

  it("is not proven by a header that states a certificate, nor at the port without mutual TLS", async () => {
    const stated = encodeURIComponent(triage.chain);
    const headers = { "x-client-cert": stated, "client-cert": stated, "ssl-client-cert": stated };
    const none = "`client_assertion` or `actor_token` is missing";
    const { status, body } = await exchange(undefined, {}, { headers });
    assert.deepEqual([status, body["error"], body["error_description"]], invalid(none));
  });

  it("passes a reverse proxy by the certificate that the proxy states, in the header of the tool alone", async () => {
    const other = await acme.certify({ uris: [id] });
    const { body } = await exchange(triage);
    const { body: ofCrm } = await exchange(triage, { resource: crm });
    const ask = (
      tool: string,
      token: unknown,
      headers: Readonly<Record<string, string>>,
    ): Promise<number> =>
      new Promise((resolve, reject) => {
        const at = { host: "127.0.0.1", port: running.port, path: `/authorization/${tool}` };
        const of = { ...at, servername: "localhost", ca: acme.chain, agent: false as const };
        const sent = { authorization: `Bearer ${String(token)}`, ...headers };
        request({ ...of, headers: sent }, (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
        })
          .on("error", reject)
          .end();
      });
    const stated = ({ chain }: TestCertificate): string => encodeURIComponent(chain);
    const token = body["access_token"];
    assert.equal(await ask("refunds", token, { "x-client-cert": stated(triage) }), 200);
    for (const headers of [
      {},
      { "x-client-cert": "" },
      { "x-client-cert": stated(other) },
      { "client-cert": stated(triage) },
      { "x-forwarded-client-cert": stated(triage) },
    ]) {
      assert.equal(await ask("refunds", token, headers), 401, JSON.stringify(headers));
    }
    assert.equal(await ask("crm", ofCrm["access_token"], { "x-client-cert": stated(triage) }), 401);
  });

  it("binds to the key of a proof in place of the certificate", async () => {
    const key = await dpopKey();
    for (const url of [
      "https://broker.acme.example:8444/token",
      "https://broker.acme.example/token",
    ]) {
      const dpop = await key.proof({ method: "POST", url });
      const { status, body } = await exchange(triage, {}, { headers: { dpop } });
      assert.equal(status, 200, JSON.stringify(body));
      const { cnf } = decodeJwt(String(body["access_token"])) as { cnf?: object };
      assert.deepEqual([body["token_type"], Object.keys(cnf ?? {})], ["DPoP", ["jkt"]]);
    }
  });

  const notSvid = "it is no X.509-SVID, which has exactly one URI as its subject's name";
  const notId = "its URI is no SPIFFE ID of a workload";
  const ofAuthority = "it is an authority's, which identifies no workload";
  const uncertified = "no authority of the broker's configuration certifies it";
  const foreign = "no authority of its own trust domain certifies it";
  const expired = "it has expired, or is not valid yet";
  const unknown = "its SPIFFE ID is no workload of the configuration";

  const refused: Readonly<Record<string, readonly [Partial<Wanted>, string]>> = {
    "no name": [{ uris: [] }, notSvid],
    "a host's name": [{ uris: [], hosts: ["triage.acme.example"] }, notSvid],
    "two SPIFFE IDs": [{ uris: [id, "spiffe://acme.example/acme/desk"] }, notSvid],
    "its SPIFFE ID twice": [{ uris: [id, id] }, notSvid],
    "a SPIFFE ID and another URI": [{ uris: [id, "https://acme.example/"] }, notSvid],
    "another URI before it": [{ uris: ["https://acme.example/", id] }, notSvid],
    "two names in one": [{ uris: [`${id}, URI:${id}`] }, notSvid],
    "another scheme": [{ uris: ["https://acme.example/acme/triage"] }, notId],
    "a scheme in upper case": [{ uris: ["SPIFFE://acme.example/acme/triage"] }, notId],
    "a trust domain in upper case": [{ uris: ["spiffe://ACME.example/acme/triage"] }, notId],
    "the trust domain's own ID": [{ uris: ["spiffe://acme.example"] }, notId],
    "an empty path": [{ uris: ["spiffe://acme.example/"] }, notId],
    "a slash at its end": [{ uris: [`${id}/`] }, notId],
    "an empty segment": [{ uris: ["spiffe://acme.example/acme//triage"] }, notId],
    "a relative segment": [{ uris: ["spiffe://acme.example/acme/desk/../triage"] }, notId],
    "a dot as segment": [{ uris: ["spiffe://acme.example/acme/./triage"] }, notId],
    "a percent encoding": [{ uris: ["spiffe://acme.example/acme/%74riage"] }, notId],
    "a port": [{ uris: ["spiffe://acme.example:443/acme/triage"] }, notId],
    "a user": [{ uris: ["spiffe://a@acme.example/acme/triage"] }, notId],
    "a query": [{ uris: [`${id}?x=1`] }, notId],
    "a fragment": [{ uris: [`${id}#x`] }, notId],
    "more than 2,048 characters": [{ uris: [`${id}${"a".repeat(2_048)}`] }, notId],
    "another workload's path": [{ uris: [`${id}/2`] }, unknown],
    "the basic constraint of an authority": [{ uris: [id], isAuthority: true }, ofAuthority],
    "the key usage keyCertSign": [
      { uris: [id], usages: usages.digitalSignature | usages.keyCertSign },
      ofAuthority,
    ],
    "the key usage cRLSign": [
      { uris: [id], usages: usages.digitalSignature | usages.cRLSign },
      ofAuthority,
    ],
    "a key usage without signatures": [{ uris: [id], usages: usages.keyEncipherment }, uncertified],
    "a purpose of servers alone": [{ uris: [id], purposes: [purposes.server] }, uncertified],
    "an end in the past": [{ uris: [id], from: -100, until: -20 }, uncertified],
    "a beginning in the future": [{ uris: [id], from: 100 }, uncertified],
    "a foreign trust domain's ID": [{ uris: ["spiffe://partner.example/guest"] }, foreign],
    "an unknown trust domain's ID": [{ uris: ["spiffe://other.example/guest"] }, foreign],
  };

  for (const [what, [parts, sentence]] of Object.entries(refused)) {
    it(`is refused with a certificate that has ${what}`, async () => {
      const by = await acme.certify(parts);
      assert.deepEqual(await refusal(by), invalid(`the certificate: ${sentence}`));
    });
  }

  it("is refused with a certificate of another authority than its trust domain's", async () => {
    const stranger = await testAuthority("acme.example");
    const alone = await testAuthority("acme.example", { uris: [id], isAuthority: false });
    for (const [by, sentence] of [
      [await stranger.certify({ uris: [id] }), uncertified],
      [alone, ofAuthority],
      [await partner.certify({ uris: [id] }), foreign],
    ] as const) {
      assert.deepEqual(await refusal(by), invalid(`the certificate: ${sentence}`));
    }
    const guest = await partner.certify({ uris: ["spiffe://partner.example/guest"] });
    const parts = {
      ...{ grant_type: "client_credentials", subject_token: undefined },
      ...{ subject_token_type: undefined, client_id: "acme.guest" },
    };
    assert.equal((await exchange(guest, parts)).status, 200);
  });

  it("is refused where one between does not certify: a workload's own, an expired one, one that is missing", async () => {
    const leaf = await triage.certify({ uris: [id] });
    const old = await acme.certify(authorityOf("acme.example", { until: -20, from: -100 }));
    const between = await acme.certify(authorityOf("acme.example", { subject: "O=between" }));
    const byBetween = await between.certify({ uris: [id] });
    const [own = ""] = byBetween.chain.split(/(?<=-----END CERTIFICATE-----\n)/);
    for (const by of [
      leaf,
      await old.certify({ uris: [id] }),
      { chain: own, key: byBetween.key },
    ]) {
      assert.deepEqual(await refusal(by), invalid(`the certificate: ${uncertified}`));
    }
  });

  it("is refused on a connection that outlives the certificate or its authority", async () => {
    const next = await testAuthority("acme.example");
    const agent = new Agent({
      ...{ keepAlive: true, maxSockets: 1, ca: acme.chain, servername: "localhost" },
      ...{ cert: triage.chain, key: triage.key },
    });
    const ask = async (): Promise<unknown> => {
      const { status, body } = await exchange(triage, {}, { agent });
      return status === 200 ? 200 : body["error_description"];
    };
    try {
      assert.equal(await ask(), 200);
      publish(acme, next);
      await sleep(1_100);
      assert.equal(await ask(), 200);
      const renewed = await next.certify({ uris: [id] });
      await waitFor(async () => (await exchange(renewed)).status === 200);
      publish(next);
      await sleep(1_100);
      assert.equal(await ask(), `the certificate: ${foreign}`);
      await waitFor(async () =>
        (await refusal(triage)).includes(`the certificate: ${uncertified}`),
      );
      assert.equal((await exchange(renewed)).status, 200);
    } finally {
      agent.destroy();
      publish(acme);
      await waitFor(async () => (await exchange(triage)).status === 200);
    }
    const short = await acme.certify({ uris: [id], until: 2 });
    const brief = new Agent({
      ...{ keepAlive: true, maxSockets: 1, ca: acme.chain, servername: "localhost" },
      ...{ cert: short.chain, key: short.key },
    });
    try {
      assert.equal((await exchange(short, {}, { agent: brief })).status, 200);
      await waitFor(async () => {
        const { body } = await exchange(short, {}, { agent: brief });
        return body["error_description"] === `the certificate: ${expired}`;
      });
    } finally {
      brief.destroy();
    }
  });

  async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      if (await isSo()) return;
      await sleep(100);
    }
    assert.fail("it does not become so");
  }

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`resumes no session of ${version}, which would not be verified again`, async () => {
      const handshake = (session?: Buffer): Promise<{ session?: Buffer; isReused: boolean }> =>
        new Promise((resolve, reject) => {
          const socket = connect({
            ...{ host: "127.0.0.1", port: running.mtlsPort, servername: "localhost" },
            ...{ ca: acme.chain, cert: triage.chain, key: triage.key, maxVersion: version },
            ...(session !== undefined && { session }),
          });
          let found: Buffer | undefined;
          let isReused = false;
          socket.on("session", (each: Buffer) => (found = each));
          socket.once("error", reject).once("secureConnect", () => {
            isReused = socket.isSessionReused();
            socket.end("GET /jwks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
          });
          socket.resume().once("close", () =>
            resolve({
              isReused,
              ...(found !== undefined && { session: found }),
            }),
          );
        });
      const { session } = await handshake();
      assert.equal((await handshake(session)).isReused, false);
    });
  }

  it("is announced by the metadata, where there is mutual TLS", () => {
    const { body } = running.broker.metadata() as unknown as {
      readonly body: { readonly json: Readonly<Record<string, unknown>> };
    };
    const { json } = body;
    assert.deepEqual(
      [
        json["token_endpoint_auth_methods_supported"],
        json["tls_client_certificate_bound_access_tokens"],
        json["mtls_endpoint_aliases"],
      ],
      [
        ["spiffe_jwt", "private_key_jwt", "spiffe_x509"],
        true,
        {
          token_endpoint: "https://broker.acme.example:8444/token",
          introspection_endpoint: "https://broker.acme.example:8444/introspect",
          revocation_endpoint: "https://broker.acme.example:8444/revoke",
        },
      ],
    );
  });
});
