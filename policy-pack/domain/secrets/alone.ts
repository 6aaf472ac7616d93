import { uncertain, type Uncertainty } from "../../../core/certainty";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { allHoldersOf } from "./consumers";
import { possibleUsesOf } from "./may-use";
import type { MayUse } from "./possible-use";
import { openKeySharing } from "./open-sharing";
import { contentsOf, type SecretPart } from "./reach";
import { possiblySharing, possibleSharing, sourcesOf, type SecretUse } from "./sharing";

/** Whether only one legacy tool has a secret with all that it contains. */
export type Exemption =
  | { readonly kind: "alone"; readonly tool: Name }
  /** Whether it has it, or others too, depends on an unknown. */
  | {
      readonly kind: "possible";
      readonly tool: Name;
      /** Whoever may have it, the tool among them where it is not certain to. */
      readonly may: readonly Name[];
      readonly uncertainty: Uncertainty;
    }
  | { readonly kind: "none" };

/** Why a tool is not certain to be the only one that has a key. */
export const mayHaveIt = "others may use it too";

const legacyTool = "LegacyTool";

/** Whether a workload is declared as the only one with the key of a legacy platform. */
export function isLegacyTool(graph: Graph, workload: Name): boolean {
  return graph.facts("workload", "workload", workload).some(({ what }) => what === legacyTool);
}

/** Whoever has a secret or something that it contains for certain; for a complete graph. */
export function havingAny(graph: Graph, part: SecretPart): readonly Name[] {
  return having(graph, part, false);
}

/**
 * Whether a legacy tool alone has a secret with all that it contains; for a complete graph.
 *
 * What the tool has may have been made of the secret, as its provider's text is. Who else may have it by a value that is made of it, by a key
 * that is not known, or because it may be another secret of the same name, leaves it open.
 */
export function legacyToolOnly(graph: Graph, part: SecretPart): Exemption {
  const [first, ...others] = havingAny(graph, part);
  if (others.length > 0 || (first !== undefined && !isLegacyTool(graph, first))) {
    return { kind: "none" };
  }
  const given = possibleUsesOf(graph, part).filter(
    ({ workload }) => first === undefined || !graph.same(workload, first),
  );
  const possible = [...having(graph, part, true), ...workloadsOf(given)];
  const tool = first ?? distinctThings(graph, possible).find((name) => isLegacyTool(graph, name));
  return tool === undefined ? { kind: "none" } : onlyUnless(graph, tool, part, given);
}

/**
 * Whether a tool that has a secret, or may have it, is the only one, where no other has it for certain.
 *
 * @param given who may use it, the tool too where it only may
 */
function onlyUnless(
  graph: Graph,
  tool: Name,
  part: SecretPart,
  given: readonly MayUse[],
): Exemption {
  const held: SecretUse = {
    workload: tool,
    about: part.name,
    part,
    onlyContents: false,
    isLiteral: false,
  };
  const byKey = openKeySharing(graph, held);
  const byValue = possibleSharing(graph, held);
  const alike = possiblySharing(graph, held);
  const others = [byKey?.sharing, byValue].flatMap((sharing) => sharing?.holders ?? []);
  const may = distinctThings(graph, [
    ...workloadsOf(given),
    ...others.filter((name) => !graph.same(name, tool)),
    ...(alike === undefined ? [] : [alike.other]),
  ]);
  if (may.length === 0) return { kind: "alone", tool };
  const sources = byValue && { dependsOn: sourcesOf(graph, held) };
  const uncertainty = uncertain(alike?.reason ?? mayHaveIt, ...given, byKey, sources);
  return { kind: "possible", tool, may, uncertainty };
}

function having(graph: Graph, part: SecretPart, derived: boolean): readonly Name[] {
  return distinctThings(
    graph,
    contentsOf(graph, part, derived).flatMap((one) => allHoldersOf(graph, one, derived)),
  );
}

function workloadsOf(facts: readonly MayUse[]): readonly Name[] {
  return facts.map(({ workload }) => workload);
}

/** Each thing once, by stable name. */
export function distinctThings(graph: Graph, names: readonly Name[]): readonly Name[] {
  const byName = new Map(names.map((name) => [graph.canonical(name), name]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, name]) => name);
}
