import assert from "node:assert/strict";
import { AgentStack } from "../../../components/agent-stack";
import { Tenant } from "../../../components";
import { federation } from "../support/acme";
import { registered } from "../support/registered";
import { mistakesIn, ofTenant } from "./mistakes";

const isolation = [
  "egress: [{ cidr: 10.0.0.0/16, ports: [443] }, { namespace: vault, ports: [8200], protocol: TCP }]",
  'quota: { pods: 10, cpu: "8", memory: 16Gi }',
  "deployers: [{ group: desk-deployers }, { serviceAccount: { namespace: ci, name: deployer } }]",
  "serviceAccounts: [triage]",
];

describe("a tenant of a manifest", () => {
  it("is isolated as a tenant in code is", async () => {
    const byManifest = await registered(() => {
      new AgentStack("desk", { text: ofTenant(...isolation) });
    });
    const inCode = await registered(() => {
      new Tenant("acme", {
        federation,
        egress: [
          { cidr: "10.0.0.0/16", ports: [443] },
          { namespace: "vault", ports: [8200], protocol: "TCP" },
        ],
        quota: { pods: 10, cpu: "8", memory: "16Gi" },
        deployers: [
          { group: "desk-deployers" },
          { serviceAccount: { namespace: "ci", name: "deployer" } },
        ],
        serviceAccounts: ["triage"],
      });
    });
    const plain = (resources: typeof inCode): readonly unknown[] =>
      resources
        .filter(({ type }) => type !== "agentid:index:AgentStack")
        .map(({ type, name, inputs }) => ({ type, name, inputs }));
    assert.deepEqual(plain(byManifest), plain(inCode));
  });

  it("reports all that is wrong with its isolation", () => {
    const text = ofTenant(
      "egress: [{ cidr: 10.0.0.0/99, ports: [443] }, { ports: [443] }, { cidr: 10.0.0.0/8, ports: [0], protocol: tcp }]",
      "quota: { pods: 0, cpu: 8 }",
      'deployers: [{ group: "system:authenticated" }, { user: ann, group: ops }]',
      "serviceAccounts: [default]",
    );
    assert.deepEqual(mistakesIn(text), [
      "6:14: tenants.acme.egress[0]: cidr `10.0.0.0/99` is no range of addresses; give one such as `10.0.0.0/16`",
      "6:51: tenants.acme.egress[1]: is empty; give exactly one of `cidr`, `namespace`",
      "6:97: tenants.acme.egress[2].ports[0]: `0` is here; give a whole number from 1 to 65535",
      "6:111: tenants.acme.egress[2].protocol: `tcp` is not allowed; give `TCP` or `UDP`; did you mean `TCP`?",
      "7:20: tenants.acme.quota.pods: `0` is here; give a whole number from 1 to 1000000",
      "7:28: tenants.acme.quota.cpu: `8` is here; give the most processors of all pods together, such as `8` or `500m`, in quotes",
      "8:17: tenants.acme.deployers[0]: is `system:authenticated`, which names no deployer or everybody; give a user or group of deployers",
      "8:52: tenants.acme.deployers[1]: `user` and `group` are set; give exactly one of `user`, `group` or `serviceAccount`",
      "9:23: tenants.acme.serviceAccounts[0]: `default` is no such name; give the name of a ServiceAccount other than `default`: lowercase letters, digits, `-` and `.` inside",
    ]);
  });

  it("outside Kubernetes has nothing to isolate, unless it has a namespace", () => {
    const outside = (...fields: readonly string[]): string =>
      ofTenant(...fields).replace(
        /cluster: \{.+\}/,
        'cluster: { gitlab: { providerArn: "arn:aws:iam::111122223333:oidc-provider/gitlab.com", group: acme } }',
      );
    assert.deepEqual(mistakesIn(outside("quota: { pods: 3 }")), [
      "6:12: tenants.acme.quota: the tenant has no namespace, since its federation is outside Kubernetes; give `namespace`, or leave this out",
    ]);
    assert.deepEqual(mistakesIn(outside("quota: { pods: 3 }", "namespace: acme")), []);
  });
});
