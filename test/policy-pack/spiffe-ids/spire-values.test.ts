import rule from "../../../policy-pack/rules/no-spiffe-id-collision";
import type { Value } from "../../../core/snapshot/value";
import { manifest, resource } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const own = "spiffe://{{ .TrustDomain }}";
const separate = `${own}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}`;
const byAccount = `${own}/sa/{{ .PodSpec.ServiceAccountName }}`;
const path = "values.spire-server.controllerManager.identities.clusterSPIFFEIDs";

/** A release of SPIRE's chart that registers identities. */
function spire(clusterSPIFFEIDs: Value, type = "v3:Release"): ReturnType<typeof resource> {
  return resource(`kubernetes:helm.sh/${type}`, "spire", {
    name: "spire",
    namespace: "spire-server",
    chart: "spire",
    values: { "spire-server": { controllerManager: { identities: { clusterSPIFFEIDs } } } },
  });
}

const collides = {
  severity: "critical",
  about: "spire-server-spire-desk",
  at: `spire: ${path}.desk.spiffeIDTemplate`,
  message: `ClusterSPIFFEID \`spire-server-spire-desk\` can give pods of two namespaces the same SPIFFE ID: \`${byAccount}\` lacks the namespace`,
  replacement: separate,
};

/** A release of SPIRE's chart that registers what agents find. */
function found(clusterStaticEntries: Value): ReturnType<typeof resource> {
  return resource("kubernetes:helm.sh/v3:Release", "spire", {
    name: "spire",
    namespace: "spire-server",
    chart: "spire",
    values: { controllerManager: { identities: { clusterStaticEntries } } },
  });
}

const entry = {
  spiffeID: "spiffe://acme.example/desk",
  parentID: "spiffe://acme.example/spire/agent/x509pop/one",
};

describe("values of SPIRE's charts", () => {
  ruleTester(rule, {
    accepts: [
      {
        name: "an identity that tells namespace and account",
        resources: [spire({ desk: { spiffeIDTemplate: separate } })],
      },
      {
        name: "a static entry of one account, and one that is switched off",
        resources: [
          found({
            desk: { ...entry, selectors: ["k8s:ns:acme", "k8s:sa:desk"] },
            off: { ...entry, enabled: false, selectors: ["k8s:sa:desk"] },
          }),
        ],
      },
      {
        name: "an identity of one namespace",
        resources: [
          spire({
            desk: {
              spiffeIDTemplate: byAccount,
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "acme" } },
            },
          }),
        ],
      },
      {
        name: "an identity that is switched off, one for pods of the chart, and one without a template",
        resources: [
          spire({
            desk: { enabled: false, spiffeIDTemplate: byAccount },
            server: { type: "child-servers", spiffeIDTemplate: byAccount },
            other: { podSelector: { matchLabels: { app: "other" } } },
          }),
        ],
      },
      {
        name: "values of a chart that stands in the program with what it makes",
        resources: [spire({ desk: { spiffeIDTemplate: byAccount } }, "v4:Chart")],
      },
    ],
    rejects: [
      {
        name: "a static entry of an account of any namespace",
        resources: [found({ desk: { ...entry, selectors: ["k8s:sa:desk"] } })],
        findings: [
          {
            severity: "critical",
            about: "spire-server-spire-desk",
            at: "spire: values.controllerManager.identities.clusterStaticEntries.desk.spiffeID",
            message:
              "ClusterStaticEntry `spire-server-spire-desk` can give two workloads SPIFFE ID `spiffe://acme.example/desk`: its selectors name no namespace",
          },
        ],
      },
      {
        name: "an identity that does not tell the namespace",
        resources: [spire({ desk: { spiffeIDTemplate: byAccount } })],
        findings: [collides],
      },
      {
        name: "one in the values that a controller of charts is given",
        resources: manifest(`
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { namespace: spire-server, name: spire }
spec:
  chart: { spec: { chart: spire } }
  values:
    controllerManager:
      identities:
        clusterSPIFFEIDs:
          desk: { spiffeIDTemplate: "${byAccount}" }
`),
        findings: [
          {
            ...collides,
            at: "spire-server/spire: spec.values.controllerManager.identities.clusterSPIFFEIDs.desk.spiffeIDTemplate",
          },
        ],
      },
    ],
  });
});
