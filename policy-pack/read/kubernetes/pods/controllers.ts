import type { Fact, FactOf } from "../../../facts/fact";
import type { Text, WorkloadKind } from "../../../facts/fact-values";
import type { Reader } from "../../resource/reader";
import { kindMark } from "../../../../core/marks";
import { harmByMarks } from "../../aws/components/declared-harm";
import { componentMembership, readerOf } from "../reader-of";
import { madePods } from "./made-pods";
import { membership } from "../membership";
import {
  aliasOf,
  atOf,
  groupInType,
  isCustomGroup,
  kindInType,
  sibling,
  type KubeObject,
  groupInApiVersion,
  kindName,
} from "../object";
import { applied } from "./appliers";
import { podHoldings, unknownUse } from "./pod-uses";
import { podLiterals } from "./pod-literals";
import { kindsThatAre } from "../../catalogue/kinds";
import { chartKinds } from "../helm/chart-kinds";
import { loadsComponents } from "../custom/dapr";
import { groupsOf, labelPaths, labelsOf } from "./one-service";
import { carriesCertificate } from "./pod-certificates";
import { controllerKinds, hasPodTemplate, podTemplates, type PodTemplate } from "./pod-template";
import { operatorOf } from "../custom/operators";
import { textAt, dependenciesAt, nameTextAt, comparable } from "../text";
import { carriesSvid, mountingInPod, podTokens } from "./tokens";
import { injectedSecrets } from "./vault-injector";
import { k8sName, type Name } from "../../../facts/name";
import { listAt, entriesAt, read } from "../../../../core/snapshot/read";
import { imageName } from "../../resource/servers";
import { containersOf } from "./containers";
import { mayBeCredential } from "../secrets/generated";
import { literalFacts, unknownLiteral } from "../secrets/literals";

const declared: Readonly<Record<string, WorkloadKind>> = {
  orchestrator: "orchestrator",
  agent: "agent",
  tool: "tool",
  utility: "utility",
};

/** Reads whatever makes pods: controllers, bare Pods, and custom resources with a pod template. */
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
 * Kinds whose pods another object makes, which has their account. Source: kserve.github.io, ServingRuntimeSpec,
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
      yield unknownUse(object, "env", pod.path, pod.dependsOn);
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
  // Where an object and its pods have different labels, the one that is more than a utility counts.
  return kinds.find((kind) => kind !== "utility") ?? kinds[0] ?? "undeclared";
}

/** A label of an object and of its pods; wholly unknown labels may or may not contain this one. */
function* marksAt(
  object: KubeObject,
  pods: readonly PodTemplate[],
  mark: string,
): Iterable<{ readonly text: Text; readonly property: string }> {
  for (const path of labelPaths(pods)) {
    if (dependenciesAt(object.body, ...path) !== undefined) continue;
    const found = textAt(object.body, ...path, mark);
    if (found.kind === "absent") continue;
    const property = `${object.path}${path.join(".")}["${mark}"]`;
    yield {
      text: found.kind === "text" ? { kind: "known", text: found.text } : found,
      property,
    };
  }
}

/** Kinds of custom controllers whose ReplicaSets are theirs alone. Source: argo-rollouts.readthedocs.io, concepts. */
const customControllers = new Set(["Rollout.argoproj.io"]);

/**
 * The controller that creates an object, by its controlling owner: a Deployment of a ReplicaSet, a ReplicaSet of a Pod, a
 * CronJob of a Job. Manifests from a cluster have both.
 *
 * Owners of other kinds are ignored: an operator may own workloads that are not one.
 *
 * Source: kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents
 */
function controllerOf(object: KubeObject): Name | undefined {
  const { cluster, namespace } = object;
  if (namespace.kind === "unknown") return undefined;
  for (const owner of listAt(object.body, "metadata", "ownerReferences")) {
    if (nameTextAt(owner, "controller") !== "true") continue;
    const name = nameTextAt(owner, "name");
    const kind = kindName(
      groupInApiVersion(nameTextAt(owner, "apiVersion") ?? ""),
      nameTextAt(owner, "kind") ?? "",
    );
    if (name === undefined) return undefined;
    return controllerKinds.includes(kind) || customControllers.has(kind)
      ? k8sName(cluster, namespace.text, kind, name)
      : undefined;
  }
  return undefined;
}

/**
 * What operators and drivers are called that fetch secrets from a store for others, by the label of their charts and by
 * their images. Source: external-secrets.io and secrets-store-csi-driver.sigs.k8s.io, their charts and those of the providers.
 */
const called =
  /^(?:(?:kubernetes-)?external-secrets|(?:csi-)?secrets-store(?:-csi)?(?:-driver)?(?:-provider-[a-z]+)?|csi-secrets-store-provider-[a-z]+)$/;

/** Whether a controller fetches secrets to pass them to the listed consumers: an operator of ExternalSecrets, or a driver. */
function deliversSecrets(object: KubeObject, pods: readonly PodTemplate[]): boolean {
  const labels = ["app.kubernetes.io/name", "app"].flatMap((label) =>
    labelsOf(object, pods, label),
  );
  const images = pods.flatMap(containersOf).flatMap(({ image }) => image ?? []);
  return [...labels, ...images.map(imageName)].some((name) => called.test(name));
}

/** Annotations of tools that repeat another part of the object, or a hash of it. */
const written = /^kubectl\.kubernetes\.io\/|^(?:checksum|hash)[./]|[./-](?:checksum|hash|sha256)$/;

/**
 * Credentials in the annotations of a workload and of its pods, which readers of the object can read.
 *
 * The name after an annotation's domain is the name of its value.
 *
 * @param labels the location of the object's labels: annotations are beside them
 */
function* annotationLiterals(
  object: KubeObject,
  labels: readonly (readonly string[])[],
): Iterable<Fact> {
  for (const path of labels) {
    const beside = [...path.slice(0, -1), "annotations"];
    const isWholeMarked = read(object.body, ...beside).kind === "secret";
    for (const [key] of entriesAt(object.body, ...beside)) {
      const value = comparable(textAt(object.body, ...beside, key));
      if (value.kind === "absent" || written.test(key)) continue;
      const property = `${beside.join(".")}["${key}"]`;
      const under = key.slice(key.lastIndexOf("/") + 1);
      const at = { holder: object.thing, property, under, place: "exposed" } as const;
      if (value.kind === "unknown") {
        if (mayBeCredential(value, under)) {
          yield unknownLiteral(object, at, value.secret, value.dependsOn);
        }
        continue;
      }
      const mark = !value.secret ? "none" : isWholeMarked ? "around" : "value";
      yield* literalFacts(object, at, value.text, mark);
    }
  }
}
