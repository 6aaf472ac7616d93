import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import { named, type Ref, type Text } from "../../../facts/fact-values";
import { scopedName, type Name } from "../../../facts/name";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import type { Operator } from "../../catalogue/product";
import { operators } from "../../catalogue/kinds";
import { imageName } from "../../resource/servers";
import { containersOf } from "../pods/containers";
import { atOf, groupInApiVersion, kindName, sibling, spaceOf, type KubeObject } from "../object";
import type { PodTemplate } from "../pods/pod-template";
import { nameTextAt, textAt, dependenciesAt } from "../text";

/** The operator of a product, of which a cluster has one. */
export function operatorIn(cluster: string, { label }: Operator): Name {
  return scopedName("workload", cluster, "operator", label);
}

/** That a cluster has an operator, which uses secrets itself. */
export function operatorFact(object: KubeObject, operator: Operator): Fact {
  return {
    kind: "workload",
    at: atOf(object, ""),
    workload: operatorIn(object.cluster, operator),
    is: "undeclared",
    what: "operator",
    label: operator.label,
    declarationOnly: false,
  };
}

/** That a workload is an operator, and where it looks for the Secrets of objects that are in no namespace. */
export function* operatorOf(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  const own = spaceOf(object);
  if (own === undefined) return;
  for (const known of operators.values()) {
    const container = containersOf(pod).find(({ image = "" }) =>
      known.images.includes(imageName(image)),
    );
    if (container === undefined) continue;
    const operator = operatorIn(object.cluster, known);
    const at = atOf(object, `${container.path}.image`);
    const namespace = namespaceIn(container.value, known.secretNamespace, own);
    yield { kind: "alias", at, thing: object.thing, also: operator };
    yield { kind: "operator-namespace", at, operator, namespace };
  }
}

/** The namespace that a variable of a container names; its own where there is no such variable. */
function namespaceIn(container: Value, name: string, own: string): Text {
  const all = dependenciesAt(container, "env");
  if (all !== undefined) return { kind: "unknown", dependsOn: all };
  const variables = listAt(container, "env");
  const variable = variables.findLast((item) => nameTextAt(item, "name") === name);
  if (variable === undefined) {
    // A variable whose name is unknown may be this one.
    const open = variables.flatMap((item) => {
      const dependsOn = dependenciesAt(item, "name");
      return dependsOn === undefined ? [] : [{ dependsOn }];
    });
    return open.length > 0 ? notKnown(...open) : { kind: "known", text: own };
  }
  const found = textAt(variable, "value");
  if (found.kind === "unknown") return notKnown(found);
  if (found.kind === "text" && found.text !== "") return { kind: "known", text: found.text };
  if (read(variable, "valueFrom").kind === "absent") return { kind: "known", text: own };
  const field = nameTextAt(variable, "valueFrom", "fieldRef", "fieldPath");
  if (field === "metadata.namespace") return { kind: "known", text: own };
  return { kind: "unknown", dependsOn: dependenciesAt(variable, "valueFrom") ?? [] };
}

/** The workload for which an operator uses an object: the one that the object names at a path, else the object itself. */
export function servedWorkload(object: KubeObject, path: string): Ref {
  if (path === "") return named(object.thing);
  const at = path.split(".");
  const kind = nameTextAt(object.body, ...at, "kind") ?? "Deployment";
  const group = groupInApiVersion(nameTextAt(object.body, ...at, "apiVersion") ?? "apps/v1");
  return sibling(object, kindName(group, kind), textAt(object.body, ...at, "name"));
}
