import { typeInUrn } from "../../core/snapshot/resource";
import type { Graph } from "./graph";
import { labelOfThing } from "./label";
import type { Name } from "./name";

/** What people call a thing by the start of one of its names, in the order in which labels prefer names. */
const kinds: readonly (readonly [string, string])[] = [
  ["iam-role|", "Role"],
  ["secret|", "Secret"],
  ["parameter|", "Parameter"],
  ["iam-user|", "User"],
  ["instance-profile|", "Instance profile"],
  ["function|", "Function"],
  ["workload-identity|", "Workload identity"],
  ["spiffe://", "SPIFFE ID"],
  ["spiffe-id|", "SPIFFE ID"],
];

/** A thing with what it is, as the start of a sentence: ``Role `desk` ``. Hostile wherever it is shown. */
export function kindAndLabel(graph: Graph, name: Name): string {
  return `${kindOfThing(graph, name) ?? "Identity"} \`${labelOfThing(graph, name)}\``;
}

/**
 * What a thing is, as the start of a sentence: `ServiceAccount`, `Role`; undefined where no name of it shows that.
 */
export function kindOfThing(graph: Graph, name: Name): string | undefined {
  return graph.unwatched(() => {
    const names = [...graph.namesOf(name)].sort();
    for (const each of names)
      if (each.startsWith("k8s|")) return each.split("|").at(-2)?.split(".")[0];
    for (const [start, kind] of kinds)
      if (names.some((each) => each.startsWith(start))) return kind;
    for (const each of names) {
      if (/^arn:[^:]*:iam::[^:]*:role\//.test(each)) return "Role";
      if (each.startsWith("urn:")) return typeInUrn(each).split(":").at(-1);
    }
    return undefined;
  });
}
