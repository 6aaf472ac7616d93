import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-shared-identity";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const own = "spiffe://{{ .TrustDomain }}";
const ns = "{{ .PodMeta.Namespace }}";
const byLabel = `${own}/ns/${ns}/app/{{ .PodMeta.Labels.app }}`;

const byAccount = `${own}/ns/${ns}/sa/{{ .PodSpec.ServiceAccountName }}`;

function pod(name: string, labels: string, account = name): string {
  return `
apiVersion: v1
kind: Pod
metadata: { namespace: acme, name: ${name}, labels: { ${labels} } }
spec: { serviceAccountName: ${account}, containers: [{ name: main, image: x }] }
`;
}

function registration(spec: Readonly<Record<string, Value>>, name = "all") {
  return resource("kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID", name, {
    metadata: { name },
    spec,
  });
}

const two = (labels = "app: desk") =>
  manifest([pod("a", "app: desk"), pod("b", labels)].join("---"));

const given = (holder: string, other: string, id: string, at = "all: spec.spiffeIDTemplate") => ({
  severity: "critical",
  about: id,
  holder,
  at,
  message: `SPIFFE ID \`${id}\` is shared by 2 workloads`,
  related: [`${other}: has this SPIFFE ID too`],
});

const hidden = outputOf(urnOf("t:index:Config", "config"));

/** A pod `b` with labels that are not all known in a preview. */
function labelled(labels: Readonly<Record<string, Value>>) {
  return resource("kubernetes:core/v1:Pod", "acme/b", {
    metadata: { namespace: "acme", name: "b", labels },
    spec: { serviceAccountName: "b", containers: [{ name: "main", image: "x" }] },
  });
}

function entry(spiffeID: Value, parentID = "spiffe://acme.example/agent") {
  return resource("kubernetes:spire.spiffe.io/v1alpha1:ClusterStaticEntry", "machine", {
    metadata: { name: "machine" },
    spec: { spiffeID, parentID, selectors: ["unix:uid:1001"] },
  });
}

const unknownIds = (registered: string, at: string) => ({
  verdict: "undetermined" as const,
  severity: "critical",
  about: registered,
  at: `${registered}: ${at}`,
  message: `\`${registered}\` gives workloads a SPIFFE ID that others have too`,
  dependsOn: ["config"],
});

