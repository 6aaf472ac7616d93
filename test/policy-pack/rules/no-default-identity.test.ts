import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-default-identity";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const space = urnOf("t:index:Space", "space");

/** A pod with a volume of a CSI driver. */
function podWith(driver: string, account = "default"): string {
  return `
apiVersion: v1
kind: Pod
metadata: { namespace: acme, name: desk }
spec:
  serviceAccountName: ${account}
  automountServiceAccountToken: false
  containers: [{ name: main, image: x }]
  volumes: [{ name: spiffe, csi: { driver: ${driver}, readOnly: true } }]
`;
}

/** One of the controllers of one release, of which others run as accounts of their own. */
function ofRelease(name: string, account: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: acme
  name: ${name}
  labels: { app.kubernetes.io/managed-by: Helm, app.kubernetes.io/instance: desk }
spec:
  template:
    spec:
      serviceAccountName: ${account}
      containers: [{ name: main, image: x }]
`;
}

/** What others make servers of models by. */
function runtime(kind: string): string {
  return `
apiVersion: serving.kserve.io/v1alpha1
kind: ${kind}
metadata: { namespace: acme, name: triton }
spec: { containers: [{ name: kserve-container, image: x }] }
`;
}

function shown(apiVersion: string, kind: string): string {
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { namespace: acme, name: desk }
spec: { shows: { spec: { containers: [{ name: main, image: x }] } } }
`;
}

function pod(mounts = "", account = "default"): string {
  return `
apiVersion: v1
kind: Pod
metadata: { namespace: acme, name: desk }
spec:
  serviceAccountName: ${account}
  ${mounts === "" ? "" : `automountServiceAccountToken: ${mounts}`}
  containers: [{ name: main, image: x }]
`;
}

function account(more: string): string {
  return `
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: acme, name: default${more} }
`;
}

const withRole = account(
  ', annotations: { eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/desk" }',
);

