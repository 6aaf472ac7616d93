import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import express from "express";
import { Hono } from "hono";
import {
  callVerifier,
  expressAuth,
  guardedFetch,
  honoAuth,
  type CallVerifier,
} from "../../tool/index";
import { testAuthority, type TestCertificate } from "../broker/support/certificates";
import { startBroker, tool, type TestBroker } from "../support/test-broker";

const header = "x-client-cert";

describe("a call token that is bound to a certificate", () => {
  let broker: TestBroker;
  let verifier: CallVerifier;
  let authority: TestCertificate;
  let triage: TestCertificate;
  let other: TestCertificate;
  let token: string;

  before(async () => {
    broker = await startBroker();
    verifier = callVerifier({ issuer: broker.issuer, resource: tool });
    authority = await testAuthority("acme.example");
    const uris = ["spiffe://acme.example/acme/triage"];
    [triage, other] = await Promise.all([authority.certify({ uris }), authority.certify({ uris })]);
    const thumbprint = createHash("sha256").update(triage.certificate.raw).digest("base64url");
    token = await broker.callToken({ cnf: { "x5t#S256": thumbprint } });
  });
  after(() => broker.stop());

  const refusal = {
    error: "invalid_token",
    error_description: "the token is bound to a certificate by which the client did not connect",
  };

  it("is served by this certificate alone, and never as DPoP", async () => {
    const authorization = `Bearer ${token}`;
    const verified = await verifier.verify({ authorization, certificate: triage.chain });
    assert.equal(verified.caller, "acme.triage");
    for (const certificate of [undefined, "", other.chain, `${triage.chain}${other.chain}`]) {
      await assert.rejects(verifier.verify({ authorization, certificate }), {
        code: "invalid_token",
        description: refusal.error_description,
      });
    }
    const asDpop = { authorization: `DPoP ${token}`, certificate: triage.chain };
    await assert.rejects(verifier.verify(asDpop), {
      description: "the token is not bound to a DPoP key",
    });
  });

  it("is served by any certificate, and by none, where it is bound to none", async () => {
    const authorization = `Bearer ${await broker.callToken()}`;
    for (const certificate of [undefined, triage.chain, other.chain]) {
      assert.ok(await verifier.verify({ authorization, certificate }));
    }
  });

  it("is compared by Express with the certificate of the connection, and with no header", async () => {
    const auth = expressAuth(verifier);
    const app = express();
    app.use(auth.verify, (_request, response) => void response.json({ served: true }));
    app.use(auth.refusals);
    const own = await authority.certify({ uris: [], hosts: ["localhost"] });
    const server = createServer(
      {
        ...{ cert: own.chain, key: own.key, ca: authority.chain },
        ...{ requestCert: true, rejectUnauthorized: false },
      },
      app,
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const get = (by: TestCertificate | undefined): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const headers = {
          authorization: `Bearer ${token}`,
          [header]: encodeURIComponent(triage.chain),
        };
        request(
          {
            ...{ host: "127.0.0.1", port, servername: "localhost", ca: authority.chain },
            ...(by !== undefined && { cert: by.chain, key: by.key }),
            ...{ headers, agent: false },
          },
          (answer) => {
            let text = "";
            answer.on("data", (part: Buffer) => (text += part.toString()));
            answer.on("end", () => resolve(JSON.parse(text)));
          },
        )
          .on("error", reject)
          .end();
      });
    try {
      assert.deepEqual(await get(triage), { served: true });
      for (const by of [other, undefined]) assert.deepEqual(await get(by), refusal);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  const served = Response.json({ served: true });
  const behindProxy: Readonly<
    Record<string, (of: boolean) => (asked: Request) => Promise<Response>>
  > = {
    Hono: (isNamed) => {
      const auth = honoAuth(
        verifier,
        isNamed ? { clientCertificate: ({ req }) => req.header(header) } : undefined,
      );
      const app = new Hono();
      app.use(auth.verify);
      app.get("/mcp", (context) => context.json({ served: true }));
      return async (asked) => app.fetch(asked);
    },
    "a handler of web requests": (isNamed) =>
      guardedFetch(
        verifier,
        { read: { intent: "read", target: null } },
        () => Promise.resolve(served.clone()),
        isNamed
          ? { clientCertificate: ({ headers }) => headers.get(header) ?? undefined }
          : undefined,
      ),
  };
  for (const [name, serverOf] of Object.entries(behindProxy)) {
    it(`is compared by ${name} with what its proxy states, only where it names the header`, async () => {
      const get = async (isNamed: boolean, certificate: string | undefined): Promise<unknown> => {
        const stated =
          certificate === undefined ? {} : { [header]: encodeURIComponent(certificate) };
        const headers = { authorization: `Bearer ${token}`, ...stated };
        const answer = await serverOf(isNamed)(new Request(tool, { headers }));
        return answer.json();
      };
      assert.deepEqual(await get(true, triage.chain), { served: true });
      assert.deepEqual(await get(true, other.chain), refusal);
      assert.deepEqual(await get(true, undefined), refusal);
      assert.deepEqual(await get(false, triage.chain), refusal);
    });
  }
});