ruleTester(rule, {
  accepts: [
    {
      name: "workloads of one account of their own, of which it is told",
      resources: [
        ...manifest([pod("a", "", "search"), pod("b", "", "desk")].join("---")),
        registration({ spiffeIDTemplate: byAccount }),
      ],
    },
    {
      name: "workloads whose labels give them a SPIFFE ID each",
      resources: [...two("app: search"), registration({ spiffeIDTemplate: byLabel })],
    },
    {
      name: "workloads of which a registration selects one",
      resources: [
        ...two("app: desk, tier: web"),
        registration({
          spiffeIDTemplate: byLabel,
          podSelector: { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] },
        }),
      ],
    },
    {
      name: "workloads of which the agent finds one",
      resources: [
        ...two(),
        registration({
          spiffeIDTemplate: byLabel,
          workloadSelectorTemplates: ["k8s:ns:acme", "k8s:sa:a"],
        }),
      ],
    },
    {
      name: "a workload whose SPIFFE ID is not known, beside which no other gets one",
      resources: [
        ...two("app: search"),
        registration({
          spiffeIDTemplate: hidden,
          podSelector: { matchLabels: { app: "desk" } },
        }),
      ],
    },
    {
      name: "an entry for agents whose SPIFFE ID is not known",
      resources: [
        ...two("app: search"),
        registration({ spiffeIDTemplate: byLabel }),
        entry(hidden, "spiffe://acme.example/spire/server"),
      ],
    },
    {
      name: "a label that is not known of which no SPIFFE ID is made",
      resources: [
        ...manifest(pod("a", "app: desk")),
        labelled({ app: "search", tier: hidden }),
        registration({ spiffeIDTemplate: byLabel }),
      ],
    },
    {
      name: "a template that can give anyone the same, which a rule of its own tells",
      resources: [...two(), registration({ spiffeIDTemplate: "spiffe://acme.example/all" })],
    },
    {
      name: "pods of one name in two clusters, of which each has a trust domain of its own",
      resources: [
        resource("pulumi:providers:kubernetes", "other", {
          kubeconfig: "{clusters: [{name: x, cluster: {server: https://other}}]}",
        }),
        ...manifest(pod("a", "app: desk")),
        ...manifest(pod("a", "app: desk", "c")).map((each) => ({
          ...each,
          urn: urnOf(each.type, "there"),
          name: "there",
          provider: urnOf("pulumi:providers:kubernetes", "other"),
        })),
        registration({ spiffeIDTemplate: byLabel }),
      ],
    },
  ],
  rejects: [
    {
      name: "two workloads of the default account of a namespace",
      resources: [
        ...manifest([pod("a", "", "default"), pod("b", "", "default")].join("---")),
        registration({ spiffeIDTemplate: byAccount }),
      ],
      findings: [
        given("acme/a", "acme/b", "spiffe://…/ns/acme/sa/default"),
        given("acme/b", "acme/a", "spiffe://…/ns/acme/sa/default"),
      ],
    },
    {
      name: "workloads of two accounts whose labels give them one SPIFFE ID",
      resources: [...two(), registration({ spiffeIDTemplate: byLabel })],
      findings: [
        given("acme/a", "acme/b", "spiffe://…/ns/acme/app/desk"),
        given("acme/b", "acme/a", "spiffe://…/ns/acme/app/desk"),
      ],
    },
    {
      name: "a workload outside that an entry gives what pods get",
      resources: [
        ...manifest(pod("a", "app: desk")),
        registration({
          spiffeIDTemplate: `spiffe://acme.example/ns/${ns}/sa/{{ .PodSpec.ServiceAccountName }}`,
        }),
        entry("spiffe://acme.example/ns/acme/sa/a"),
      ],
      findings: [
        given("acme/a", "machine", "spiffe://acme.example/ns/acme/sa/a"),
        given("machine", "acme/a", "spiffe://acme.example/ns/acme/sa/a", "machine: spec.spiffeID"),
      ],
    },
    {
      name: "workloads that get one SPIFFE ID whichever controller gives it",
      resources: [...two(), registration({ spiffeIDTemplate: byLabel, className: hidden })],
      findings: [
        given("acme/a", "acme/b", "spiffe://…/ns/acme/app/desk"),
        given("acme/b", "acme/a", "spiffe://…/ns/acme/app/desk"),
      ],
    },
    {
      name: "as undetermined two workloads whose SPIFFE IDs are not known",
      resources: [...two("app: search"), registration({ spiffeIDTemplate: hidden })],
      findings: [unknownIds("all", "spec.spiffeIDTemplate")],
    },
    {
      name: "as undetermined an entry whose SPIFFE ID is not known, beside a registration",
      resources: [
        ...two("app: search"),
        registration({ spiffeIDTemplate: byLabel }),
        entry(hidden),
      ],
      findings: [unknownIds("machine", "spec.spiffeID")],
    },
    {
      name: "as undetermined a label that is not known of which SPIFFE IDs are made",
      resources: [
        ...manifest(pod("a", "app: desk")),
        labelled({ app: hidden }),
        registration({ spiffeIDTemplate: byLabel }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "spiffe://…/ns/acme/app/desk",
          holder: "acme/b",
          at: "acme/b: metadata.labels.app",
          message: "SPIFFE ID `spiffe://…/ns/acme/app/desk` is shared by 2 workloads",
          related: ["acme/a: has this SPIFFE ID too"],
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "workloads on one account once, by the account",
      resources: [
        ...manifest([pod("a", "app: desk", "desk"), pod("b", "app: desk", "desk")].join("---")),
        registration({ spiffeIDTemplate: byLabel }),
      ],
      findings: ["a", "b"].map((name) => ({
        severity: "critical",
        about: "acme/desk",
        holder: `acme/${name}`,
        at: `acme/${name}: spec.serviceAccountName`,
        message: "ServiceAccount `acme/desk` is shared by 2 workloads",
        related: [`acme/${name === "a" ? "b" : "a"}: runs as this identity too`],
      })),
    },
    {
      name: "as undetermined workloads of which one's account is not known, which the agent looks for",
      resources: [
        ...manifest(pod("a", "app: desk")),
        resource("kubernetes:core/v1:Pod", "acme/b", {
          metadata: { namespace: "acme", name: "b", labels: { app: "desk" } },
          spec: {
            serviceAccountName: outputOf(urnOf("t:index:Config", "config")),
            containers: [{ name: "main", image: "x" }],
          },
        }),
        registration({ spiffeIDTemplate: byLabel, workloadSelectorTemplates: ["k8s:sa:a"] }),
      ],
      findings: [
        ...["a", "b"].map((name) => ({
          verdict: "undetermined" as const,
          severity: "critical",
          about: "spiffe://…/ns/acme/app/desk",
          holder: `acme/${name}`,
          at: "all: spec.spiffeIDTemplate",
          message: "SPIFFE ID `spiffe://…/ns/acme/app/desk` is shared by 2 workloads",
          related: [`acme/${name === "a" ? "b" : "a"}: may have this SPIFFE ID too`],
          dependsOn: ["config"],
        })),
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/b",
          holder: "acme/b",
          at: "acme/b: spec.serviceAccountName",
          message: "`acme/b` shares its identity with another workload",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "as undetermined workloads that a selector may select which is not known",
      resources: [
        ...two(),
        registration({
          spiffeIDTemplate: byLabel,
          podSelector: outputOf(urnOf("t:index:Config", "config")),
        }),
      ],
      findings: ["a", "b"].map((name) => ({
        verdict: "undetermined" as const,
        severity: "critical",
        about: "spiffe://…/ns/acme/app/desk",
        holder: `acme/${name}`,
        at: "all: spec.spiffeIDTemplate",
        message: "SPIFFE ID `spiffe://…/ns/acme/app/desk` is shared by 2 workloads",
        related: [`acme/${name === "a" ? "b" : "a"}: may have this SPIFFE ID too`],
        dependsOn: ["config"],
      })),
    },
  ],
});
