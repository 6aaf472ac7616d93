import rule from "../../../policy-pack/rules/no-spiffe-id-collision";
import { Secret, type Value } from "../../../core/snapshot/value";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const ns = "{{ .PodMeta.Namespace }}";
const sa = "{{ .PodSpec.ServiceAccountName }}";
const own = "spiffe://{{ .TrustDomain }}";
const separate = `${own}/ns/${ns}/sa/${sa}`;
const podType = "kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID";
const staticType = "kubernetes:spire.spiffe.io/v1alpha1:ClusterStaticEntry";
const namespaceUrn = urnOf("kubernetes:core/v1:Namespace", "acme");

function pods(name: string, spec: Readonly<Record<string, Value>>): ReturnType<typeof resource> {
  return resource(podType, name, {
    apiVersion: "spire.spiffe.io/v1alpha1",
    kind: "ClusterSPIFFEID",
    metadata: { name },
    spec,
  });
}

function found(name: string, spec: Readonly<Record<string, Value>>): ReturnType<typeof resource> {
  return resource(staticType, name, {
    apiVersion: "spire.spiffe.io/v1alpha1",
    kind: "ClusterStaticEntry",
    metadata: { name },
    spec: { parentID: "spiffe://acme.example/spire/agent/x509pop/one", ...spec },
  });
}

const inNamespace = (name: Value): Value => ({
  matchLabels: { "kubernetes.io/metadata.name": name },
});
const ofApp = (name: Value): Value => ({ matchLabels: { app: name } });

const collides = (message: string, name = "desk") => ({
  severity: "critical",
  about: name,
  at: `${name}: spec.spiffeIDTemplate`,
  message,
  replacement: separate,
});
const noNamespace = (template: string) =>
  collides(
    `ClusterSPIFFEID \`desk\` can give pods of two namespaces the same SPIFFE ID: \`${template}\` lacks the namespace`,
  );
const noWorkload = (template: string) =>
  collides(
    `ClusterSPIFFEID \`desk\` can give two workloads the same SPIFFE ID: \`${template}\` does not identify the workload`,
  );
const together = (template: string, fields = "namespace and account") =>
  collides(
    `ClusterSPIFFEID \`desk\` can give two workloads the same SPIFFE ID: \`${template}\` joins ${fields} in one segment`,
  );
const unknown = {
  verdict: "undetermined" as const,
  severity: "critical",
  about: "desk",
  at: "desk: spec.spiffeIDTemplate",
};
const twin = (name: string, other: string, id: string, property = "spec.spiffeIDTemplate") => ({
  severity: "critical",
  about: id,
  holder: name,
  at: `${name}: ${property}`,
  message: `SPIFFE ID \`${id}\` is issued by 2 entries with different selectors`,
  related: [`${other}: gives this SPIFFE ID too`],
});

const byRole = `${own}/ns/${ns}/of-{{ index .PodMeta.Labels "role" }}`;
const orNothing = (template: string, key: string) =>
  collides(
    `ClusterSPIFFEID \`desk\` can give two workloads the same SPIFFE ID: \`${template}\` is the same for pods without \`${key}\``,
  );

const byNamespace = `${own}/ns/${ns}/agent`;
const twinTemplate = (name: string, other: string, template: string) => ({
  ...collides(
    `ClusterSPIFFEID \`${name}\` can give the same SPIFFE ID as \`${other}\`: they share ${template}`,
    name,
  ),
  related: [`${other}: gives IDs by this template too`],
});

