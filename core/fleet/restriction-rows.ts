import { contentsOf } from "../credential/reach";
import { heldIn } from "../credential/sharing";
import type { Name } from "../graph/name";
import { distinctRows, type RowContext } from "./row-context";
import type { FactRow } from "./schema";

/** What restricts the workload of a finding; empty where no finding about it can be waived. */
export type RestrictionsOf = (concerned: {
  readonly about: Name;
  readonly holder?: Name;
}) => string;

/** What restricts the workloads about which findings over several stacks can be waived, for each secret and whatever they use. */
export function restrictionRows(
  context: RowContext,
  restrictionsOf: RestrictionsOf,
): readonly FactRow<"restrictions">[] {
  const { graph, names } = context;
  const waivable = new Map<Name, string>();
  for (const { workload } of context.workloads) {
    const restrictions = restrictionsOf({ about: workload });
    if (restrictions !== "") waivable.set(graph.canonical(workload), restrictions);
  }
  if (waivable.size === 0) return [];
  const rows = [...waivable].flatMap(([workload, by]) => row(workload, "", by));
  for (const fact of graph.all("uses")) {
    const read = heldIn(graph, fact);
    if (read.kind !== "held") continue;
    const { workload, part } = read.held;
    const always = waivable.get(graph.canonical(workload));
    if (always === undefined) continue;
    for (const { name } of contentsOf(graph, part, false)) {
      const thing = names.of(name);
      const restrictions = restrictionsOf({ about: name, holder: workload });
      if (thing !== undefined && restrictions !== always)
        rows.push(...row(workload, thing, restrictions));
    }
  }
  return distinctRows(rows);

  function row(of: Name, thing: string, restrictions: string): readonly FactRow<"restrictions">[] {
    const workload = names.of(of);
    return workload === undefined ? [] : [{ stack: context.stack, workload, thing, restrictions }];
  }
}
