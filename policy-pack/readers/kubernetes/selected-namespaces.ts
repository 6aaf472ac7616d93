import { listAt, read } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import { valueIn } from "../values";
import { selectorAt } from "./selector";
import { nameTextAt } from "./text";

/** The label by which a namespace carries its own name (kubernetes.io/docs, well-known labels). */
const nameLabel = "kubernetes.io/metadata.name";

/**
 * The namespaces into which an object of the External Secrets Operator writes, as far as it names them: in a list, or by
 * the label that is their name.
 *
 * Which ones have another label only the cluster knows.
 */
export function namespacesNamed(spec: Value | undefined): readonly string[] {
  const listed = listAt(spec, "namespaces").flatMap((item) => nameTextAt(item) ?? []);
  const one = valueIn(read(spec, "namespaceSelector"));
  const selectors = [...(one === undefined ? [] : [one]), ...listAt(spec, "namespaceSelectors")];
  return [...new Set([...listed, ...selectors.flatMap(namesSelected)])];
}

function namesSelected(value: Value): readonly string[] {
  const selector = selectorAt(value);
  if (selector.kind === "unknown") return [];
  const names = selector.requirements.find(
    ({ key, operator }) => key === nameLabel && operator === "In",
  );
  return names?.values ?? [];
}
