import type { Fact, FactOf } from "../../../core/graph/fact";
import type { Text, WorkloadKind } from "../../../core/graph/fact-values";
import type { Reader } from "../reader";
import { kindMark } from "../../../core/marks";
import { harmByMarks } from "../declared-harm";
import { controllerOf } from "./controlled-by";
import { componentMembership, readerOf } from "./reader-of";
import { madePods } from "./made-pods";
import { membership } from "./membership";
import {
  aliasOf,
  atOf,
  groupInType,
  isCustomGroup,
  kindInType,
  sibling,
  type KubeObject,
} from "./object";
import { annotationLiterals } from "./annotations";
import { applied } from "./appliers";
import { podHoldings, unknownHeld } from "./pod-uses";
import { podLiterals } from "./pod-literals";
import { kindsThatAre } from "../../reading/kinds";
import { chartKinds } from "./chart-kinds";
import { loadsComponents } from "./dapr";
import { groupsOf, labelPaths, labelsOf } from "./one-service";
import { carriesCertificate } from "./pod-certificates";
import { controllerKinds, hasPodTemplate, podTemplates, type PodTemplate } from "./pod-template";
import { operatorOf } from "./custom/operators";
import { deliversSecrets } from "./secret-deliverers";
import { textAt, waitingAt } from "./text";
import { carriesSvid, mountingInPod, podTokens } from "./tokens";
import { injectedSecrets } from "./vault-injector";

const declared: Readonly<Record<string, WorkloadKind>> = {
  orchestrator: "orchestrator",
  agent: "agent",
  tool: "tool",
  utility: "utility",
};

/** Reads whatever makes pods: controllers, bare Pods, and custom resources that hold a pod template. */
export const controllerReader: Reader = readerOf({
  name: "kubernetes-controllers",
  matchesType: mayMakePods,
  matches: (resource) => isController(resource.type) || hasPodTemplate(resource.inputs),
  readsLiterals: true,
  facts: controllerFacts,
});

/** Kinds of the catalogue with a reader of their own. */
const ownKinds = new Set(kindsThatAre("workload", "template"));

function mayMakePods(type: string): boolean {
  const group = groupInType(type);
  const kind = `${group}/${kindInType(type)}`;
  if (chartKinds.includes(kind) || ownKinds.has(kind)) return false;
  return isController(type) || (isKubernetes(type) && isCustomGroup(group));
}

function isController(type: string): boolean {
  const kind = kindInType(type);
  const single = kind.endsWith("List") ? kind.slice(0, -"List".length) : kind;
  return isKubernetes(type) && controllerKinds.includes(single);
}

function isKubernetes(type: string): boolean {
  return type.startsWith("kubernetes:");
}

/**
 * Kinds whose pods are made by another object, which says whom they run as. Source: kserve.github.io, ServingRuntimeSpec,
 * InferenceService.
 */
const runByOthers = new Set([
  "serving.kserve.io/ServingRuntime",
  "serving.kserve.io/ClusterServingRuntime",
  "serving.kserve.io/LLMInferenceServiceConfig",
]);

/**
 * Kinds that show what pods are to look like: of templates, in which names are left open, and of policies. Source:
 * kro.run/docs, ResourceGraphDefinitions; docs.crossplane.io, Compositions; docs.openshift.com, Templates; kyverno.io/docs.
 */
const patterns = new Set([
  "kro.run/Graph",
  "kro.run/ResourceGraphDefinition",
  "apiextensions.crossplane.io/Composition",
  "template.openshift.io/Template",
  "kyverno.io/ClusterPolicy",
  "kyverno.io/Policy",
]);

