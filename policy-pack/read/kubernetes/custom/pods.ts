import type { Fact, FactOf } from "../../../facts/fact";
import { k8sName, scopedName } from "../../../facts/name";
import { catalogued } from "../../catalogue/kinds";
import { matchesAt } from "../../catalogue/paths";
import { atOf, sibling, type KubeObject } from "../object";
import { nameTextAt, textAt, type TextRead } from "../text";
import { mountingInPod } from "../pods/tokens";
import type { PodTemplate } from "../pods/pod-template";

/**
 * The ServiceAccounts of the pods of a custom resource, where it names them, and the workload that it is a part of.
 *
 * Pods without an account of their own run as what their operator is configured with, which is not known here.
 */
export function* accountsOf(object: KubeObject): Iterable<Fact> {
  const { runOf, proxy, runsAs = [], pods = [] } = catalogued(object);
  const { cluster, namespace } = object;
  if (runOf !== undefined) {
    const at = runOf.at.split(".");
    const name = nameTextAt(object.body, ...at, "name");
    const kind = nameTextAt(object.body, ...at, "kind") ?? runOf.kind;
    if (name !== undefined && namespace.kind !== "unknown") {
      const also = k8sName(cluster, namespace.text, kind, name);
      yield { kind: "alias", at: atOf(object, `${runOf.at}.name`), thing: object.thing, also };
    }
  }
  if (proxy !== undefined && namespace.kind !== "unknown") {
    const also = scopedName("workload", cluster, namespace.text, "proxy", proxy);
    yield { kind: "alias", at: atOf(object, "metadata.namespace"), thing: object.thing, also };
  }
  for (const { value, path } of matchesAt(object.body, runsAs)) {
    yield* runsAsFact(object, path, textAt(value), { kind: "unset" });
  }
  for (const path of [pods].flat()) yield* podAccount(object, path);
}

/** The account of pods by their spec, of which nothing needs to be there. */
function* podAccount(object: KubeObject, path: string): Iterable<Fact> {
  const spec = [...matchesAt(object.body, path)][0]?.value ?? {};
  // `serviceAccount` is the deprecated spelling, which the API server still takes.
  const given = ["serviceAccountName", "serviceAccount"].map((name) => textAt(spec, name));
  const name = given.find((each) => each.kind === "unknown" || (each.kind === "text" && each.text));
  const usual = { kind: "text", text: "default", secret: false } as const;
  yield* runsAsFact(object, `${path}.serviceAccountName`, name ?? usual, mountingInPod(spec));
}

function* runsAsFact(
  object: KubeObject,
  property: string,
  name: TextRead,
  mounts: NonNullable<FactOf<"runs-as">["mounts"]>,
): Iterable<Fact> {
  if (name.kind === "absent" || (name.kind === "text" && name.text === "")) return;
  yield {
    kind: "runs-as",
    at: atOf(object, property),
    workload: object.thing,
    identity: sibling(object, "ServiceAccount", name),
    how: "ServiceAccount",
    isDefault: name.kind === "text" && name.text === "default",
    mounts,
  };
}

/** The containers of an object that are outside of a pod's spec, each as a pod of its own. */
export function ownContainers(object: KubeObject): readonly PodTemplate[] {
  const { containers = [] } = catalogued(object);
  return [...matchesAt(object.body, containers)].flatMap(({ value, path, unknown }) =>
    unknown === undefined ? [{ spec: value, path, labels: undefined, isContainer: true }] : [],
  );
}
