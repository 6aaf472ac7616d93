import { kindMark, tenantMark, workloadMark } from "../../../core/marks";
import { read } from "../../../core/snapshot/read";
import { declaredRole } from "../../read/aws/components/declared-trust";
import { Unknown } from "../../../core/snapshot/value";
import { accountNames, freeNames, isWide, namespacesOf, objectOf, usualNamespace } from "./objects";
import { ofRbac } from "./rbac";
import { roleReferences } from "./roles";
import { accountsOfIds, labelsRequested, labelsOfPods } from "./spiffe";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { PossibleValue, Hypothesis } from "./hypothesis";
import { alike, output, text } from "./values";

const anyKind = /^kubernetes:/;
const accounts = /^kubernetes:core\/v1:ServiceAccount$/;
const roleArn = "eks.amazonaws.com/role-arn";
const nothingKnown = new Unknown();

/** A name that nothing in the stack has. */
const other: PossibleValue = { value: "any-other", sentence: "any other name" };

/** A template of SPIFFE IDs without a field of a pod. */
const oneIdentity = "spiffe://any-other/one";

/** Where the controllers of Kubernetes have the spec of their pods. */
const podSpecs = [
  [/^kubernetes:core\/v1:Pod$/, ["spec"]],
  [
    /^kubernetes:(apps|batch|extensions|core)\/.*:(Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job)$/,
    ["spec", "template", "spec"],
  ],
  [/^kubernetes:batch\/.*:CronJob$/, ["spec", "jobTemplate", "spec", "template", "spec"]],
] as const;

/** Possible values of unknown properties of Kubernetes objects. */
export const ofKubernetes: readonly Hypothesis[] = [
  { types: anyKind, path: ["metadata"], values: wholeMetadata, unique: true },
  { types: anyKind, path: ["metadata", "name"], atLeast: 2, values: names, unique: true },
  {
    types: anyKind,
    path: ["metadata", "namespace"],
    atLeast: 2,
    values: namespaces,
  },
  { types: anyKind, path: ["metadata", "labels", tenantMark], atLeast: 3, values: tenants },
  { types: anyKind, path: ["metadata", "labels", kindMark], atLeast: 3, values: kinds },
  {
    types: anyKind,
    path: ["metadata", "labels", workloadMark],
    atLeast: 3,
    values: (place, stack) => [...alike(place, stack), other],
  },
  {
    types: /:ClusterRole$/,
    path: ["metadata", "labels", "*"],
    atLeast: 3,
    values: ({ path }) => (/\/aggregate-to-/.test(String(path[2])) ? [text("true")] : []),
  },
  {
    types: accounts,
    path: ["metadata", "annotations", roleArn],
    atLeast: 2,
    reportedBy: /aws:iam\/role:Role::/,
    // The account of one of our workloads gets the role that its component makes.
    values: (place, stack) =>
      declaredRole(place.resource, stack.context) === undefined ? roleReferences(place, stack) : [],
  },
  ...podSpecs.flatMap(([types, path]): readonly Hypothesis[] => [
    {
      types,
      path: [...path, "serviceAccountName"],
      reportedBy: /:ServiceAccount::/,
      values: (place, stack) => [...accountsOfIds(place, stack), ...accountNames(place, stack)],
    },
    labelsOfPods(types, path),
    ...containerHypotheses(types, [...path, "containers", "[]"]),
  ]),
  {
    types: /:(ExternalSecret|ClusterExternalSecret)$/,
    path: ["spec", "**"],
    reportedBy: /aws:(secretsmanager|ssm)\//,
    values: alike,
  },
  { types: /:ExternalSecret$/, path: ["spec", "target", "name"], values: names, unique: true },
  {
    types: /:ClusterExternalSecret$/,
    path: ["spec", "externalSecretSpec", "target", "name"],
    atLeast: 3,
    values: namesAnywhere,
  },
  {
    types: /:SecretProviderClass$/,
    path: ["spec", "secretObjects", "[]", "secretName"],
    values: names,
  },
  {
    types: /:ClusterSPIFFEID$/,
    path: ["spec", "spiffeIDTemplate"],
    values: () => [{ value: oneIdentity, sentence: "one for all of its pods" }],
  },
  {
    types: /:SecretList$/,
    path: ["items", "[]"],
    values: () => [
      {
        value: { type: "kubernetes.io/service-account-token", metadata: { name: "token" } },
        sentence: "a token of a ServiceAccount",
      },
    ],
  },
  ...ofRbac,
];

