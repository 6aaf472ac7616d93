import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { printManifests, type ManifestFlags } from "../../../cli/broker/manifests";
import type { TaskBrokerDeploymentArgs } from "../../../components";
import { testAuthority, x509Bundle } from "../../broker/support/certificates";
import { deploymentArgs } from "../../components/task-broker/desk";
import { objectsIn, writeBroker, type Manifest } from "../../components/task-broker/written-broker";
import { runCli } from "../support/run-cli";

const image = "registry.example.com/agentid@sha256:0123";
const roleArn = "arn:aws:iam::111122223333:role/agentid-broker/acme.decider";
const caBundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const postgres = {
  host: "db.acme.example",
  database: "broker",
  user: "broker",
  cidrs: ["10.4.0.0/24"],
  caBundle,
  certificateSecret: "login",
};

/** What both are given: the component's `state`, and the flags of the same. */
const stores: Readonly<
  Record<string, readonly [TaskBrokerDeploymentArgs["state"], Partial<ManifestFlags>]>
> = {
  SQLite: [{ sqlite: {} }, { egress: ["10.1.0.0/24:443"] }],
  PostgreSQL: [
    { postgres },
    { egress: ["10.4.0.0/24:5432", "10.1.0.0/24:443"], databaseSecret: "login" },
  ],
};

const keyOf = ({ kind, metadata: { name, namespace = "" } }: Manifest): string =>
  `${kind} ${namespace}/${name}`;

const byKey = (objects: readonly Manifest[]): Readonly<Record<string, Manifest>> =>
  Object.fromEntries(objects.map((object) => [keyOf(object), object]));