function bound(subject: string, role = "{ kind: Role, name: reader }"): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: reads }
roleRef: ${role}
subjects: [${subject}]
`;
}

const all = (...documents: readonly string[]) => manifest(documents.join("---"));
const self = "{ kind: ServiceAccount, namespace: acme, name: default }";
const group = (name: string) =>
  `{ kind: Group, apiGroup: rbac.authorization.k8s.io, name: "${name}" }`;

const found = {
  severity: "high",
  about: "acme/default",
  holder: "acme/desk",
  at: "acme/desk: spec.serviceAccountName",
};
const subject = (name: string) => ({
  severity: "high",
  about: "reads",
  holder: name,
  at: "reads: subjects[0]",
  message: "`reads` gives permissions to an identity that workloads share",
});
const pet = urnOf("random:index/randomPet:RandomPet", "pet");

function bindingOf(account: ValueRecord): Resource {
  return resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "reads", {
    metadata: { name: "reads" },
    roleRef: { kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "ServiceAccount", ...account }],
  });
}

const unknownSubject = {
  ...subject("reads#subjects[0]"),
  verdict: "undetermined" as const,
  message: "`reads` gives permissions to an identity that workloads share",
  dependsOn: ["pet"],
};
const bare = {
  ...found,
  severity: "low",
  message:
    "Default ServiceAccount `acme/default` is used by a workload without an account of its own",
};

const elsewhere = (name: string) => {
  const subjects = [
    {
      kind: "ServiceAccount",
      name,
      namespace: outputOf(space),
    },
  ];
  const roleRef = { kind: "ClusterRole", name: "reader" };
  const metadata = { name: "reads" };
  const type = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
  return [resource(type, "reads", { metadata, roleRef, subjects })];
};

ruleTester(rule, {
  accepts: [
    {
      name: "rights of an account by another name in a namespace that a preview cannot know",
      resources: elsewhere("desk"),
    },
    { name: "an account of the workload's own", resources: all(pod("", "desk")) },
    {
      name: "a certificate with the SPIFFE ID of the workload's own account",
      resources: all(podWith("spiffe.csi.cert-manager.io", "desk")),
    },
    {
      name: "runtimes of KServe, whose pods run as what an InferenceService says",
      resources: all(runtime("ServingRuntime"), runtime("ClusterServingRuntime")),
    },
    {
      name: "pods that templates and policies show, which nobody makes of them",
      resources: all(
        shown("kro.run/v1alpha1", "ResourceGraphDefinition"),
        shown("kro.run/v1alpha1", "Graph"),
        shown("apiextensions.crossplane.io/v1", "Composition"),
        shown("template.openshift.io/v1", "Template"),
        shown("kyverno.io/v1", "ClusterPolicy"),
      ),
    },
    {
      name: "rights of an account of the workload's own",
      resources: all(
        pod("", "desk"),
        bound("{ kind: ServiceAccount, namespace: acme, name: desk }"),
      ),
    },
    { name: "a default account that nothing uses", resources: all(account("")) },
    { name: "a group of people", resources: all(bound(group("platform-engineers"))) },
    {
      name: "discovery for everyone who has proved who they are",
      resources: all(
        bound(group("system:authenticated"), "{ kind: ClusterRole, name: system:discovery }"),
      ),
    },
  ],
  rejects: [
    {
      name: "a certificate with the SPIFFE ID of a default account, also without a token",
      resources: all(podWith("spiffe.csi.cert-manager.io")),
      findings: [
        {
          ...found,
          message: "The SPIFFE ID of default ServiceAccount `acme/default` is used by a workload",
        },
      ],
    },
    {
      name: "a certificate of a default account that Kubernetes has issued, also without a token",
      resources: all(
        podWith("a").replace(
          "csi: { driver: a, readOnly: true }",
          "projected: { sources: [{ podCertificate: { signerName: a.example/pods } }] }",
        ),
      ),
      findings: [
        {
          ...found,
          message: "A certificate of default ServiceAccount `acme/default` is used by a workload",
        },
      ],
    },
    {
      name: "a volume of another driver under a default account without a token",
      resources: all(podWith("ebs.csi.aws.com")),
      findings: [bare],
    },
    {
      name: "the one controller of a release that names no account",
      resources: all(ofRelease("api", "api"), ofRelease("cache", "default")),
      findings: [
        {
          ...found,
          severity: "low",
          holder: "acme/api",
          at: "acme/cache: spec.template.spec.serviceAccountName",
          message:
            "Default ServiceAccount `acme/default` is used by a workload without an account of its own",
        },
      ],
    },
    {
      name: "rights of the default account of a namespace that a preview cannot know",
      resources: elsewhere("default"),
      findings: [{ ...subject("default"), holder: "reads#subjects[0]" }],
    },
    {
      name: "a workload on a default account with rights",
      resources: all(pod(), bound(self)),
      findings: [
        {
          ...found,
          message:
            "Default ServiceAccount `acme/default` is used by a workload and has permissions through `reads`",
          related: ["reads: gives it permissions"],
        },
        subject("acme/default"),
      ],
    },
    {
      name: "as low a workload on a default account without rights",
      resources: all(pod()),
      findings: [bare],
    },
    {
      name: "as low a workload on a default account with rights whose token it does not carry",
      resources: all(pod("false"), bound(self)),
      findings: [subject("acme/default"), bare],
    },
    {
      name: "a workload on a default account that obtains a role, also without a token",
      resources: all(pod("false"), withRole),
      findings: [
        {
          ...found,
          message:
            "Default ServiceAccount `acme/default` is used by a workload and can assume role `desk`",
        },
      ],
    },
    {
      name: "a role of a default account that nothing in the stack runs as",
      resources: all(withRole),
      findings: [
        {
          severity: "high",
          about: "acme/default",
          holder: "desk",
          at: 'acme/default: metadata.annotations["eks.amazonaws.com/role-arn"]',
          message: "Default ServiceAccount `acme/default` can assume role `desk`",
        },
      ],
    },
    {
      name: "rights of a default account spelled as a user",
      resources: all(bound(group("system:serviceaccount:acme:default").replace("Group", "User"))),
      findings: [subject("acme/default")],
    },
    ...["system:serviceaccounts", "system:serviceaccounts:acme", "system:authenticated"].map(
      (name) => ({
        name: `rights of the group ${name}`,
        resources: all(bound(group(name))),
        findings: [subject(name)],
      }),
    ),
    {
      name: "as undetermined a default account with rights when the mount is not known yet",
      resources: [
        ...all(bound(self)),
        resource("kubernetes:core/v1:Pod", "acme/desk", {
          metadata: { namespace: "acme", name: "desk" },
          spec: { automountServiceAccountToken: outputOf(space), containers: [] },
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "Default ServiceAccount `acme/default` is used by a workload and has permissions through `reads`",
          related: ["reads: gives it permissions"],
          dependsOn: ["space"],
        },
        subject("acme/default"),
      ],
    },
    {
      name: "as undetermined a default account of a namespace that is not known yet",
      resources: [
        resource("kubernetes:core/v1:Pod", "desk", {
          metadata: { namespace: outputOf(space), name: "desk" },
          spec: { containers: [] },
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          about: "desk",
          holder: "desk",
          at: "desk: spec.serviceAccountName",
          message: "`desk` uses the default ServiceAccount of its namespace",
          dependsOn: ["space"],
        },
      ],
    },
    {
      name: "as undetermined an account not known yet that is bound, and a default one that it may be",
      resources: [...all(pod()), bindingOf({ name: outputOf(pet), namespace: "acme" })],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "Default ServiceAccount `acme/default` is used by a workload and has permissions through `reads`",
          related: ["reads: may give it permissions"],
          dependsOn: ["pet"],
        },
        unknownSubject,
      ],
    },
    {
      name: "as undetermined an account not known yet of another namespace, which the pod's is not",
      resources: [...all(pod()), bindingOf({ name: outputOf(pet), namespace: "globex" })],
      findings: [unknownSubject, bare],
    },
    {
      name: "as undetermined which account a pod runs as, which may be a default one",
      resources: [
        resource("kubernetes:core/v1:Pod", "acme/desk", {
          metadata: { namespace: "acme", name: "desk" },
          spec: outputOf(pet),
        }),
      ],
      findings: [
        {
          ...found,
          about: "acme/desk",
          verdict: "undetermined",
          message: "`acme/desk` uses the default ServiceAccount of its namespace",
          dependsOn: ["pet"],
        },
      ],
    },
  ],
});