function containerHypotheses(types: RegExp, path: readonly string[]): readonly Hypothesis[] {
  const at = path.length;
  return [
    {
      types,
      path: [...path, "env", "[]", "name"],
      atLeast: at + 3,
      values: (_, stack) => ["OPENAI_API_KEY", ...variables(stack)].map(text),
    },
    {
      types,
      path: [...path, "envFrom", "[]", "prefix"],
      atLeast: at + 3,
      values: prefixes,
    },
    ...["secretKeyRef", "configMapKeyRef"].map((from): Hypothesis => ({
      types,
      path: [...path, "env", "[]", "valueFrom", from, "key"],
      atLeast: at + 5,
      values: keys,
    })),
  ];
}

/** The names that something calls an object of this kind and namespace by, and that no object of the stack has. */
function names(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const object = objectOf(place, stack);
  if (object?.namespace.kind !== "named") return [];
  const { text: within } = object.namespace;
  const called = freeNames(object, stack).filter(({ namespace }) => namespace === within);
  return [...called.map(({ name }) => text(name)), other];
}

/** The names that something calls an object of this kind by in any namespace, and that no object of the stack has. */
function namesAnywhere(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const object = objectOf(place, stack);
  const called = object === undefined ? [] : freeNames(object, stack);
  return [...new Set(called.map(({ name }) => name))].sort().map(text);
}

/** The namespaces in which something calls an object by this one's name, and all others. */
function namespaces(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const object = objectOf(place, stack);
  if (object === undefined || isWide(object)) return [];
  const made = stack
    .ofTypes(/^kubernetes:core\/v1:Namespace$/)
    .filter(({ inputs }) => read(inputs, "metadata").kind !== "unknown");
  // The readers find by themselves that it is the namespace that it depends on.
  if (made.some(({ urn }) => place.dependsOn.includes(urn))) return [];
  const called = freeNames(object, stack).map(({ namespace }) => namespace);
  const named = [...new Set([...called, ...namespacesOf(object, stack), usualNamespace])]
    .filter((namespace) => namespace !== "" && !namespace.startsWith("urn:"))
    .map(text);
  const unnamed = made.filter(({ inputs }) => read(inputs, "metadata", "name").kind !== "present");
  return [...named, ...unnamed.map(({ urn }) => output(urn))];
}

function wholeMetadata(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const object = objectOf(place, stack);
  if (object === undefined) return [];
  const rest = { labels: nothingKnown, annotations: nothingKnown };
  const called = freeNames(object, stack).map(({ namespace, name }) => ({
    value: { name, ...(namespace !== "" && { namespace }), ...rest },
    sentence: `that of \`${namespace === "" ? name : `${namespace}/${name}`}\``,
  }));
  const within = isWide(object)
    ? []
    : [...new Set([...namespacesOf(object, stack), usualNamespace])].map((namespace) => ({
        value: { name: other.value, namespace, ...rest },
        sentence: `that of another in namespace \`${namespace}\``,
      }));
  const plain = [...called, ...within];
  if (isWide(object))
    plain.push({ value: { name: "any-other", ...rest }, sentence: "that of any other" });
  if (object.kind === "Namespace") {
    return plain.flatMap(({ value, sentence }) =>
      tenants(place, stack).map((tenant) => ({
        value: { ...value, labels: { ...labelsRequested(stack), [tenantMark]: tenant.value } },
        sentence: `${sentence}, of tenant ${tenant.sentence}`,
      })),
    );
  }
  if (object.kind === "ServiceAccount") {
    return [
      ...plain,
      ...plain.flatMap(({ value, sentence }) =>
        roleReferences(place, stack).map((role) => ({
          value: { ...value, annotations: { [roleArn]: role.value } },
          sentence: `${sentence} with role ${role.sentence}`,
        })),
      ),
    ];
  }
  return plain;
}

/** The variables by which something in the stack names a credential. */
function variables(stack: StackView): readonly string[] {
  const named = stack.graph
    .all("client-setting")
    .flatMap((fact) =>
      fact.of === "MCP server" && fact.from.kind === "variable" ? [fact.from.variable] : [],
    );
  return [...new Set(named)].sort();
}

/** The prefix that makes a key one of these variables, or a known variable of a vendor. */
function prefixes(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const known = stack.graph.all("keys").flatMap((fact) => fact.keys);
  const before = variables(stack).flatMap((variable) =>
    known.flatMap((key) =>
      variable.endsWith(key) ? [variable.slice(0, variable.length - key.length)] : [],
    ),
  );
  const reported = [...new Set([...before, "OPENAI_"])].filter((prefix) => prefix !== "").sort();
  return [{ value: "", sentence: "empty" }, ...reported.map(text)];
}

function keys(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const known = stack.graph.all("keys").flatMap((fact) => fact.keys);
  return [...new Set([...known, "openai-api-key"])].sort().map(text);
}

function tenants(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  return [...stack.tenants.map(text), { value: "any-other", sentence: "any other" }];
}

function kinds(): readonly PossibleValue[] {
  return ["agent", "orchestrator", "tool"].map(text);
}