describe("agentid broker --print-manifests", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-manifests-"));
  const file = join(folder, "broker.yaml");
  after(() => rmSync(folder, { recursive: true, force: true }));

  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  const flags = { image, name: "decider", tlsSecret: "broker-tls", roleArn };

  for (const [store, [state, more]] of Object.entries(stores)) {
    it(`prints what the components make: with ${store}`, async () => {
      const objects = await writeBroker(folder, state);
      const printed = printManifests(file, { ...flags, ...more });
      const wanted = objects.filter(({ metadata }) => metadata.name !== "acme.refunds.refund");
      // What a Role of a tool may do is in no broker.yaml: the comments name it.
      assert.equal(objects.length - wanted.length, 1);
      assert.ok(printed.includes("# - Role acme/acme.refunds.refund, "));
      assert.ok(printed.includes("# - Secret acme-broker/broker-tls, "));
      assert.deepEqual(byKey(objectsIn(printed)), byKey(wanted));
      assert.equal(objectsIn(printed).length, wanted.length);
    });
  }

  it("prints what the components make: with mutual TLS", async () => {
    const spire = { name: "spire", kind: "spiffe", issuer: "acme.example" };
    const issuers = [
      ...deploymentArgs.issuers,
      { ...spire, keySet: x509Bundle(await testAuthority("acme.example")) },
    ];
    const mtls = { url: "https://broker.acme.example:10443", port: 10_443 };
    const objects = await writeBroker(folder, { sqlite: {} }, { issuers }, { mtls });
    const printed = printManifests(file, { ...flags, egress: ["10.1.0.0/24:443"] });
    const wanted = objects.filter(({ metadata }) => metadata.name !== "acme.refunds.refund");
    assert.deepEqual(byKey(objectsIn(printed)), byKey(wanted));
    assert.equal(printed.match(/\b10443\b/g)?.length, 5);
  });

  it("prints what `agentid check` finds nothing in", async () => {
    await writeBroker(folder, { sqlite: {} });
    const given = { ...flags, egress: "10.1.0.0/24:443" };
    const printed = await runCli([
      ...["broker", "--config", file, "--print-manifests", "--image", given.image],
      ...["--name", given.name, "--role-arn", given.roleArn, "--egress", given.egress],
    ]);
    assert.deepEqual([printed.code, printed.err], [0, ""]);
    put("printed.yaml", printed.out);
    const checked = await runCli(["check", join(folder, "printed.yaml")]);
    assert.equal(checked.code, 0, checked.out + checked.err);
    assert.match(checked.out, /passed; 1 workload, 18 resources, .* no finding/);
    // A near miss: the broker's rights, bound to everybody who logs in.
    const shared =
      "kind: Group\n    name: system:authenticated\n    apiGroup: rbac.authorization.k8s.io";
    put("printed.yaml", printed.out.replaceAll("\nsubjects:\n", `\nsubjects:\n  - ${shared}\n`));
    assert.equal((await runCli(["check", join(folder, "printed.yaml")])).code, 1);
  });

  it("needs a configuration, which `--dev` is not", async () => {
    const { code, err } = await runCli(["broker", "--dev", folder, "--print-manifests"]);
    assert.equal(code, 2);
    assert.match(err, /`--print-manifests` needs `--config <file>`/);
  });

  it("lets further namespaces reach the broker, as the components do", async () => {
    const ingress = [{ namespace: "ingress" }, { namespace: "monitoring", operations: true }];
    const objects = await writeBroker(folder, { sqlite: {} }, { ingress });
    const more = { egress: ["10.1.0.0/24:443"], ingress: ["ingress"], monitoring: ["monitoring"] };
    const printed = byKey(objectsIn(printManifests(file, { ...flags, ...more })));
    const policy = "NetworkPolicy acme-broker/decider";
    assert.ok(printed[policy] !== undefined);
    assert.deepEqual(printed[policy], byKey(objects)[policy]);
  });

  it("alone takes its options", async () => {
    put("broker.yaml", stringify(small));
    put("my keys.json", keySet);
    for (const flag of ["--tls-secret", "--image", "--egress"]) {
      const { code, err } = await runCli(["broker", "--config", file, "--check", flag, "a"]);
      assert.equal(code, 2);
      assert.ok(err.includes(`\`${flag}\` is for \`--print-manifests\`; leave it out`), err);
    }
    assert.equal((await runCli(["broker", "--config", file, "--check"])).code, 0);
  });

  it("names the association by which EKS gives a broker its role, where it gets no ARN", async () => {
    await writeBroker(folder, { sqlite: {} });
    const { roleArn: arn, ...others } = { ...flags, egress: ["10.1.0.0/24:443"] };
    const line = "# - EKS Pod Identity association of ServiceAccount acme-broker/decider,";
    assert.ok(printManifests(file, others).includes(line));
    assert.ok(!printManifests(file, { ...others, roleArn: arn }).includes(line));
  });

  it("prints namespaces first, and what pods need before them", async () => {
    await writeBroker(folder, { sqlite: {} });
    const kinds = objectsIn(printManifests(file, { ...flags, egress: ["10.1.0.0/24:443"] })).map(
      ({ kind }) => kind,
    );
    assert.deepEqual(kinds.slice(0, 2), ["Namespace", "Namespace"]);
    assert.ok(kinds.indexOf("NetworkPolicy") < kinds.indexOf("Deployment"));
    assert.ok(kinds.indexOf("ServiceAccount") < kinds.indexOf("Deployment"));
  });

  const small = {
    ...{ tenant: "acme", issuer: "https://broker.acme.example" },
    state: { sqlite: "state/broker.db" },
    drainSeconds: 60,
    issuers: [{ name: "spire", kind: "spiffe", trustDomain: "acme.example", keys: "my keys.json" }],
    workloads: [
      { name: "triage", subjects: [{ issuer: "spire", subject: "spiffe://acme.example/triage" }] },
    ],
    tools: [{ name: "refunds", resource: "https://refunds.acme.example" }],
    grants: [],
  };
  const keySet = JSON.stringify({ keys: [{ kty: "EC", crv: "P-256", x: "eA", y: "eQ" }] });

  it("moves a configuration of a laptop into a pod, whose end waits for its drain", () => {
    put("broker.yaml", stringify(small));
    put("my keys.json", keySet);
    const objects = byKey(objectsIn(printManifests(file, { image })));
    const data = objects["ConfigMap acme-broker/task-broker"]?.data ?? {};
    assert.deepEqual(parse(data["broker.yaml"] ?? ""), {
      ...small,
      ...{ listen: "0.0.0.0:8443", operations: "0.0.0.0:9443" },
      tls: { certificate: "tls/tls.crt", key: "tls/tls.key" },
      state: { sqlite: "/var/lib/agentid/broker.db" },
      issuers: [{ ...small.issuers[0], keys: "keys/spire.json" }],
    });
    assert.equal(data["keys.spire.json"], keySet);
    const { spec } = objects["Deployment acme-broker/task-broker"] as unknown as {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly terminationGracePeriodSeconds: number;
            readonly volumes: readonly { readonly name: string }[];
          };
        };
      };
    };
    const pod = spec.template.spec;
    assert.equal(pod.terminationGracePeriodSeconds, 85);
    // Without tools of AWS and Kubernetes, it has neither identity.
    assert.deepEqual(
      pod.volumes.map(({ name }) => name),
      ["configuration", "temporary", "state"],
    );
    assert.equal(objects["Role acme/acme.task-broker"], undefined);
    assert.equal(
      printManifests(file, { image }).split("\n---\n")[0]?.split("apiVersion")[0],
      "# Has to exist beside these objects:\n# - Secret acme-broker/task-broker-tls, with tls.crt and tls.key\n",
    );
  });

  it("keeps the port and the address for mutual TLS, and the headers of tools", async () => {
    const [tool] = small.tools;
    const withMtls = {
      ...small,
      tls: { certificate: "my.crt", key: "my.key" },
      mtls: { listen: "127.0.0.1:8444", url: "https://mtls.acme.example" },
      tools: [{ ...tool, certificateHeader: "X-Forwarded-Client-Cert" }],
    };
    const bundle = x509Bundle(await testAuthority("acme.example"));
    put("broker.yaml", stringify(withMtls));
    put("my keys.json", bundle);
    const objects = byKey(objectsIn(printManifests(file, { image })));
    const data = objects["ConfigMap acme-broker/task-broker"]?.data ?? {};
    const { mtls, tools } = parse(data["broker.yaml"] ?? "") as Record<string, unknown>;
    assert.deepEqual(mtls, { listen: "0.0.0.0:8444", url: "https://mtls.acme.example" });
    assert.deepEqual(tools, withMtls.tools);
    assert.equal(data["keys.spire.json"], bundle);
    const { spec } = objects["Service acme-broker/task-broker"] as unknown as {
      readonly spec: { readonly ports: readonly object[] };
    };
    assert.deepEqual(spec.ports, [
      { name: "https", port: 443, targetPort: "https" },
      { name: "mtls", port: 8444, targetPort: "mtls" },
    ]);
    for (const port of [8443, 9443, 443, 0]) {
      const listen = `127.0.0.1:${port}`;
      put("broker.yaml", stringify({ ...withMtls, mtls: { ...withMtls.mtls, listen } }));
      assert.throws(() => printManifests(file, { image }), {
        message: `\`mtls.listen\` has port \`${port}\`; write a whole number from 1024 to 65535, not 8443 or 9443`,
      });
    }
  });

  describe("refuses", () => {
    const cases: readonly (readonly [
      what: string,
      configuration: object,
      flags: ManifestFlags,
      message: string,
    ])[] = [
      ["no image", {}, {}, "`--print-manifests` needs `--image <image>`"],
      [
        "what is no image",
        {},
        { image: "a b" },
        "`--image a b`: write an image such as `registry.example.com/agentid@sha256:…`",
      ],
      [
        "a name that would be quoted in a policy",
        {},
        { image, name: "a'b" },
        "`--name a'b`: write lowercase letters, digits and single `-` inside, at most 63",
      ],
      [
        "what is no role",
        {},
        { image, roleArn: "decider" },
        "`--role-arn decider`: write `arn:aws:iam::<account>:role/<name>`",
      ],
      [
        "the namespace of tasks for the broker",
        {},
        { image, namespace: "acme-tasks" },
        "`--namespace acme-tasks` is that of tasks; give the broker another one",
      ],
      [
        "a broker that its network policy keeps from what it needs",
        {
          state: { postgres: "postgres://broker@db.acme.example/broker" },
          issuers: [{ ...small.issuers[0], keys: "https://spire.acme.example/keys" }],
        },
        { image },
        "the broker sends to its database and issuer `spire`; give the addresses of each by `--egress <cidr:port>`",
      ],
      [
        "addresses without a port",
        {},
        { image, egress: ["10.0.0.0/16"] },
        "`--egress 10.0.0.0/16`: write addresses and a port, such as `10.0.0.0/16:443`",
      ],
      [
        "what is no namespace",
        {},
        { image, monitoring: ["a", "*"] },
        "`--monitoring *`: write lowercase letters, digits and single `-` inside, at most 63",
      ],
      [
        "the metadata service",
        {},
        { image, egress: ["169.254.169.254/32:80"] },
        "`--egress 169.254.169.254/32:80` is the metadata service, which gives pods the node's identity; leave it out",
      ],
      [
        "a login by a certificate without its Secret",
        { state: { postgres: "postgres://broker@db/broker?sslcert=a.crt&sslkey=a.key" } },
        { image, egress: ["10.0.0.0/16:5432"] },
        "the broker logs in to its database by a certificate; give the Secret that has it by `--database-secret <name>`",
      ],
      [
        "a Secret for no such login",
        {},
        { image, databaseSecret: "login" },
        "`--database-secret` is for a login by `sslcert`, which `state.postgres` does not have; leave it out",
      ],
    ];
    for (const [what, others, given, message] of cases) {
      it(what, () => {
        put("broker.yaml", stringify({ ...small, ...others }));
        put("my keys.json", keySet);
        assert.throws(() => printManifests(file, given), { message });
      });
    }

    it("a private key, which readers of the ConfigMap would have", () => {
      put("broker.yaml", stringify(small));
      const { keys } = JSON.parse(keySet) as { readonly keys: readonly object[] };
      put("my keys.json", JSON.stringify({ keys: [...keys, { use: "x509-svid", d: "secret" }] }));
      assert.throws(() => printManifests(file, { image }), {
        message: `\`${join(folder, "my keys.json")}\` has a key that is not public; give public keys alone`,
      });
    });
  });
});