ruleTester(rule, {
  accepts: [
    {
      name: "two workloads by one template, each of a namespace that the SPIFFE ID tells",
      resources: ["a", "b"].map((name) =>
        pods(name, {
          spiffeIDTemplate: byNamespace,
          namespaceSelector: inNamespace(name),
          podSelector: ofApp(`app-${name}`),
        }),
      ),
    },
    {
      name: "one workload by one template, in namespaces that the SPIFFE ID tells",
      resources: ["a", "b"].map((team) =>
        pods(team, {
          spiffeIDTemplate: byNamespace,
          namespaceSelector: { matchLabels: { team } },
          podSelector: ofApp("desk"),
        }),
      ),
    },
    {
      name: "a label beside other text that a selector asks pods to have",
      resources: [
        pods("desk", {
          spiffeIDTemplate: byRole,
          podSelector: { matchExpressions: [{ key: "role", operator: "Exists" }] },
        }),
      ],
    },
    {
      name: "a label that is a segment of its own, which makes no SPIFFE ID where a pod has none",
      resources: [
        pods("desk", {
          spiffeIDTemplate: `${own}/ns/${ns}/{{ index .PodMeta.Labels "role" }}/agent`,
        }),
      ],
    },
    {
      name: "a label by its path, which prints as no part of a SPIFFE ID where a pod has none",
      resources: [
        pods("desk", { spiffeIDTemplate: `${own}/ns/${ns}/of-{{ .PodMeta.Labels.role }}` }),
      ],
    },
    {
      name: "a label that pods may lack beside what tells them apart without it",
      resources: [pods("desk", { spiffeIDTemplate: `${byRole}/sa/${sa}` })],
    },
    {
      name: "a template with namespace and account, each a segment of its own",
      resources: [pods("desk", { spiffeIDTemplate: separate })],
    },
    {
      name: "a namespace and a label of its pods",
      resources: [
        pods("desk", {
          spiffeIDTemplate: `${own}/${ns}/{{ index .PodMeta.Labels "app.kubernetes.io/name" }}`,
        }),
      ],
    },
    {
      name: "a separator that no namespace has",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/${ns}.${sa}` })],
    },
    {
      name: "a label that many workloads have alike beside the account",
      resources: [
        pods("desk", {
          spiffeIDTemplate: `${own}/ns/${ns}/{{ index .PodMeta.Labels "team" }}/${sa}`,
        }),
      ],
    },
    {
      name: "a namespace that is escaped, which changes none",
      resources: [
        pods("desk", {
          spiffeIDTemplate: `${own}/ns/{{ urlquery .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName | html }}`,
        }),
      ],
    },
    {
      name: "the UID of the pod alone",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/pod/{{ .PodMeta.UID }}` })],
    },
    {
      name: "one SPIFFE ID for one workload that selectors pin",
      resources: [
        pods("desk", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          namespaceSelector: inNamespace("acme"),
          podSelector: ofApp("desk"),
        }),
      ],
    },
    {
      name: "one SPIFFE ID for one account that the agent has to find",
      resources: [
        pods("desk", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          workloadSelectorTemplates: ["k8s:ns:acme", "k8s:sa:desk"],
        }),
      ],
    },
    {
      name: "fields that would run together, but for a selector that pins one of them",
      resources: [
        pods("desk", {
          spiffeIDTemplate: `${own}/${ns}-${sa}`,
          namespaceSelector: inNamespace("acme"),
        }),
      ],
    },
    {
      name: "an action nobody knows behind what tells workloads apart",
      resources: [pods("desk", { spiffeIDTemplate: `${separate}/{{ .PodMeta.Name | lower }}` })],
    },
    {
      name: "two entries with one SPIFFE ID that select the same",
      resources: ["a", "b"].map((name) =>
        pods(name, {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          namespaceSelector: inNamespace("acme"),
          podSelector: ofApp("desk"),
          hint: name,
        }),
      ),
    },
    {
      name: "one workload that agents find on two nodes",
      resources: ["one", "two"].map((node) =>
        found(node, {
          spiffeID: "spiffe://acme.example/desk",
          parentID: `spiffe://acme.example/spire/agent/x509pop/${node}`,
          selectors: ["unix:uid:1001", "unix:path:/bin/desk"],
        }),
      ),
    },
    {
      name: "one alias of the nodes of two attestors",
      resources: ["aws_iid:tag:fleet:desk", "x509pop:subject:cn:desk"].map((selector, index) =>
        found(`desk-${index}`, {
          spiffeID: "spiffe://acme.example/fleet/desk",
          parentID: "spiffe://acme.example/spire/server",
          selectors: [selector],
        }),
      ),
    },
    {
      name: "one SPIFFE ID in two trust domains",
      resources: [
        found("a", { spiffeID: "spiffe://a.example/desk", selectors: ["unix:uid:1001"] }),
        found("b", { spiffeID: "spiffe://b.example/desk", selectors: ["unix:uid:1002"] }),
      ],
    },
    {
      name: "one path for two controllers, of which each has a trust domain of its own",
      resources: ["a", "b"].map((className) =>
        pods(className, {
          className,
          spiffeIDTemplate: `${own}/desk`,
          workloadSelectorTemplates: ["k8s:ns:acme", `k8s:sa:${className}`],
        }),
      ),
    },
    {
      name: "a registration without a template, which the API server refuses",
      resources: [pods("desk", {})],
    },
    {
      name: "a static entry of one account, whatever else it selects",
      resources: [
        found("desk", {
          spiffeID: "spiffe://acme.example/desk",
          selectors: ["k8s:ns:acme", "k8s:sa:desk", outputOf(namespaceUrn)],
        }),
      ],
    },
    {
      name: "a static entry of one account",
      resources: [
        found("desk", {
          spiffeID: "spiffe://acme.example/desk",
          selectors: ["k8s:ns:acme", "k8s:sa:desk"],
        }),
      ],
    },
  ],
  rejects: [
    {
      name: "two workloads by one template, the one of a namespace and the other of all",
      resources: [
        pods("a", { spiffeIDTemplate: byNamespace, podSelector: ofApp("x") }),
        pods("b", {
          spiffeIDTemplate: byNamespace,
          namespaceSelector: inNamespace("acme"),
          podSelector: ofApp("y"),
        }),
      ],
      findings: [twinTemplate("b", "a", `\`${byNamespace}\``)],
    },
    {
      name: "as undetermined two workloads by one template of which one is of a namespace that is not known",
      resources: [
        pods("a", { spiffeIDTemplate: byNamespace, podSelector: ofApp("x") }),
        pods("b", {
          spiffeIDTemplate: byNamespace,
          namespaceSelector: inNamespace(outputOf(namespaceUrn)),
          podSelector: ofApp("y"),
        }),
      ],
      findings: [
        ["a", "b"],
        ["b", "a"],
      ].map(([name = "", other = ""]) => ({
        ...unknown,
        about: name,
        at: `${name}: spec.spiffeIDTemplate`,
        message: `ClusterSPIFFEID \`${name}\` can give the same SPIFFE ID as \`${other}\`: they share \`${byNamespace}\``,
        related: [`${other}: gives IDs by this template too`],
        dependsOn: ["acme"],
      })),
    },
    {
      name: "two workloads by one template that must not be shown",
      resources: ["a", "b"].map((name) =>
        pods(name, { spiffeIDTemplate: new Secret(byNamespace), podSelector: ofApp(name) }),
      ),
      findings: [twinTemplate("a", "b", "its template"), twinTemplate("b", "a", "its template")],
    },
    {
      name: "a label beside other text, which all pods have alike that lack it",
      resources: [pods("desk", { spiffeIDTemplate: byRole })],
      findings: [orNothing(byRole, "role")],
    },
    {
      name: "an annotation beside other text, for which no selector can ask",
      resources: [
        pods("desk", {
          spiffeIDTemplate: `${own}/ns/${ns}/{{ index .PodMeta.Annotations "id" }}-agent`,
          podSelector: { matchExpressions: [{ key: "id", operator: "Exists" }] },
        }),
      ],
      findings: [orNothing(`${own}/ns/${ns}/{{ index .PodMeta.Annotations "id" }}-agent`, "id")],
    },
    {
      name: "as undetermined a label that a selector which is not known may ask for",
      resources: [pods("desk", { spiffeIDTemplate: byRole, podSelector: outputOf(namespaceUrn) })],
      findings: [
        {
          ...unknown,
          message: "ClusterSPIFFEID `desk` can give two workloads the same SPIFFE ID",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "a template without namespace",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/sa/${sa}` })],
      findings: [noNamespace(`${own}/sa/${sa}`)],
    },
    {
      name: "one SPIFFE ID for all pods",
      resources: manifest(`
apiVersion: spire.spiffe.io/v1alpha1
kind: ClusterSPIFFEID
metadata: { name: desk }
spec: { spiffeIDTemplate: "spiffe://acme.example/desk" }
`),
      findings: [noNamespace("spiffe://acme.example/desk")],
    },
    {
      name: "a label in place of the namespace, which every tenant can write",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/{{ .PodMeta.Labels.team }}/sa/${sa}` })],
      findings: [noNamespace(`${own}/{{ .PodMeta.Labels.team }}/sa/${sa}`)],
    },
    {
      name: "the name of a pod without its namespace",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/{{ .PodMeta.Name }}` })],
      findings: [noNamespace(`${own}/{{ .PodMeta.Name }}`)],
    },
    {
      name: "the node, which many pods share",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/${ns}/{{ .NodeMeta.Name }}` })],
      findings: [noWorkload(`${own}/${ns}/{{ .NodeMeta.Name }}`)],
    },
    {
      name: "one SPIFFE ID for a namespace",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/ns/${ns}` })],
      findings: [noWorkload(`${own}/ns/${ns}`)],
    },
    {
      name: "one SPIFFE ID for all pods of a namespace that say they want one",
      resources: [
        pods("desk", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          namespaceSelector: inNamespace("acme"),
          podSelector: { matchLabels: { spiffe: "true" } },
        }),
      ],
      findings: [noWorkload("spiffe://acme.example/desk")],
    },
    {
      name: "a label that many workloads of a namespace have alike",
      resources: [
        pods("desk", {
          spiffeIDTemplate: `${own}/ns/${ns}/{{ index .PodMeta.Labels "app.kubernetes.io/part-of" }}`,
        }),
      ],
      findings: [
        noWorkload(`${own}/ns/${ns}/{{ index .PodMeta.Labels "app.kubernetes.io/part-of" }}`),
      ],
    },
    {
      name: "the priority of a pod",
      resources: [
        pods("desk", { spiffeIDTemplate: `${own}/ns/${ns}/{{ .PodSpec.PriorityClassName }}` }),
      ],
      findings: [noWorkload(`${own}/ns/${ns}/{{ .PodSpec.PriorityClassName }}`)],
    },
    {
      name: "a label of pods of any namespace",
      resources: [
        pods("desk", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          podSelector: ofApp("desk"),
        }),
      ],
      findings: [noNamespace("spiffe://acme.example/desk")],
    },
    {
      name: "two namespaces that a selector takes",
      resources: [
        pods("desk", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          podSelector: ofApp("desk"),
          namespaceSelector: {
            matchExpressions: [
              { key: "kubernetes.io/metadata.name", operator: "In", values: ["acme", "globex"] },
            ],
          },
        }),
      ],
      findings: [noNamespace("spiffe://acme.example/desk")],
    },
    {
      name: "selectors that are the same as what they select",
      resources: [
        pods("desk", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          workloadSelectorTemplates: [`k8s:ns:${ns}`, `k8s:sa:${sa}`],
        }),
      ],
      findings: [noNamespace("spiffe://acme.example/desk")],
    },
    {
      name: "namespace and account that run together, side by side or with a hyphen between",
      resources: [
        pods("desk", { spiffeIDTemplate: `${own}/${ns}-${sa}` }),
        pods("help", { spiffeIDTemplate: `${own}/${ns}${sa}`, fallback: true }),
      ],
      findings: [
        together(`${own}/${ns}-${sa}`),
        {
          ...together(`${own}/${ns}${sa}`),
          about: "help",
          at: "help: spec.spiffeIDTemplate",
          message: `ClusterSPIFFEID \`help\` can give two workloads the same SPIFFE ID: \`${own}/${ns}${sa}\` joins namespace and account in one segment`,
        },
      ],
    },
    {
      name: "a secret template, without showing it",
      resources: [pods("desk", { spiffeIDTemplate: new Secret("spiffe://acme.example/s3cr3t") })],
      findings: [
        {
          ...noNamespace(""),
          message:
            "ClusterSPIFFEID `desk` can give pods of two namespaces the same SPIFFE ID: its template lacks the namespace",
        },
      ],
    },
    {
      name: "static entries with one SPIFFE ID and other selectors",
      resources: [
        found("a", { spiffeID: "spiffe://acme.example/desk", selectors: ["unix:uid:1001"] }),
        found("b", { spiffeID: "spiffe://ACME.example/desk", selectors: ["unix:uid:1002"] }),
      ],
      findings: [
        twin("a", "b", "spiffe://acme.example/desk", "spec.spiffeID"),
        twin("b", "a", "spiffe://acme.example/desk", "spec.spiffeID"),
      ],
    },
    {
      name: "a static entry and pods of one SPIFFE ID",
      resources: [
        found("a", { spiffeID: "spiffe://acme.example/desk", selectors: ["unix:uid:1001"] }),
        pods("b", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          workloadSelectorTemplates: ["k8s:ns:acme", "k8s:sa:desk"],
        }),
      ],
      findings: [
        twin("b", "a", "spiffe://acme.example/desk"),
        twin("a", "b", "spiffe://acme.example/desk", "spec.spiffeID"),
      ],
    },
    {
      name: "a SPIFFE ID of the trust domain that a controller has, and one that names it",
      resources: [
        found("a", { spiffeID: "spiffe://acme.example/desk", selectors: ["unix:uid:1001"] }),
        pods("b", {
          spiffeIDTemplate: `${own}/desk`,
          workloadSelectorTemplates: ["k8s:ns:acme", "k8s:sa:desk"],
        }),
      ],
      findings: [
        twin("b", "a", "spiffe://…/desk"),
        twin("a", "b", "spiffe://acme.example/desk", "spec.spiffeID"),
      ],
    },
    {
      name: "two workloads of the trust domain that a controller has",
      resources: ["a", "b"].map((name) =>
        pods(name, {
          spiffeIDTemplate: `${own}/desk`,
          namespaceSelector: inNamespace("acme"),
          podSelector: ofApp(name),
        }),
      ),
      findings: [twin("a", "b", "spiffe://…/desk"), twin("b", "a", "spiffe://…/desk")],
    },
    {
      name: "a static entry of any workload of a namespace, or of an account of any namespace",
      resources: [
        found("a", { spiffeID: "spiffe://acme.example/a", selectors: ["k8s:ns:acme"] }),
        found("b", { spiffeID: "spiffe://acme.example/b", selectors: ["k8s:sa:desk"] }),
      ],
      findings: [
        {
          severity: "critical",
          about: "a",
          at: "a: spec.spiffeID",
          message:
            "ClusterStaticEntry `a` can give two workloads SPIFFE ID `spiffe://acme.example/a`: its selectors name no workload",
        },
        {
          severity: "critical",
          about: "b",
          at: "b: spec.spiffeID",
          message:
            "ClusterStaticEntry `b` can give two workloads SPIFFE ID `spiffe://acme.example/b`: its selectors name no namespace",
        },
      ],
    },
    {
      name: "as undetermined a template that is not known",
      resources: [pods("desk", { spiffeIDTemplate: outputOf(namespaceUrn) })],
      findings: [
        {
          ...unknown,
          message: "ClusterSPIFFEID `desk` can give two workloads the same SPIFFE ID",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a condition in a template",
      resources: [pods("desk", { spiffeIDTemplate: `${own}/{{ if true }}${ns}/${sa}{{ end }}` })],
      findings: [
        {
          ...unknown,
          message: "ClusterSPIFFEID `desk` can give two workloads the same SPIFFE ID",
        },
      ],
    },
    {
      name: "as undetermined selectors that are not known",
      resources: [
        pods("desk", {
          spiffeIDTemplate: "spiffe://acme.example/desk",
          namespaceSelector: inNamespace(outputOf(namespaceUrn)),
          podSelector: ofApp("desk"),
        }),
      ],
      findings: [
        {
          ...unknown,
          message: "ClusterSPIFFEID `desk` can give two workloads the same SPIFFE ID",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a static entry whose SPIFFE ID is not known",
      resources: [found("desk", { spiffeID: outputOf(namespaceUrn), selectors: ["unix:uid:1"] })],
      findings: [
        {
          ...unknown,
          at: "desk: spec.spiffeID",
          message: "ClusterStaticEntry `desk` can give two workloads the same SPIFFE ID",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a static entry none of whose selectors is known",
      resources: [
        found("desk", {
          spiffeID: "spiffe://acme.example/desk",
          selectors: outputOf(namespaceUrn),
        }),
      ],
      findings: [
        {
          ...unknown,
          at: "desk: spec.spiffeID",
          message: "ClusterStaticEntry `desk` can give two workloads the same SPIFFE ID",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a static entry of a namespace with a selector that may pin the workload",
      resources: [
        found("desk", {
          spiffeID: "spiffe://acme.example/desk",
          selectors: ["k8s:ns:acme", outputOf(namespaceUrn)],
        }),
      ],
      findings: [
        {
          ...unknown,
          at: "desk: spec.spiffeID",
          message: "ClusterStaticEntry `desk` can give two workloads the same SPIFFE ID",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined an entry beside one of its SPIFFE ID none of whose selectors is known",
      resources: [
        found("a", { spiffeID: "spiffe://acme.example/desk", selectors: ["unix:uid:1001"] }),
        found("b", { spiffeID: "spiffe://acme.example/desk", selectors: outputOf(namespaceUrn) }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "spiffe://acme.example/desk",
          holder: "a",
          at: "a: spec.spiffeID",
          message:
            "SPIFFE ID `spiffe://acme.example/desk` is issued by 2 entries with different selectors",
          related: ["b: gives this SPIFFE ID too"],
          dependsOn: ["acme"],
        },
        {
          ...unknown,
          about: "b",
          at: "b: spec.spiffeID",
          message: "ClusterStaticEntry `b` can give two workloads the same SPIFFE ID",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a second entry of a SPIFFE ID with selectors that are not known",
      resources: [
        found("a", { spiffeID: "spiffe://acme.example/desk", selectors: ["unix:uid:1001"] }),
        found("b", {
          spiffeID: "spiffe://acme.example/desk",
          selectors: ["unix:uid:1001", outputOf(namespaceUrn)],
        }),
      ],
      findings: ["a", "b"].map((name) => ({
        verdict: "undetermined" as const,
        severity: "critical",
        about: "spiffe://acme.example/desk",
        holder: name,
        at: `${name}: spec.spiffeID`,
        message:
          "SPIFFE ID `spiffe://acme.example/desk` is issued by 2 entries with different selectors",
        related: [`${name === "a" ? "b" : "a"}: gives this SPIFFE ID too`],
        dependsOn: ["acme"],
      })),
    },
  ],
});
