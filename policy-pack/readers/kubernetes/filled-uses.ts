import type { Fact, FactOf } from "../../../core/graph/fact";
import { named, type Ref } from "../../../core/graph/fact-values";
import { k8sName } from "../../../core/graph/name";
import { sibling, type KubeObject } from "./object";
import { filledIn, handedIn, parameterIn, usualValue } from "./task-parameters";

const marksOfTemplates = ["{{", "$("];

/**
 * A hold as it is where the Secret, or its key, is named by a template or by parameters of Tekton, which each pod or run that is made fills
 * in: none where each has a name of its own.
 */
export function filledHolds(object: KubeObject, fact: Fact): readonly Fact[] {
  if (fact.kind !== "uses" && fact.kind !== "may-use") return [fact];
  if (fact.secret.kind !== "named") return [fact];
  if (!isTemplate(fact.secret.name) && !isFilledKey(fact.key)) return [fact];
  return fact.kind === "uses" ? usuallyNamed(object, fact) : [];
}

function isTemplate(name: string): boolean {
  return marksOfTemplates.some((mark) => name.includes(mark));
}

function isFilledKey(key: string | undefined): key is string {
  return key?.includes("$(") === true;
}

/** What a parameter usually names, of one that whoever runs a task may give another value; of one without, that whoever runs it says. */
function usuallyNamed(object: KubeObject, fact: FactOf<"uses">): readonly Fact[] {
  if (fact.secret.kind !== "named") return [fact];
  const [kind, cluster = "", namespace = "", of = "", name = ""] = fact.secret.name.split("|");
  if (kind !== "k8s") return [];
  const hold = withFilledKey(object, fact);
  const property = fact.at.property.slice(object.path.length);
  const handed = handedIn(object, name, property);
  if (handed.kind !== "text") return [{ ...hold, secret: sibling(object, of, handed) }];
  const text = handed.text;
  const called = (stated: string): Ref => named(k8sName(cluster, namespace, of, stated));
  if (!isTemplate(text)) return [{ ...hold, secret: called(text) }];
  const parameter = parameterIn(text);
  if (parameter === undefined) {
    const filled = filledIn(object, text, property);
    return filled === undefined ? [] : [{ ...hold, secret: sibling(object, of, filled) }];
  }
  const usual = usualValue(object, parameter, property);
  switch (usual.kind) {
    case "unknown":
      return [{ ...hold, secret: sibling(object, of, usual), byParameter: parameter }];
    case "absent":
      return [{ ...hold, kind: "secret-parameter", byParameter: parameter }];
    case "text":
      if (usual.text.includes("$(")) return [];
      return [{ ...hold, secret: called(usual.text), byParameter: parameter }];
  }
}

/** A hold of a key that is named by parameters: known where a run says them. */
function withFilledKey(object: KubeObject, fact: FactOf<"uses">): FactOf<"uses"> {
  const { key, ...hold } = fact;
  if (!isFilledKey(key)) return fact;
  const property = fact.at.property.slice(object.path.length);
  const handed = handedIn(object, key, property);
  const filled =
    handed.kind === "text" && isFilledKey(handed.text)
      ? filledIn(object, handed.text, property)
      : handed;
  if (filled?.kind === "text") return { ...hold, key: filled.text };
  return { ...hold, keyDependsOn: filled?.kind === "unknown" ? filled.dependsOn : [] };
}
