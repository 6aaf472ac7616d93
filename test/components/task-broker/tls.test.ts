import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { TaskBrokerDeployment, type TaskBrokerDeploymentArgs } from "../../../components";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { mocked, registered, type Registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { desk } from "./desk";
import { plainDeployment } from "./plain";

const { tlsSecret, ...withoutSecret } = plainDeployment;
const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/0123-abc";
const certManager = { issuer: { name: "platform" } };
const subnets = { cidr: "10.6.0.0/16" };
const labels = { "agentid.dev/tenant": "acme", "app.kubernetes.io/name": "decider" };
const metadata = { name: "decider", namespace: "acme-broker", labels };

type Args = Partial<TaskBrokerDeploymentArgs>;

/** Runs a deployment of plain data, without a Secret of its own. */
const running = (args: Args, preview = false): Promise<readonly Registered[]> =>
  registered(() => void new TaskBrokerDeployment("running", { ...withoutSecret, ...args }), {
    preview,
  });

const of = (resources: readonly Registered[], kind: string): Registered["inputs"] =>
  resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs ?? {};

/** Names of the Secrets that a broker's pods mount. */
function secretsIn(resources: readonly Registered[]): readonly unknown[] {
  const { template } = of(resources, "Deployment")["spec"] as {
    readonly template: {
      readonly spec: {
        readonly volumes: readonly {
          readonly projected?: { readonly sources: readonly { secret?: { name: string } }[] };
        }[];
      };
    };
  };
  return template.spec.volumes.flatMap(({ projected }) =>
    (projected?.sources ?? []).flatMap(({ secret }) => secret?.name ?? []),
  );
}

describe("the certificate of a broker's address", () => {
  it("is issued by cert-manager, for the host of the address and with a new key each time", async () => {
    const resources = await running({ tls: { certManager } });
    assert.deepEqual(of(resources, "Certificate"), {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata,
      spec: {
        secretName: "decider-tls",
        dnsNames: ["broker.acme.example"],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "platform" },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
        usages: ["digital signature", "server auth"],
      },
    });
    assert.deepEqual(secretsIn(resources), ["decider-tls"]);
  });

  it("is issued for a host without its port, by an issuer of the namespace", async () => {
    const issuer = { name: "own", kind: "Issuer" };
    const broker = { ...plainDeployment.broker, issuer: "https://broker.acme.example:8443" };
    const resources = await running({ broker, tls: { certManager: { issuer } } });
    const { dnsNames, issuerRef } = of(resources, "Certificate")["spec"] as Record<string, unknown>;
    assert.deepEqual(dnsNames, ["broker.acme.example"]);
    assert.deepEqual(issuerRef, { group: "cert-manager.io", kind: "Issuer", name: "own" });
  });

  it("is in a Secret of its own otherwise, and no Certificate is made", async () => {
    const resources = await running({ tlsSecret });
    assert.deepEqual(secretsIn(resources), ["broker-tls"]);
    assert.deepEqual(of(resources, "Certificate"), {});
    const { type } = of(resources, "Service")["spec"] as { readonly type?: string };
    assert.equal(type, undefined);
  });

  it("is of ACM at an internal load balancer, which encrypts again to the pods", async () => {
    const resources = await running({
      tlsSecret,
      tls: { acm: { certificateArn } },
      ingress: [subnets],
    });
    const balancer = "service.beta.kubernetes.io/aws-load-balancer";
    assert.deepEqual(of(resources, "Service"), {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        ...metadata,
        annotations: {
          "pulumi.com/skipAwait": "true",
          [`${balancer}-scheme`]: "internal",
          [`${balancer}-nlb-target-type`]: "ip",
          [`${balancer}-backend-protocol`]: "ssl",
          [`${balancer}-ssl-ports`]: "443",
          [`${balancer}-ssl-negotiation-policy`]: "ELBSecurityPolicy-TLS13-1-2-2021-06",
          [`${balancer}-ssl-cert`]: certificateArn,
        },
      },
      spec: {
        selector: labels,
        ports: [{ name: "https", port: 443, targetPort: "https" }],
        type: "LoadBalancer",
        loadBalancerClass: "service.k8s.aws/nlb",
        allocateLoadBalancerNodePorts: false,
      },
    });
    assert.deepEqual(secretsIn(resources), ["broker-tls"]);
  });

  for (const preview of [true, false]) {
    it(`may be known later: ${preview ? "in a preview" : "as deployed"}`, async () => {
      const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
      const resources = await running(
        {
          tls: {
            certManager: { issuer: { name: later("platform") } },
            acm: { certificateArn: pulumi.secret(certificateArn) },
          },
          ingress: [subnets],
        },
        preview,
      );
      const { issuerRef } = of(resources, "Certificate")["spec"] as Record<string, unknown>;
      assert.deepEqual(issuerRef, {
        ...{ group: "cert-manager.io", kind: "ClusterIssuer", name: "platform" },
      });
      assert.deepEqual(secretsIn(resources), ["decider-tls"]);
    });
  }

  it("may be of a certificate that a preview does not know yet", async () => {
    const resources = await registered(
      () => {
        const unknown = new pulumi.StackReference("network").getOutput("certificate");
        new TaskBrokerDeployment("running", {
          ...plainDeployment,
          tls: { acm: { certificateArn: unknown as pulumi.Output<string> } },
          ingress: [subnets],
        });
      },
      { preview: true },
    );
    const { type } = of(resources, "Service")["spec"] as { readonly type?: string };
    assert.equal(type, "LoadBalancer");
  });

  it("passes the policy pack by both", async () => {
    const resources = await registered(
      () => void desk({ tls: { acm: { certificateArn } }, ingress: [subnets] }),
    );
    const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
    assert.deepEqual(findings, []);
  });

  describe("is refused", () => {
    const cases: readonly (readonly [what: string, args: object, message: string])[] = [
      [
        "where none is given",
        {},
        "the certificate of the pods is empty; give exactly one of `tlsSecret`, `tls.certManager`",
      ],
      [
        "of ACM alone, with which pods cannot encrypt",
        { tls: { acm: { certificateArn } }, ingress: [subnets] },
        "the certificate of the pods is empty; give exactly one of `tlsSecret`, `tls.certManager`",
      ],
      [
        "from two sources",
        { tlsSecret, tls: { certManager } },
        "the certificate of the pods has `tlsSecret` and `tls.certManager`; give exactly one of `tlsSecret`, `tls.certManager`",
      ],
      [
        "by what is no kind of issuer",
        { tls: { certManager: { issuer: { name: "platform", kind: "clusterissuer" } } } },
        "tls.certManager.issuer.kind `clusterissuer` is unknown; give `ClusterIssuer` or `Issuer`",
      ],
      [
        "by what is no name of an issuer",
        { tls: { certManager: { issuer: { name: "Platform CA" } } } },
        "tls.certManager.issuer.name is `Platform CA`; give the name of an issuer",
      ],
      [
        "of IAM in place of ACM",
        {
          tlsSecret,
          tls: { acm: { certificateArn: "arn:aws:iam::111122223333:server-certificate/a" } },
        },
        "tls.acm.certificateArn is `arn:aws:iam::111122223333:server-certificate/a`; give the ARN of a certificate, such as `arn:aws:acm:eu-central-1:111122223333:certificate/0123`",
      ],
      ...[undefined, [{ namespace: "ingress" }], [{ ...subnets, operations: true }]].map(
        (ingress, at) =>
          [
            `at a load balancer that the network policy keeps out: ${at}`,
            { tlsSecret, tls: { acm: { certificateArn } }, ...(ingress && { ingress }) },
            "tls.acm puts a load balancer before the pods, and the network policy would keep it from them; give the addresses of its subnets in `ingress`, such as `10.0.0.0/16` as `cidr`",
          ] as const,
      ),
    ];
    for (const [what, args, message] of cases) {
      it(`${what}, before anything is registered`, () => {
        const seen = mocked();
        assert.throws(() => new TaskBrokerDeployment("running", { ...withoutSecret, ...args }), {
          message: `task broker deployment \`running\`: ${message}`,
        });
        assert.deepEqual(seen(), []);
      });
    }
  });
});
