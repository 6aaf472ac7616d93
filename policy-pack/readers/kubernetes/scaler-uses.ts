import { exemptKey } from "../../../core/credential/apart";
import { keyedContents } from "../../../core/credential/looked-for";
import type { Fact } from "../../../core/graph/fact";
import { named, type Ref } from "../../../core/graph/fact-values";
import { k8sName } from "../../../core/graph/name";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import { Unknown, type Value } from "../../../core/snapshot/value";
import { valueIn } from "../values";
import { hiddenAt, hiddenParts } from "./hidden-parts";
import { atOf, sibling, type KubeObject } from "./object";
import { operatorIn, usualNamespace } from "./scaler-operator";
import { nameTextAt, textAt, waitingAt } from "./text";

/** Where a TriggerAuthentication has the credentials by which KEDA asks a store of secrets. Source: keda.sh/docs, concepts/authentication. */
const stores = ["azureKeyVault", "awsSecretManager", "gcpSecretManager"];

/** The group of KEDA's kinds. */
const group = "keda.sh";

const scaled = new Set(["ScaledObject", "ScaledJob"]);
const triggerPaths = [["spec", "triggers", "[]"]];

/** What KEDA holds for a ScaledObject or ScaledJob: it asks by that how much there is to do, for the workload that it scales. */
export function* scalerHoldings(object: KubeObject): Iterable<Fact> {
  const triggers = [...listAt(object.body, "spec", "triggers").entries()].filter(
    ([, trigger]) =>
      !(trigger instanceof Unknown) && read(trigger, "authenticationRef", "name").kind !== "absent",
  );
  const hidden = scaled.has(object.kind) ? hiddenAt(object.body, triggerPaths) : [];
  if (triggers.length === 0 && hidden.length === 0) return;
  const operator = operatorIn(object.cluster);
  yield {
    kind: "workload",
    at: atOf(object, ""),
    workload: operator,
    is: "undeclared",
    what: "operator",
    label: "KEDA",
    declarationOnly: false,
  };
  for (const { path, dependsOn } of hidden) {
    const at = atOf(object, path);
    const secret = { kind: "unknown", dependsOn } as const;
    yield { kind: "uses", at, workload: operator, secret, through: "configuration" };
  }
  for (const [index, trigger] of triggers) {
    yield {
      kind: "uses",
      at: atOf(object, `spec.triggers[${index}].authenticationRef.name`),
      workload: operator,
      secret: authenticationOf(object, trigger),
      through: "configuration",
      onBehalfOf: targetOf(object),
    };
  }
}

/** What a TriggerAuthentication names: whoever asks by it holds that. */
export function* authenticationContents(object: KubeObject): Iterable<Fact> {
  for (const { path, dependsOn } of hiddenParts(object)) {
    const content = { kind: "unknown", dependsOn } as const;
    const at = atOf(object, path);
    yield { kind: "contains", at, container: object.thing, content, derived: false };
  }
  for (const [index, target] of listAt(object.body, "spec", "secretTargetRef").entries()) {
    yield* content(object, `spec.secretTargetRef[${index}]`, target);
  }
  for (const store of stores) {
    const credentials = valueIn(read(object.body, "spec", store, "credentials"));
    if (credentials === undefined) continue;
    for (const [way, value] of entriesAt(credentials)) {
      const reference = valueIn(read(value, "valueFrom", "secretKeyRef"));
      const path = `spec.${store}.credentials.${way}.valueFrom.secretKeyRef`;
      if (reference !== undefined) yield* content(object, path, reference);
    }
  }
}

function* content(object: KubeObject, property: string, reference: Value): Iterable<Fact> {
  const name = textAt(reference, "name");
  const contentKey = nameTextAt(reference, "key");
  const key = { contentKey, keyDependsOn: waitingAt(reference, "key") };
  if (name.kind === "absent" || exemptKey(contentKey) !== undefined) return;
  const at = atOf(object, property);
  const container = object.thing;
  if (object.kind === "ClusterTriggerAuthentication" && name.kind === "text") {
    const { cluster } = object;
    const operator = operatorIn(cluster);
    const place = { operator, cluster, usually: usualNamespace };
    const { keyDependsOn } = key;
    const ofKey = {
      ...(contentKey !== undefined && { contentKey }),
      ...(keyDependsOn !== undefined && { keyDependsOn }),
    };
    yield { kind: "cluster-wide-reference", at, container, ...place, secret: name.text, ...ofKey };
    return;
  }
  const secret = sibling(object, "Secret", name);
  yield* keyedContents({ kind: "contains", at, container, content: secret, derived: false }, key);
}

function authenticationOf(object: KubeObject, trigger: Value): Ref {
  const name = textAt(trigger, "authenticationRef", "name");
  const kind = nameTextAt(trigger, "authenticationRef", "kind") ?? "TriggerAuthentication";
  return kind === "ClusterTriggerAuthentication" && name.kind === "text"
    ? named(k8sName(object.cluster, "", `${kind}.${group}`, name.text))
    : sibling(object, `${kind}.${group}`, name);
}

/** The workload that is scaled: a ScaledJob is one itself. */
function targetOf(object: KubeObject): Ref {
  if (object.kind === "ScaledJob") return named(object.thing);
  const kind = nameTextAt(object.body, "spec", "scaleTargetRef", "kind") ?? "Deployment";
  const version = nameTextAt(object.body, "spec", "scaleTargetRef", "apiVersion") ?? "apps/v1";
  const own = version.includes("/") ? (version.split("/")[0] ?? "") : "";
  const isBuiltIn = own === "apps" || own === "";
  const name = textAt(object.body, "spec", "scaleTargetRef", "name");
  return sibling(object, isBuiltIn ? kind : `${kind}.${own}`, name);
}
