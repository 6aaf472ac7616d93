import type { Fact, FactOf } from "../../../facts/fact";
import type { Declared, Text } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import {
  autonomyMark,
  effectsMark,
  kindMark,
  riskMark,
  sensitivityMark,
} from "../../../../core/marks";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { textAt, unknownAt } from "../../resource/values";

/** Labels and tags by which a workload declares how it acts and what harm it can do. */
const marks: readonly { readonly mark: string; readonly about: Declared }[] = [
  { mark: autonomyMark, about: "autonomy" },
  { mark: riskMark, about: "risk" },
  { mark: sensitivityMark, about: "sensitivity" },
  { mark: effectsMark, about: "effect" },
  { mark: kindMark, about: "kind" },
];

/**
 * What the labels or tags of a workload declare about how it acts and what harm it can do.
 *
 * @param marksAt the texts of a label or tag, each with its property: an object and its pods may each have one
 */
export function* harmByMarks(
  urn: Urn,
  workload: Name,
  marksAt: (mark: string) => Iterable<{ readonly text: Text; readonly property: string }>,
): Iterable<Fact> {
  for (const { mark, about } of marks) {
    for (const { text, property } of marksAt(mark)) {
      const at = { urn, property };
      for (const value of about === "effect" ? effectsIn(text) : [text]) {
        if (value.kind === "known" && (value.text === "" || about === "kind")) continue;
        yield { kind: "declares", at, workload, about, value };
      }
    }
  }
}

/** What one of our components declares about how its workload acts and what harm that can do. */
export function* harmByInputs(resource: Resource): Iterable<Fact> {
  const stated = (about: Declared, property: string, value: Text): FactOf<"declares"> => {
    const { urn } = resource;
    return { kind: "declares", at: { urn, property }, workload: urn, about, value };
  };
  const autonomy = textAt(resource, "autonomy");
  if (autonomy !== undefined) yield stated("autonomy", "autonomy", autonomy);
  const sensitivity = textAt(resource, "risk", "sensitivity");
  if (sensitivity !== undefined) yield stated("sensitivity", "risk.sensitivity", sensitivity);
  for (const value of effectsAt(resource, "risk", "effects")) {
    yield stated("effect", "risk.effects", value);
  }
}

/** The effects in a list of a resource's inputs; a list that is not known is one that is not known. */
export function effectsAt(
  resource: Resource,
  top: string,
  ...path: readonly (string | number)[]
): readonly Text[] {
  const found = read(resource.inputs, top, ...path);
  if (found.kind === "unknown") {
    return [unknownAt(resource, top, found)];
  }
  const { length } = listAt(resource.inputs, top, ...path);
  return Array.from({ length }, (_, index) => textAt(resource, top, ...path, index)).filter(
    (text) => text !== undefined,
  );
}

/** Labels have no commas, so several effects are joined by a character that is valid in labels and tags. */
function effectsIn(text: Text): readonly Text[] {
  if (text.kind === "unknown") return [text];
  return text.text
    .split(/[^A-Za-z0-9-]+/)
    .filter((effect) => effect !== "none")
    .map((effect) => ({ kind: "known", text: effect }));
}