function* controllerFacts(object: KubeObject): Iterable<Fact> {
  const pods = podTemplates(object);
  if (pods.length === 0 && !controllerKinds.includes(object.kind)) return;
  for (const pod of pods) yield* operatorOf(object, pod);
  yield* workloadFacts(object, pods);
  const kind = `${object.group}/${object.kind}`;
  for (const pod of pods) {
    if (patterns.has(kind)) {
      yield* podLiterals(object, pod);
      continue;
    }
    if (!runByOthers.has(kind)) {
      yield runsAs(object, pod);
      yield madePods(object, pod);
      yield* applied(object, pod);
    }
    if (pod.dependsOn !== undefined) {
      yield unknownHeld(object, "env", pod.path, pod.dependsOn);
      yield* podTokens(object, pod);
      continue;
    }
    yield* podHoldings(object, pod);
    yield* loadsComponents(object, pod);
    yield* injectedSecrets(object, pod);
    yield* podLiterals(object, pod);
    yield* podTokens(object, pod);
  }
}

/** What an object is as a workload: what it is declared to be, whose, and with which others it is one. */
export function* workloadFacts(object: KubeObject, pods: readonly PodTemplate[]): Iterable<Fact> {
  yield* aliasOf(object);
  const is = declaredKind(object, pods);
  for (const also of groupsOf(object, pods, is)) {
    const at = atOf(object, "metadata.labels");
    yield { kind: "alias", at, thing: object.thing, also };
  }
  const controller = controllerOf(object);
  if (controller !== undefined) {
    const at = atOf(object, "metadata.ownerReferences");
    yield { kind: "alias", at, thing: object.thing, also: controller };
  }
  yield {
    kind: "workload",
    at: atOf(object, ""),
    workload: object.thing,
    is,
    what: object.kind,
    label: object.label,
    declarationOnly: false,
    ...(deliversSecrets(object, pods) && { deliversSecrets: true }),
  };
  yield* harmByMarks(object.resource.urn, object.thing, (mark) => marksAt(object, pods, mark));
  yield* membership(object, labelPaths(pods));
  yield* componentMembership(object);
  yield* annotationLiterals(object, labelPaths(pods));
}

function runsAs(object: KubeObject, pod: PodTemplate): Fact {
  const given = textAt(pod.spec, "serviceAccountName");
  // `serviceAccount` is the deprecated spelling, which the API server still takes.
  const account = isEmpty(given) ? textAt(pod.spec, "serviceAccount") : given;
  const name = isEmpty(account)
    ? ({ kind: "text", text: "default", secret: false } as const)
    : account;
  return {
    kind: "runs-as",
    at: atOf(object, `${pod.path}.serviceAccountName`),
    workload: object.thing,
    identity: sibling(object, "ServiceAccount", name),
    how: "ServiceAccount",
    isDefault: name.kind === "text" && name.text === "default",
    mounts: mountingInPod(pod.spec),
    ...carriedBy(pod),
  };
}

function carriedBy({ spec }: PodTemplate): Pick<FactOf<"runs-as">, "carries"> {
  if (carriesSvid(spec)) return { carries: "svid" };
  return carriesCertificate(spec) ? { carries: "certificate" } : {};
}

function isEmpty(text: ReturnType<typeof textAt>): boolean {
  return text.kind === "absent" || (text.kind === "text" && text.text === "");
}

function declaredKind(object: KubeObject, pods: readonly PodTemplate[]): WorkloadKind {
  const kinds = labelsOf(object, pods, kindMark).flatMap((label) =>
    Object.hasOwn(declared, label) ? (declared[label] ?? []) : [],
  );
  // Of an object and its pods that say different things, what does more than a utility counts.
  return kinds.find((kind) => kind !== "utility") ?? kinds[0] ?? "undeclared";
}

/** A label of an object and of its pods; of labels that are wholly unknown nobody can say that this one is among them. */
function* marksAt(
  object: KubeObject,
  pods: readonly PodTemplate[],
  mark: string,
): Iterable<{ readonly text: Text; readonly property: string }> {
  for (const path of labelPaths(pods)) {
    if (waitingAt(object.body, ...path) !== undefined) continue;
    const found = textAt(object.body, ...path, mark);
    if (found.kind === "absent") continue;
    const property = `${object.path}${path.join(".")}["${mark}"]`;
    yield {
      text: found.kind === "text" ? { kind: "known", text: found.text } : found,
      property,
    };
  }
}
