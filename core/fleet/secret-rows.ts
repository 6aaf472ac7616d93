import { exemptOf } from "../credential/apart";
import { contentsOf } from "../credential/reach";
import { heldIn } from "../credential/sharing";
import type { Name } from "../graph/name";
import { distinctRows, placedAt, shownLabel, whatOf, type RowContext } from "./row-context";
import type { FactRow } from "./schema";

/** What workloads use of secrets. */
export interface SecretRows {
  readonly secret_refs: readonly FactRow<"secret_refs">[];
  readonly secret_values: readonly FactRow<"secret_values">[];
}

/**
 * The secrets that workloads use by reference, those that these are filled from, and credentials in plain text.
 *
 * @param isKeyed whether names of values are made with a key that other runs have too
 */
export function secretRows(context: RowContext, isKeyed: boolean): SecretRows {
  const { graph, stack, names } = context;
  const refs: FactRow<"secret_refs">[] = [];
  const values: FactRow<"secret_values">[] = [];
  for (const fact of [...graph.all("uses"), ...graph.all("literal")]) {
    const read = heldIn(graph, fact);
    const workload = read.kind === "held" ? names.of(read.held.workload) : undefined;
    if (read.kind !== "held" || workload === undefined) continue;
    const { part, onlyContents } = read.held;
    const { urn, source } = placedAt(context, fact.at.urn);
    const parts = contentsOf(graph, part, false);
    for (const [at, { name, key = "" }] of parts.entries()) {
      if (name.startsWith("literal|")) {
        if (!isKeyed) continue;
        const fingerprint = name.slice("literal|".length);
        const label = graph.masks.over(fact.kind === "literal" ? fact.credential : "credential");
        values.push({ stack, workload, fingerprint, label, urn, source });
        continue;
      }
      const secret = names.of(name);
      const isLeftOut = (onlyContents && at === 0) || exemptOf(name) !== undefined;
      if (secret === undefined || isLeftOut || !canBeCompared(name)) continue;
      refs.push({
        ...{ stack, workload, secret, part: graph.masks.over(key) },
        label: shownLabel(context, name),
        what: whatOf(context, name, "secret"),
        ...{ urn, source },
      });
    }
  }
  return { secret_refs: distinctRows(refs), secret_values: distinctRows(values) };
}

/** Whether a name is of a secret, and not of a place in a resource or of a value. */
function canBeCompared(name: Name): boolean {
  return !/^(?:literal|literal-at|ciphertext)\|/.test(name);
}
