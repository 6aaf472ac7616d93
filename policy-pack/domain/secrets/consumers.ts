import type { FactOf } from "../../facts/fact";
import { likeNoOther, nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerKey } from "../../facts/once-per-graph";
import { ofKey, ofWhole } from "../../facts/keyed";
import { labelOfThing } from "../../facts/label";
import type { Name } from "../../facts/name";
import { isOpenTaker } from "../../facts/possibly-one";
import type { ThingId } from "../../facts/things";
import { exemptFiles, exemptKey, exemptName, exemptOf } from "./apart";
import { foundIn } from "./searched";
import { containersOf, meets, partId, type SecretPart } from "./reach";
import { rotates } from "./rotates";
import { isCertain } from "./possible-use";
import { isOnlyShown } from "./templates";

/**
 * Whether a use of a secret counts as sharing it.
 *
 * `later` where the secret's own resource may still show that it does not; `doubtful` where nothing will.
 */
export type Counts = "yes" | "no" | "later" | "doubtful";

/**
 * Whether a workload's use of a secret is one of an integration credential.
 *
 * A whole Secret may turn out to be of an exempt type, and a parameter to be plain text. Until its resource is read, that stays
 * open. A secret from outside the stack counts.
 */
export function countsAsUse(graph: Graph, fact: FactOf<"uses">): Counts {
  const name = nameIn(fact.secret);
  if (fact.exempt !== undefined || name === undefined || !isCertain(fact)) return "no";
  const verified = verifiedKeysOf(graph, fact);
  if (fact.key !== undefined && verified.includes(fact.key)) return "no";
  // The owner shows once all uses of its server, the users of a template, and its other runs are known.
  if (!graph.complete && isOfLaterWorkload(graph, fact)) return "later";
  if (isOnlyShown(graph, fact, name)) return "no";
  if (fact.key !== undefined) return "yes";
  if (isDistinctByName(graph, name, fact.through)) return "no";
  const contents = graph.facts("contains", "container", name);
  if (ofWhole(contents, "key").some(isDistinct)) return "no";
  if (fact.isName === true) return countsByName(graph, fact.workload, name);
  if (verified.length > 0) return countsBeside(graph, name, verified);
  if (!mayBeDistinct(graph, name) || isRead(graph, name)) return "yes";
  // For a Secret outside the stack, only its use shows its kind.
  if (!graph.complete) return "later";
  return graph.facts("serves", "secret", name).length > 0 || isSpreadDistinct(graph, name)
    ? "no"
    : "yes";
}

function isOfLaterWorkload(
  graph: Graph,
  { onBehalfOf, shownBy, workload }: FactOf<"uses">,
): boolean {
  return onBehalfOf !== undefined || shownBy !== undefined || isOpenTaker(graph, workload);
}

/**
 * A possible name of a secret is one where the stack has a secret of that name. The function that rotates it has to have the
 * name, and is no consumer.
 */
function countsByName(graph: Graph, workload: Name, name: Name): Counts {
  if (!graph.complete) return "later";
  return isRead(graph, name) && !rotates(graph, workload, name) ? "yes" : "no";
}

/**
 * Whether a whole secret, of which no key is known, is called what is no credential: `acme/internal-ca-bundle`. No workload serves with
 * a certificate out of variables of which each key is one.
 */
function isDistinctByName(graph: Graph, name: Name, through: FactOf<"uses">["through"]): boolean {
  if (graph.facts("keys", "container", name).length > 0) return false;
  const isFiles = through === "volume" || through === "projected volume";
  const exempt = (isFiles ? exemptFiles : exemptName)(labelOfThing(graph, name));
  return exempt !== undefined && !(exempt === "tls" && through === "envFrom");
}

/**
 * The used keys that the consumer itself checks. A key with the same credential, as a URL with the password, is one of them.
 */
export function verifiedKeysOf(graph: Graph, fact: FactOf<"uses">): readonly string[] {
  const { secret, verifies = [] } = fact;
  const name = nameIn(secret);
  return name === undefined || verifies.length === 0
    ? verifies
    : withTheirValues(graph, name, verifies);
}

/** Keys of a secret, and those others of which each credential is one under these. */
function withTheirValues(graph: Graph, secret: Name, keys: readonly string[]): readonly string[] {
  const byKey = new Map<string, { ids: Set<ThingId>; isKnown: boolean }>();
  for (const { key, content, derived } of graph.facts("contains", "container", secret)) {
    if (key === undefined) continue;
    const one = byKey.get(key) ?? { ids: new Set<ThingId>(), isKnown: true };
    byKey.set(key, one);
    const name = nameIn(content);
    if (name === undefined || derived) one.isKnown = false;
    else one.ids.add(graph.idOf(name));
  }
  const checked = new Set(keys.flatMap((key) => [...(byKey.get(key)?.ids ?? [])]));
  const same = [...byKey].filter(
    ([key, { ids, isKnown }]) =>
      !keys.includes(key) && isKnown && [...ids].every((id) => checked.has(id)),
  );
  return [...keys, ...same.map(([key]) => key)];
}

/** Whether a Secret is written by the labels of its namespace, from a source without an integration credential. */
function isSpreadDistinct(graph: Graph, secret: Name): boolean {
  return foundIn(graph, secret).some(({ content }) => {
    const from = nameIn(content);
    return from !== undefined && graph.facts("contains", "container", from).some(isDistinct);
  });
}

/** Whether a whole secret that a server has in its environment counts for more than the credential that it checks. */
function countsBeside(graph: Graph, secret: Name, verified: readonly string[]): Counts {
  const known = graph.facts("keys", "container", secret);
  const isOther = (key: string): boolean => !verified.includes(key) && !isExemptKey(key);
  if (known.some(({ keys }) => keys.some(isOther))) return "yes";
  if (!graph.complete) return "later";
  const isAll = known.length > 0 && known.every(({ dependsOn }) => dependsOn === undefined);
  return isAll ? "no" : "doubtful";
}

