import assert from "node:assert/strict";
import { join } from "node:path";
import { printManifests } from "../cli/broker/manifests";
import {
  objectsIn,
  writeBroker,
  type Manifest,
} from "../test/components/task-broker/written-broker";
import { registered } from "../test/components/support/registered";
import { testAuthority, x509Bundle } from "../test/broker/support/certificates";
import { deploymentArgs, desk } from "../test/components/task-broker/desk";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { temporaryFolder } from "./support/temporary";

const image = "registry.example.com/agentid@sha256:0123";
const postgres = {
  ...{ host: "db.acme.example", database: "broker", user: "broker", cidrs: ["10.4.0.0/24"] },
  certificateSecret: "login",
};

const stores = {
  SQLite: [{ sqlite: {} }, {}],
  PostgreSQL: [{ postgres }, { databaseSecret: "login" }],
} as const;

function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const group = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const space = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  const plural = kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  return `${group}${space}/${plural.toLowerCase()}`;
}

describe("the manifests that `agentid broker` prints, on an API server", () => {
  let cluster: ApiServer;
  before(async () => {
    cluster = await startApiServer("https://issuer.example");
  });
  after(() => cluster.stop());

  /** The status of the API server's answer, and what it refuses or warns about. */
  async function make(object: Manifest, name?: string): Promise<readonly [number, string]> {
    const { status, body } = await cluster.query<{ readonly message?: string }>(
      `${pathOf(object)}?fieldValidation=Strict${name === undefined ? "" : "&dryRun=All"}`,
      { method: "POST", body: object },
    );
    return [status, body.message ?? ""];
  }

  for (const [store, [state, flags]] of Object.entries(stores)) {
    it(`are accepted without an unknown field: with ${store}`, async () => {
      const folder = temporaryFolder();
      await writeBroker(folder, state);
      const printed = printManifests(join(folder, "broker.yaml"), {
        ...{ image, namespace: `${store.toLowerCase()}-broker`, ...flags },
        ...{ egress: ["10.1.0.0/24:443", "10.4.0.0/24:5432"] },
      });
      const tenant = { apiVersion: "v1", kind: "Namespace", metadata: { name: "acme" } };
      for (const object of [tenant, ...objectsIn(printed)]) {
        const [status, message] = await make(object);
        assert.ok(status === 201 || status === 409, `${object.kind}: ${status} ${message}`);
      }
    });
  }

  it("are accepted with a port for mutual TLS", async () => {
    const folder = temporaryFolder();
    const keySet = x509Bundle(await testAuthority("acme.example"));
    const spire = { name: "spire", kind: "spiffe", issuer: "acme.example", keySet };
    const issuers = [...deploymentArgs.issuers, spire];
    const mtls = { url: "https://broker.acme.example:8444" };
    await writeBroker(folder, { sqlite: {} }, { issuers }, { mtls });
    const printed = printManifests(join(folder, "broker.yaml"), {
      ...{ image, namespace: "mutual-broker", egress: ["10.1.0.0/24:443"] },
    });
    assert.equal(printed.match(/\b8444\b/g)?.length, 5);
    for (const object of objectsIn(printed)) {
      const [status, message] = await make(object);
      assert.ok(status === 201 || status === 409, `${object.kind}: ${status} ${message}`);
    }
  });

  it("have a Service that may be a load balancer with a certificate of ACM", async () => {
    const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/0123";
    const ingress = [{ cidr: "10.6.0.0/16" }];
    const resources = await registered(
      () => void desk({ tls: { acm: { certificateArn } }, ingress }),
    );
    const service = resources.find(({ type }) => type.endsWith(":Service"))?.inputs;
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "acme-broker" } };
    await make(namespace);
    assert.deepEqual(await make(service as unknown as Manifest), [201, ""]);
  });

  it("would be refused with an unknown field", async () => {
    const folder = temporaryFolder();
    await writeBroker(folder, { sqlite: {} });
    const printed = printManifests(join(folder, "broker.yaml"), {
      ...{ image, namespace: "other", egress: ["10.1.0.0/24:443"] },
    });
    const misspelt = printed.replace("terminationGracePeriodSeconds:", "terminationGraceSeconds:");
    const deployment = objectsIn(misspelt).find(({ kind }) => kind === "Deployment");
    assert.ok(deployment !== undefined);
    const [status, message] = await make(deployment, "dry");
    assert.equal(status, 400);
    assert.match(message, /unknown field "spec\.template\.spec\.terminationGraceSeconds"/);
  });
});
