import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { readKeySet } from "../broker/configuration/key-set";
import { startBroker, type Running } from "../broker/start";
import {
  authorityOf,
  purposes,
  testAuthority,
  usages,
  type TestCertificate,
  type Wanted,
} from "../test/broker/support/certificates";
import {
  bearerAssertion,
  call,
  crm,
  deskConfiguration,
  grant,
  issuer,
  refundRequest,
  spiffeAssertion,
  userToken,
  without,
} from "../test/broker/support/desk";
import { fetchBy, type Presenting } from "./support/mutual-tls";
import { startSpire, type Spire } from "./support/servers/spire";
import { temporaryFolder } from "./support/temporary";

type Form = Readonly<Record<string, string | undefined>>;

interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const id = "spiffe://acme.example/acme/triage";
const partnerId = "spiffe://partner.example/guest";
const mtlsUrl = "https://broker.acme.example:8444";

/**
 * SPIRE's authority of `acme.example` is certified by one of the test, as in a company with its own PKI. So an SVID of SPIRE comes
 * with an authority between, and the test can certify under the same bundle what SPIRE never would.
 */
describe("workloads with X.509-SVIDs and JWT-SVIDs of SPIRE servers", () => {
  const folder = temporaryFolder();
  let root: TestCertificate;
  let stranger: TestCertificate;
  let spire: Spire;
  let partner: Spire;
  let running: Running;

  before(async () => {
    [root, stranger] = await Promise.all([
      testAuthority("acme.example"),
      testAuthority("acme.example"),
    ]);
    const upstream = { certificate: join(folder, "root.crt"), key: join(folder, "root.key") };
    writeFileSync(upstream.certificate, root.chain);
    writeFileSync(upstream.key, root.key);
    [spire, partner] = await Promise.all([
      startSpire("acme.example", "spire.acme.example", upstream),
      startSpire("partner.example", "spire.partner.example"),
    ]);
    running = await startBroker(await configuration(), () => undefined);
  });

  after(async () => {
    await Promise.all([running.stop(), spire.stop(), partner.stop()]);
  });

  async function configuration(): Promise<Awaited<ReturnType<typeof deskConfiguration>>> {
    const { issuers, workloads } = await deskConfiguration();
    const [acme, ...others] = issuers;
    assert.ok(acme !== undefined);
    const setOf = async (of: Spire) =>
      ({ kind: "set", set: readKeySet(await of.spiffeBundle()) }) as const;
    const server = await root.certify({ hosts: ["localhost"], uris: [] });
    const [certificate, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
    writeFileSync(certificate, server.chain);
    writeFileSync(key, server.key);
    const guest = {
      ...{ name: "guest", clients: ["triage-web"] },
      subjects: [{ issuer: "partner", subject: partnerId }],
    };
    return deskConfiguration({
      state: { kind: "sqlite", file: join(folder, "broker.db") },
      tls: { certificate, key },
      mtls: { listen: { host: "127.0.0.1", port: 0 }, url: mtlsUrl },
      issuers: [
        { ...acme, keys: await setOf(spire) },
        {
          ...{ name: "partner", kind: "spiffe", id: "partner.example", algorithms: ["ES256"] },
          keys: await setOf(partner),
        },
        ...others,
      ],
      workloads: [...workloads, guest],
      grants: [
        grant({
          withoutDetails: true,
          conditions: [{ kind: "between", key: "amount", least: 0, most: 5_000 }],
        }),
        grant({ tool: "crm", intents: ["read"] }),
        grant({ tool: "crm", intents: ["delete"], approval: "human" }),
        grant({ caller: "guest" }),
      ],
    });
  }

  /** Sends a request of refunds by a certificate, or with what the form has. */
  async function ask(form: Form, by?: Presenting): Promise<Answered> {
    const whole: Form = {
      ...{ ...(await refundRequest()), authorization_details: granted },
      ...{ ...unauthenticated, ...form },
    };
    const given = Object.entries(whole).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const answer = await fetchBy(
      running,
      root.chain,
      by,
    )(`${mtlsUrl}/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(given),
    });
    return { status: answer.status, body: (await answer.json()) as Answered["body"] };
  }

  const granted = call({ context: { amount: 4_900 } });
  const unauthenticated = { client_assertion: undefined, client_assertion_type: undefined };

  async function byToken(spiffeId: string, of = spire): Promise<Form> {
    return {
      client_assertion: await of.mintToken(spiffeId, issuer, 300),
      client_assertion_type: spiffeAssertion,
    };
  }

  async function refusal(form: Form, by?: Presenting): Promise<string> {
    const { status, body } = await ask(form, by);
    return `${status} ${String(body["error"])} ${String(body["error_description"])}`;
  }

  const alone = {
    ...{ grant_type: "client_credentials", subject_token: undefined },
    subject_token_type: undefined,
  };
  const requests: Readonly<Record<string, Form>> = {
    "a call that is granted": {},
    "a call on its own behalf": alone,
    "a call without details": { authorization_details: undefined, scope: "refund" },
    "a call that leaves out the amount": { authorization_details: call() },
    "a call whose amount is too high": {
      authorization_details: call({ context: { amount: 5_100 } }),
    },
    "an intent that is not granted": { authorization_details: call({ intent: "read" }) },
    "another tool": { resource: crm, authorization_details: call({ intent: "read" }) },
    "an intent that a person approves": {
      resource: crm,
      authorization_details: call({ intent: "delete" }),
    },
    "a tool that is unknown": { resource: "https://other.acme.example/mcp" },
    "a sensitivity above the grant's": {
      authorization_details: call({ sensitivity: "restricted" }),
    },
    "no authority at all": { authorization_details: undefined },
  };

  for (const [spiffeId, name] of [
    [id, "triage"],
    ["spiffe://acme.example/acme/desk", "desk"],
    ["spiffe://acme.example/acme/unknown", "unknown"],
    [partnerId, "guest"],
  ] as const) {
    it(`get equal answers by both for each request of ${spiffeId}`, async () => {
      const of = name === "guest" ? partner : spire;
      const certificate = await of.mintCertificate(spiffeId, 300);
      const outcomes = new Set<number>();
      for (const [what, form] of Object.entries(requests)) {
        const subject = { subject_token: await userToken("alice", `${name}-web`) };
        const asked = { ...subject, ...form };
        const byX509 = await ask({ ...asked, client_id: spiffeId }, certificate);
        const byJwt = await ask({ ...asked, ...(await byToken(spiffeId, of)) });
        outcomes.add(byX509.status);
        assert.deepEqual(comparable(byX509, form), comparable(byJwt, form), what);
        if (byX509.status !== 200) continue;
        const { cnf } = decodeJwt(String(byX509.body["access_token"]));
        assert.deepEqual(cnf, { "x5t#S256": thumbprintOf(certificate.certificate) });
      }
      const expected = { triage: [200, 400], desk: [400], unknown: [401], guest: [200, 400] };
      assert.deepEqual([...outcomes].sort(), expected[name]);
    });
  }

  /** What both answers have in common: all but ids, times, and the binding. A task of a workload itself is of its own proof. */
  function comparable({ status, body }: Answered, form: Form): unknown {
    const sentence = String(body["error_description"]).replace(
      /^(?:the certificate|client_assertion): (?:its SPIFFE ID|its subject)/,
      "its subject",
    );
    const { access_token: token } = body;
    const timed = ["access_token", "error_description", "approval", "approval_uri", "expires_in"];
    const own = ["jti", "iat", "exp", "cnf", ...(form === alone ? ["txn"] : [])];
    return {
      ...{ status, sentence },
      body: without(body, ...timed),
      claims: typeof token === "string" ? without(decodeJwt(token), ...own) : {},
    };
  }

  const invalid = (sentence: string): string => `401 invalid_client ${sentence}`;
  const of = (sentence: string): string => invalid(`the certificate: ${sentence}`);
  const uncertified = of("no authority of the broker's configuration certifies it");
  const foreign = of("no authority of its own trust domain certifies it");

  /** What SPIRE never signs, certified under the same bundle by the authority above SPIRE's. */
  const rogues: Readonly<Record<string, readonly [Partial<Wanted>, string]>> = {
    "two URIs": [
      { uris: [id, "spiffe://acme.example/acme/desk"] },
      of("it is no X.509-SVID, which has exactly one URI as its subject's name"),
    ],
    "no URI": [
      { hosts: ["triage.acme.example"] },
      of("it is no X.509-SVID, which has exactly one URI as its subject's name"),
    ],
    "a malformed URI": [{ uris: [`${id}/`] }, of("its URI is no SPIFFE ID of a workload")],
    "the usage of an authority": [
      { uris: [id], usages: usages.digitalSignature | usages.keyCertSign },
      of("it is an authority's, which identifies no workload"),
    ],
    "no usage for signatures": [{ uris: [id], usages: usages.keyEncipherment }, uncertified],
    "a purpose of servers alone": [{ uris: [id], purposes: [purposes.server] }, uncertified],
    "an ID of another trust domain": [{ uris: [partnerId] }, foreign],
    "an end in the past": [{ uris: [id], from: -100, until: -20 }, uncertified],
  };

  it("are refused with certificates that SPIRE would not sign, under the same bundle", async () => {
    const fine = await root.certify({ uris: [id] });
    assert.equal((await ask({ client_id: id }, fine)).status, 200);
    for (const [what, [parts, sentence]] of Object.entries(rogues)) {
      const by = await root.certify({ uris: [], ...parts });
      assert.equal(await refusal({ client_id: id }, by), sentence, what);
    }
  });

  it("are refused where the chain of an SVID of SPIRE is broken", async () => {
    const { certificate, chain, key } = await spire.mintCertificate(id, 300);
    assert.notEqual(certificate, chain, "SPIRE's own authority is between");
    assert.equal((await ask({ client_id: id }, { chain, key })).status, 200);
    const between = await stranger.certify(authorityOf("acme.example", { subject: "O=between" }));
    const signedBySvid = await root.certify({ uris: [id] });
    for (const [what, by] of Object.entries({
      "without the one between": { chain: certificate, key },
      "with another authority between": {
        chain: certificate + between.certificate.toString(),
        key,
      },
      "of a stranger of the same name": await stranger.certify({ uris: [id] }),
      "of a workload's own": await signedBySvid.certify({ uris: [id] }),
    })) {
      assert.equal(await refusal({ client_id: id }, by), uncertified, what);
    }
  });

  it("are refused with SVIDs of another SPIRE server of the same trust domain, which the broker does not trust", async () => {
    const other = await startSpire("acme.example", "other.acme.example");
    try {
      const by = await other.mintCertificate(id, 300);
      assert.equal(await refusal({ client_id: id }, by), uncertified);
      const unknown = invalid("client_assertion: its signature is not valid");
      assert.equal(await refusal(await byToken(id, other)), unknown);
    } finally {
      await other.stop();
    }
  });

  it("are refused where trust domain and authority do not go together", async () => {
    const theirs = await partner.mintCertificate(partnerId, 300);
    const notTheirs = "`client_id` is not the workload that the certificate proves";
    assert.equal(await refusal({ client_id: id }, theirs), invalid(notTheirs));
    const token = "`client_id` is not the workload that the token proves";
    const assertion = await byToken(partnerId, partner);
    assert.equal(await refusal({ ...assertion, client_id: id }), invalid(token));
  });

  it("are refused without the client's name, and with another's", async () => {
    const certificate = await spire.mintCertificate(id, 300);
    const missing = "`client_id` is missing, which goes with a certificate";
    assert.equal(await refusal({}, certificate), invalid(missing));
    const assertion = await byToken(id);
    assert.equal((await ask(assertion)).status, 200);
    for (const other of ["spiffe://acme.example/acme/desk", "acme.desk", "triage", `${id}/`]) {
      for (const [by, form, proof] of [
        [certificate, {}, "certificate"],
        [undefined, assertion, "token"],
      ] as const) {
        const sentence = `\`client_id\` is not the workload that the ${proof} proves`;
        assert.equal(await refusal({ ...form, client_id: other }, by), invalid(sentence), other);
      }
    }
  });

  it("are refused with a JWT-SVID that has expired, or for another audience or several", async () => {
    const assertionOf = async (
      audience: string | readonly string[],
      seconds: number,
    ): Promise<Form> => ({
      client_assertion: await spire.mintToken(id, audience, seconds),
      client_assertion_type: spiffeAssertion,
    });
    const brief = await assertionOf(issuer, 1);
    const several =
      "client_assertion: it has several audiences; request one with a single audience";
    assert.equal(
      await refusal(await assertionOf([issuer, "https://other.example"], 300)),
      invalid(several),
    );
    const other = invalid(`client_assertion: its audience is not ${issuer}`);
    for (const audience of [
      "https://other.example",
      `${issuer}/`,
      `${issuer}/token`,
      "acme.refunds",
    ]) {
      assert.equal(await refusal(await assertionOf(audience, 300)), other, audience);
    }
    await sleep(8_000);
    assert.equal(await refusal(brief), invalid("client_assertion: it has expired"));
  });

  it("are refused with an X.509-SVID that has expired", async () => {
    const brief = await spire.mintCertificate(id, 2);
    await sleep(4_000);
    assert.equal(await refusal({ client_id: id }, brief), uncertified);
  });

  it("are refused with a JWT-SVID that is presented as a token of another kind, or beside a certificate", async () => {
    const assertion = await byToken(id);
    const type = `\`client_assertion_type\` of this token is ${spiffeAssertion}`;
    for (const wrong of [bearerAssertion, "jwt-spiffe", undefined]) {
      const form = { ...assertion, client_assertion_type: wrong };
      assert.equal(await refusal(form), invalid(type), String(wrong));
    }
    const both = "authenticate by one of `client_assertion` and a certificate, not by both";
    const certificate = await spire.mintCertificate(id, 300);
    assert.equal(await refusal({ ...assertion, client_id: id }, certificate), invalid(both));
  });

  it("use openid-client unmodified: discovery, mutual TLS by the alias, a bound token, introspection, revocation", async () => {
    const discovered = async (by: Presenting, clientId: string): Promise<client.Configuration> => {
      const fetching = fetchBy(running, root.chain, by);
      const found = await client.discovery(
        new URL(issuer),
        clientId,
        { use_mtls_endpoint_aliases: true },
        client.TlsClientAuth(),
        {
          algorithm: "oauth2",
          [client.customFetch]: (url, options) => {
            const isAlias = url.startsWith(`${mtlsUrl}/`);
            assert.equal(isAlias, !url.includes("/.well-known/"), url);
            return fetching(url, options);
          },
        },
      );
      return found;
    };
    const certificate = await spire.mintCertificate(id, 300);
    const agent = await discovered(certificate, id);
    const answered = await client.genericGrantRequest(
      agent,
      "urn:ietf:params:oauth:grant-type:token-exchange",
      {
        subject_token: await userToken("alice", "triage-web"),
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        ...{ resource: "https://refunds.acme.example/mcp", authorization_details: granted },
      },
    );
    assert.deepEqual([answered.token_type, answered.scope], ["bearer", "refund"]);
    const toolId = "spiffe://acme.example/acme/refunds";
    const tool = await discovered(await spire.mintCertificate(toolId, 300), toolId);
    const seen = await client.tokenIntrospection(tool, answered.access_token);
    assert.deepEqual(
      [seen.active, seen.sub, seen.client_id, seen["cnf"]],
      [true, "alice", "acme.triage", { "x5t#S256": thumbprintOf(certificate.certificate) }],
    );
    await client.tokenRevocation(agent, answered.access_token);
    assert.equal((await client.tokenIntrospection(tool, answered.access_token)).active, false);
  });
});

function thumbprintOf(certificate: string): string {
  return createHash("sha256").update(new X509Certificate(certificate).raw).digest("base64url");
}