function isExemptKey(key: string): boolean {
  return exemptKey(key) !== undefined;
}

/** Whether a use counts for one part of a secret; with `possible`, doubtful ones count too. */
function countsFor(
  graph: Graph,
  fact: FactOf<"uses">,
  key: string | undefined,
  possible: boolean,
): boolean {
  if (key !== undefined && verifiedKeysOf(graph, fact).includes(key)) return false;
  const counts = countsAsUse(graph, fact);
  return counts === "yes" || (possible && counts === "doubtful");
}

/**
 * The workloads that use a part of a secret, directly or through another secret that contains it. They are computed one by one,
 * so that a reader that needs only one pays for no more.
 *
 * @param derived whether possible consumers count too
 */
export function* holdersOf(graph: Graph, part: SecretPart, derived: boolean): Iterable<Name> {
  for (const container of containersOf(graph, part, derived)) {
    for (const fact of ofKey(graph.facts("uses", "secret", container.name), "key", container.key)) {
      if (!meets(container, keyOf(fact)) && !(derived && isOpenKey(fact))) continue;
      const isConfiguration = fact.through === "configuration" && container === part;
      if (isConfiguration || !countsFor(graph, fact, container.key, derived)) continue;
      yield holderBy(graph, fact, part);
    }
    for (const fact of graph.facts("literal", "value", container.name)) {
      if (isWorkload(graph, fact.holder) && !isVerified(graph, fact)) yield fact.holder;
    }
  }
}

/** Whether a use is of one unknown key. */
export function isOpenKey({ keyDependsOn }: FactOf<"uses">): boolean {
  return keyDependsOn !== undefined;
}

/** The key of a use: an unknown one equals no other, so only the whole secret shares it. */
export function keyOf({ key, keyDependsOn, at }: FactOf<"uses">): string | undefined {
  return keyDependsOn === undefined ? key : likeNoOther(at);
}

/** The consumer by a fact: a client that authenticates with it at a consumer is no second consumer. */
function holderBy(graph: Graph, fact: FactOf<"uses">, part: SecretPart): Name {
  const served = fact.onBehalfOf === undefined ? undefined : nameIn(fact.onBehalfOf);
  if (served === undefined) return fact.workload;
  return ownConsumersOf(graph, part).has(graph.idOf(served)) ? served : fact.workload;
}

/** The workloads that use a part for themselves; for a complete graph, with a cache. */
const ownConsumersOf = oncePerKey(partId, (graph, part: SecretPart): ReadonlySet<ThingId> => {
  const holds = Array.from(containersOf(graph, part, false), (container) =>
    graph
      .facts("uses", "secret", container.name)
      .filter(isCertain)
      .filter((fact) => fact.onBehalfOf === undefined && meets(container, keyOf(fact))),
  );
  return new Set(holds.flat().map(({ workload }) => graph.idOf(workload)));
});

/** All distinct workloads that use a part, by stable name; for a complete graph, with a cache. */
export const allHoldersOf = oncePerKey(
  (graph, part: SecretPart, derived: boolean) => `${partId(graph, part)}|${derived}`,
  collect,
);

/** Whether the literal is a server's own setting: it checks the credential and is no second consumer. */
export function isVerified(graph: Graph, literal: FactOf<"literal">): boolean {
  return graph
    .facts("uses", "secret", literal.value)
    .filter(isCertain)
    .some((fact) => fact.exempt !== undefined && graph.same(fact.workload, literal.holder));
}

/** Whether a key of a Secret is known to be no credential, only a text such as `EMPTY`; for a complete graph. */
export function isEmptyKey(graph: Graph, secret: Name, key: string): boolean {
  return graph.facts("contains", "container", secret).some((fact) => {
    const content = nameIn(fact.content);
    return fact.key === key && content !== undefined && exemptOf(content) !== undefined;
  });
}

/** Whether a name is of something that acts. */
export function isWorkload(graph: Graph, name: Name): boolean {
  return graph.facts("workload", "workload", name).length > 0;
}

function collect(graph: Graph, part: SecretPart, derived: boolean): readonly Name[] {
  const found = new Map<number, Name>();
  for (const holder of holdersOf(graph, part, derived)) {
    const id = graph.idOf(holder);
    if (!found.has(id)) found.set(id, holder);
  }
  return [...found.values()]
    .map((name) => ({ name, key: graph.canonical(name) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ name }) => name);
}

function isDistinct(fact: FactOf<"contains">): boolean {
  const content = nameIn(fact.content);
  return fact.key === undefined && content !== undefined && exemptOf(content) !== undefined;
}

/** Whether a secret is of a kind whose resource can show that it has no integration credential. */
function mayBeDistinct(graph: Graph, name: Name): boolean {
  return graph
    .namesOf(name)
    .some(
      (spelling) =>
        spelling.startsWith("parameter|") ||
        /^k8s\|[^|]*\|[^|]*\|Secret\|/.test(spelling) ||
        /^urn:.*(?:kubernetes:(?:core\/)?v1:Secret|aws:ssm\/parameter:Parameter)[^:]*::/.test(
          spelling,
        ),
    );
}

/** Whether the resource of a secret was read: it is in a namespace, or has both a URN and a name. */
function isRead(graph: Graph, name: Name): boolean {
  if (graph.facts("inside", "thing", name).length > 0) return true;
  const names = graph.namesOf(name);
  return names.length > 1 && names.some((spelling) => spelling.startsWith("urn:"));
}
