import assert from "node:assert/strict";
import { Agent, Tenant } from "../../../components";
import { AgentStack } from "../../../components/agent-stack";
import { federation } from "../support/acme";
import { registered } from "../support/registered";
import { mistakesIn, ofTenant } from "./mistakes";

const agent = (permissions: string) =>
  `agents: { triage: { kubernetesPermissions: ${permissions} } }`;
const reachable = "apiServer: { cidrs: [10.1.0.0/24] }";

describe("Kubernetes permissions of a manifest", () => {
  it("make what those in code make", async () => {
    const text = ofTenant(
      "apiServer: { audience: api, cidrs: [10.1.0.0/24], port: 6443 }",
      agent(
        '[{ apiGroups: [""], resources: [configmaps], resourceNames: ["${map}"], verbs: [get] }]',
      ),
    );
    const byManifest = await registered(() => {
      new AgentStack("desk", { text, values: { map: "routing" } });
    });
    const inCode = await registered(() => {
      const { ref } = new Tenant("acme", {
        federation,
        apiServer: { audience: "api", cidrs: ["10.1.0.0/24"], port: 6443 },
      });
      new Agent("acme-triage", {
        name: "triage",
        tenant: ref,
        kubernetesPermissions: [
          {
            apiGroups: [""],
            resources: ["configmaps"],
            resourceNames: ["routing"],
            verbs: ["get"],
          },
        ],
      });
    });
    const plain = (resources: typeof inCode): readonly unknown[] =>
      resources
        .filter(({ type }) => type !== "agentid:index:AgentStack")
        .map(({ type, name, inputs }) => ({ type, name, inputs }));
    assert.deepEqual(plain(byManifest), plain(inCode));
  });

  it("report all that is wrong with them", () => {
    const text = ofTenant(
      "apiServer: { cidrs: [10.1.0.0/99], port: 70000 }",
      agent(
        '[{ apiGroups: [""], resources: [secrets], verbs: [get] }, { apiGroups: [""], resources: [pods], verbs: [], nonResourceURLs: [/metrics] }]',
      ),
    );
    assert.deepEqual(mistakesIn(text), [
      "6:46: tenants.acme.apiServer.port: `70000` is here; give a whole number from 1 to 65535",
      "7:49: tenants.acme.agents.triage.kubernetesPermissions[0]: `get` on `secrets` would allow the workload to read Secrets that it does not name; name them one by one in `resourceNames`",
      "7:151: tenants.acme.agents.triage.kubernetesPermissions[1].verbs: the list is empty; give a list: what may be done to them",
      "7:155: tenants.acme.agents.triage.kubernetesPermissions[1]: `nonResourceURLs` is not known here; give `apiGroups`, `resources`, `verbs` or `resourceNames`",
    ]);
  });

  it("need an API server that the tenant's pods can reach, unless nothing keeps them from it", () => {
    const get = agent('[{ apiGroups: [""], resources: [configmaps], verbs: [get] }]');
    assert.deepEqual(mistakesIn(ofTenant(get)), [
      "6:48: tenants.acme.agents.triage.kubernetesPermissions: are set, but the tenant's network policy allows no pod to call the API server; give the tenant `apiServer.cidrs`, the addresses behind the Service `kubernetes`",
    ]);
    assert.deepEqual(mistakesIn(ofTenant(reachable, get)), []);
    assert.deepEqual(mistakesIn(ofTenant("existingNamespace: desk", get)), []);
    assert.equal(mistakesIn(ofTenant("existingNamespace: desk", "egress: []", get)).length, 1);
  });

  it("are of no use to a workload outside Kubernetes", () => {
    const text = ofTenant(
      'agents: { triage: { subject: { gitlab: { project: a, projectId: "7", branch: main } }, kubernetesPermissions: [{ apiGroups: [""], resources: [pods], verbs: [get] }] } }',
    ).replace(
      /cluster: \{.+\}/,
      'cluster: { gitlab: { providerArn: "arn:aws:iam::111122223333:oidc-provider/gitlab.com", group: acme } }',
    );
    assert.deepEqual(mistakesIn(text), [
      "6:115: tenants.acme.agents.triage.kubernetesPermissions: are set, but a workload with a `subject` has no ServiceAccount that could have them; leave one of the two out",
    ]);
  });
});
