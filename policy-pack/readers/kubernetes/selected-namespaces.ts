import type { Selector } from "../../../core/graph/fact-values";
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
 * Which ones have another label {@link selectorsOfOthers} tells.
 */
export function namespacesNamed(spec: Value | undefined): readonly string[] {
  const listed = listAt(spec, "namespaces").flatMap((item) => nameTextAt(item) ?? []);
  return [...new Set([...listed, ...selectorsIn(spec).flatMap(namesSelected)])];
}

/** The selectors by which such an object writes into namespaces that it does not name. */
export function selectorsOfOthers(spec: Value | undefined): readonly Selector[] {
  return selectorsIn(spec)
    .filter((value) => namesSelected(value).length === 0)
    .map((value) => selectorAt(value));
}

function selectorsIn(spec: Value | undefined): readonly Value[] {
  const one = valueIn(read(spec, "namespaceSelector"));
  return [...(one === undefined ? [] : [one]), ...listAt(spec, "namespaceSelectors")];
}

function namesSelected(value: Value): readonly string[] {
  const selector = selectorAt(value);
  if (selector.kind === "unknown") return [];
  const names = selector.requirements.find(
    ({ key, operator }) => key === nameLabel && operator === "In",
  );
  return names?.values ?? [];
}
