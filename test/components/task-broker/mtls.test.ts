import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { readConfiguration } from "../../../broker/configuration/read";
import {
  TaskBroker,
  TaskBrokerDeployment,
  Tenant,
  type TaskBrokerArgs,
  type TaskBrokerDeploymentArgs,
} from "../../../components";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { testAuthority, x509Bundle } from "../../broker/support/certificates";
import { federation } from "../support/acme";
import { mocked, registered, type Registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { address, deploymentArgs, desk, keySet } from "./desk";
import { plainBundle, plainDeployment } from "./plain";

const url = `${address}:8444`;
const spire = { name: "spire", kind: "spiffe", issuer: "acme.example" };

/** What is registered without its inputs from the program, by type and name. */
function madeIn(resources: readonly Registered[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    resources
      .filter(({ type }) => !type.startsWith("agentid:"))
      .map(({ type, name, inputs }) => [`${String(type.split(":").at(-1))} ${name}`, inputs]),
  );
}

const specOf = (resources: readonly Registered[], key: string) =>
  (madeIn(resources)[key] as { readonly spec: Readonly<Record<string, unknown>> }).spec;

const configMapIn = (resources: readonly Registered[]): Readonly<Record<string, string>> =>
  (madeIn(resources)["ConfigMap running"] as { readonly data: Record<string, string> }).data;

function configurationIn(resources: readonly Registered[]): Readonly<Record<string, unknown>> {
  return parse(configMapIn(resources)["broker.yaml"] ?? "") as Record<string, unknown>;
}

function portsOfPod(resources: readonly Registered[]): unknown {
  const { template } = specOf(resources, "Deployment running") as {
    readonly template: { readonly spec: { readonly containers: readonly [{ ports: unknown }] } };
  };
  return template.spec.containers[0].ports;
}

const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const tcp = (...ports: readonly number[]) => ports.map((port) => ({ port, protocol: "TCP" }));

/** The plain reference to a broker with mutual TLS. */
const at = <const M extends { readonly url: string; readonly port?: number }>(mtls: M) => ({
  broker: { ...plainDeployment.broker, place: { ...plainDeployment.broker.place, mtls } },
});

/** The plain issuers, of which that of SPIFFE has another bundle. */
const withBundle = (keySet: string) =>
  plainDeployment.issuers.map((each) => (each.kind === "spiffe" ? { ...each, keySet } : each));

describe("mutual TLS of a task broker", () => {
  let bundle: string;
  before(async () => {
    bundle = x509Bundle(await testAuthority("acme.example"));
  });

  const issuers = (text = bundle) => [...deploymentArgs.issuers, { ...spire, keySet: text }];

  const running = (
    mtls: TaskBrokerArgs["mtls"],
    others: Partial<TaskBrokerDeploymentArgs> = {},
    preview = false,
  ): Promise<readonly Registered[]> =>
    registered(
      () =>
        void desk({ issuers: issuers(), ...others }, undefined, mtls === undefined ? {} : { mtls }),
      { preview },
    );

  it("opens one more port, to those who reach the broker, and changes nothing else", async () => {
    const ingress = [{ namespace: "ingress" }, { namespace: "monitoring", operations: true }];
    const [without, made] = [
      await running(undefined, { ingress }),
      await running({ url }, { ingress }),
    ];
    assert.deepEqual(specOf(made, "Service running")["ports"], [
      { name: "https", port: 443, targetPort: "https" },
      { name: "mtls", port: 8444, targetPort: "mtls" },
    ]);
    assert.deepEqual(portsOfPod(made), [
      { name: "https", containerPort: 8443 },
      { name: "operations", containerPort: 9443 },
      { name: "mtls", containerPort: 8444 },
    ]);
    assert.deepEqual(specOf(made, "NetworkPolicy running")["ingress"], [
      { from: [inNamespace("acme"), inNamespace("ingress")], ports: tcp(8443, 8444) },
      { from: [inNamespace("monitoring")], ports: tcp(9443) },
    ]);
    const { egress } = specOf(made, "NetworkPolicy acme-egress") as { readonly egress: unknown[] };
    assert.deepEqual(egress.at(-1), { to: [inNamespace("acme-broker")], ports: tcp(8443, 8444) });
    const { mtls, ...rest } = configurationIn(made);
    assert.deepEqual(mtls, { listen: "0.0.0.0:8444", url });
    assert.deepEqual(rest, configurationIn(without));
    const [before, after] = [madeIn(without), madeIn(made)];
    const changed = Object.keys(after).filter(
      (key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]),
    );
    assert.deepEqual(changed.sort(), [
      "ConfigMap running",
      "Deployment running",
      "NetworkPolicy acme-egress",
      "NetworkPolicy running",
      "Service running",
    ]);
    assert.deepEqual(Object.keys(after), Object.keys(before));
  });

  it("is left out of everything where it is not configured", async () => {
    const resources = await running(undefined);
    assert.ok(!JSON.stringify(resources).includes("mtls"));
    assert.ok(!JSON.stringify(resources).includes("8444"));
    assert.deepEqual(portsOfPod(resources), [
      { name: "https", containerPort: 8443 },
      { name: "operations", containerPort: 9443 },
    ]);
  });

  it("answers at a port of its own, whatever its address has", async () => {
    const other = "https://mtls.acme.example";
    const resources = await running({ url: other, port: 10_443 });
    const { ports } = specOf(resources, "Service running") as { readonly ports: unknown[] };
    assert.deepEqual(ports[1], { name: "mtls", port: 10_443, targetPort: "mtls" });
    assert.deepEqual(configurationIn(resources)["mtls"], { listen: "0.0.0.0:10443", url: other });
  });

  it("is read by the broker, with the authorities of the bundle", async () => {
    const account = (name: string) => ({
      proof: { kind: "kubernetes", subject: `system:serviceaccount:acme:${name}` },
    });
    const workloads = plainDeployment.workloads.map(({ workload }) => ({
      workload: { ...workload, ...account("triage") },
    }));
    const tools = plainDeployment.tools.map(({ tool, resource }) => ({
      ...{ tool: { ...tool, ...account("refunds") }, resource },
      certificateHeader: "X-Forwarded-Client-Cert",
    }));
    const resources = await running({ url }, { tools, workloads });
    const data = configMapIn(resources);
    assert.equal(data["keys.spire.json"], bundle);
    const read = readConfiguration(
      String(data["broker.yaml"]),
      (file) => file,
      (file) => String(data[file.replaceAll("/", ".")]),
      { KUBERNETES_SERVICE_HOST: "10.96.0.1" },
    );
    assert.ok(read.kind === "ok", JSON.stringify(read));
    const { mtls, issuers: known, workloads: all } = read.configuration;
    assert.deepEqual(mtls, { listen: { host: "0.0.0.0", port: 8444 }, url });
    const { keys } = known.find(({ name }) => name === "spire") ?? {};
    assert.equal(keys?.kind === "set" ? keys.set.authorities?.length : 0, 1);
    assert.deepEqual(
      all.flatMap(({ tool: of }) => (of === undefined ? [] : [of.certificateHeader])),
      ["X-Forwarded-Client-Cert"],
    );
  });

  it("writes the header of a tool's proxy, and none for a tool without it", async () => {
    const without = await registered(() => void deployed({}));
    const header = await registered(() => void deployed({ certificateHeader: "Client-Cert" }));
    const toolIn = (resources: readonly Registered[]) =>
      (configurationIn(resources)["tools"] as readonly Readonly<Record<string, unknown>>[])[0];
    const { certificateHeader, ...rest } = toolIn(header) ?? {};
    assert.equal(certificateHeader, "Client-Cert");
    assert.deepEqual(rest, toolIn(without));
  });

  /** A deployment of plain data whose tools have more. */
  function deployed(more: object): TaskBrokerDeployment {
    const tools = plainDeployment.tools.map((each) => ({ ...each, ...more }));
    return new TaskBrokerDeployment("running", { ...plainDeployment, tools });
  }

  it("has a certificate of cert-manager for its host too, once where both are one host", async () => {
    const { tlsSecret, ...args } = plainDeployment;
    assert.ok(tlsSecret);
    const hosts = async (given: string): Promise<unknown> => {
      const resources = await registered(
        () =>
          void new TaskBrokerDeployment("running", {
            ...{ ...args, ...at({ url: given }), issuers: withBundle(plainBundle) },
            tls: { certManager: { issuer: { name: "platform" } } },
          }),
      );
      return specOf(resources, "Certificate running")["dnsNames"];
    };
    assert.deepEqual(await hosts(url), ["broker.acme.example"]);
    assert.deepEqual(await hosts("https://mtls.acme.example"), [
      "broker.acme.example",
      "mtls.acme.example",
    ]);
  });

  it("passes through a load balancer with a certificate of ACM, which reads no certificates", async () => {
    const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/0123-abc";
    const ingress = [{ cidr: "10.6.0.0/16" }];
    const resources = await running({ url }, { tls: { acm: { certificateArn } }, ingress });
    const { metadata, spec } = madeIn(resources)["Service running"] as {
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
      readonly spec: { readonly ports: readonly object[] };
    };
    const tlsPorts = "service.beta.kubernetes.io/aws-load-balancer-ssl-ports";
    assert.equal(metadata.annotations[tlsPorts], "443");
    assert.deepEqual(spec.ports[1], { name: "mtls", port: 8444, targetPort: "mtls" });
    const { ingress: rules } = specOf(resources, "NetworkPolicy running") as {
      readonly ingress: readonly unknown[];
    };
    assert.deepEqual(rules, [
      {
        from: [inNamespace("acme"), { ipBlock: { cidr: "10.6.0.0/16" } }],
        ports: tcp(8443, 8444),
      },
    ]);
  });

  it("may have an address that a preview does not know yet, while its ports are known", async () => {
    const resources = await registered(
      () => {
        const unknown = new pulumi.StackReference("network").getOutput("url");
        desk({ issuers: issuers() }, undefined, {
          mtls: { url: unknown as pulumi.Output<string> },
        });
      },
      { preview: true },
    );
    const known = await running({ url }, {}, true);
    for (const key of ["Service running", "NetworkPolicy running", "NetworkPolicy acme-egress"]) {
      assert.deepEqual(madeIn(resources)[key], madeIn(known)[key]);
    }
    assert.deepEqual(portsOfPod(resources), portsOfPod(known));
    assert.ok(configMapIn(known)["broker.yaml"]?.includes(url));
    assert.equal(
      JSON.stringify(madeIn(resources)["ConfigMap running"]).includes("tenant: acme"),
      false,
    );
  });

  it("is made for an address and a broker that are known later as for those that are known", async () => {
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
    assert.deepEqual(madeIn(await running({ url: later(url) })), madeIn(await running({ url })));
    const given = (whole: boolean) =>
      registered(() => {
        const { broker } = at({ url });
        new TaskBrokerDeployment("running", {
          ...plainDeployment,
          broker: whole ? later(broker) : broker,
          issuers: withBundle(plainBundle),
        });
        new Tenant("acme", { federation, broker: whole ? later(broker) : broker });
      });
    assert.deepEqual(madeIn(await given(true)), madeIn(await given(false)));
  });

  for (const preview of [true, false]) {
    it(`passes the policy pack ${preview ? "in its first preview" : "as deployed"}`, async () => {
      const resources = await running({ url }, {}, preview);
      const { findings } = await judgeSnapshot(snapshotOf(resources), {
        settings: defaultSettings,
      });
      assert.deepEqual(findings, []);
    });
  }

  describe("is refused, before anything is registered,", () => {
    const ofBroker: readonly (readonly [what: string, mtls: object, message: string])[] = [
      [
        "with a path",
        { url: `${url}/broker` },
        `mtls.url is \`${url}/broker\`; give \`https\`, the host and at most a port, such as \`https://broker.acme.example\``,
      ],
      [
        "without TLS",
        { url: "http://broker.acme.example:8444" },
        "mtls.url is `http://broker.acme.example:8444`; give `https`, the host and at most a port, such as `https://broker.acme.example`",
      ],
      [
        "at a port that no address has",
        { url: `${address}:84440` },
        `mtls.url is \`${address}:84440\`; give \`https\`, the host and at most a port, such as \`https://broker.acme.example\``,
      ],
      ...[address, `${address}:443`].map(
        (same) =>
          [
            `at the broker's other address \`${same}\``,
            { url: same },
            `mtls.url is \`${same}\`, at which the broker reads no certificates; give another port or another host`,
          ] as const,
      ),
      ...[8443, 9443, 443, 65_536, 8444.5].map(
        (port) =>
          [
            `at port ${port} of the pods`,
            { url, port },
            `mtls.port is \`${port}\`; give a whole number from 1024 to 65535, not 8443 or 9443`,
          ] as const,
      ),
    ];
    for (const [what, mtls, message] of ofBroker) {
      it(what, () => {
        const seen = mocked();
        const args = { tenant: "acme", issuer: address, federation };
        assert.throws(() => new TaskBroker("decider", { ...args, mtls } as TaskBrokerArgs), {
          message: `task broker \`decider\`: ${message}`,
        });
        assert.deepEqual(seen(), []);
      });
    }

    const inDeployment: readonly (readonly [what: string, args: object, message: string])[] = [
      [
        "without a certificate of the pods",
        { tlsSecret: undefined },
        "the certificate of the pods is empty; give exactly one of `tlsSecret`, `tls.certManager`",
      ],
      [
        "without an issuer of X.509-SVIDs",
        { issuers: plainDeployment.issuers.filter(({ kind }) => kind !== "spiffe") },
        "broker.place.mtls is set, and none of issuers is of kind `spiffe`, whose authorities sign X.509-SVIDs; add it to `issuers`",
      ],
      [
        "with a bundle for tokens alone",
        { issuers: withBundle(keySet) },
        "issuers[2].keySet has no authority for certificates; give the bundle of the trust domain, with its keys of use `x509-svid`",
      ],
      [
        "with a bundle whose authority has no certificate",
        { issuers: withBundle('{"keys":[{"kty":"EC","use":"x509-svid"}]}') },
        "issuers[2].keySet has no authority for certificates; give the bundle of the trust domain, with its keys of use `x509-svid`",
      ],
      [
        "with an address of a reference that is none",
        at({ url: "broker.acme.example:8444" }),
        "broker.place.mtls.url is `broker.acme.example:8444`; give `https`, the host and at most a port, such as `https://broker.acme.example`",
      ],
      [
        "with a port of a reference that pods use already",
        at({ url, port: 9443 }),
        "broker.place.mtls.port is `9443`; give a whole number from 1024 to 65535, not 8443 or 9443",
      ],
      ...["Client Cert", "-Client-Cert", "", "X".repeat(65)].map(
        (certificateHeader) =>
          [
            `with header \`${certificateHeader}\` of a tool`,
            { tools: plainDeployment.tools.map((each) => ({ ...each, certificateHeader })) },
            `tools[0].certificateHeader is \`${certificateHeader}\`; give the name of a header, such as \`X-Forwarded-Client-Cert\``,
          ] as const,
      ),
    ];
    for (const [what, args, message] of inDeployment) {
      it(what, () => {
        const seen = mocked();
        const given = { ...plainDeployment, ...at({ url }), issuers: withBundle(plainBundle) };
        assert.throws(() => new TaskBrokerDeployment("running", { ...given, ...args }), {
          message: `task broker deployment \`running\`: ${message}`,
        });
        assert.deepEqual(seen(), []);
      });
    }

    it("by the tenant, with a port that pods use already", () => {
      const seen = mocked();
      const { broker } = at({ url, port: 8443 });
      assert.throws(() => new Tenant("acme", { federation, broker }), {
        message:
          "tenant `acme`: broker.place.mtls.port is `8443`; give a whole number from 1024 to 65535, not 8443 or 9443",
      });
      assert.deepEqual(seen(), []);
    });
  });
});
