import { fingerprintOf, type Finding } from "../findings/finding";
import type { Graph } from "../facts/graph";
import { isKnown } from "../findings/known";
import type { Settings } from "../findings/settings";

/** Maximum findings of one rule about one thing that are listed one by one: more than a reader goes through. */
const mostAlike = 100;

/** Maximum holders of the others that are named. */
const mostNamed = 20;

/**
 * The findings. Of many about one thing, those beyond a limit are joined into one that names some of their holders and counts
 * them.
 *
 * Where hundreds of workloads use each of hundreds of secrets, no reporter could write them all. The order of findings, which
 * is that of names, decides which ones are listed one by one, and not the baseline.
 */
export function folded(
  findings: readonly Finding[],
  graph: Graph,
  settings: Settings,
): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, about, verdict, severity, level, waiver } = finding;
    const key = JSON.stringify([rule, about.name, verdict, severity, level, waiver]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const large = [...groups.values()].filter(({ length }) => length > mostAlike);
  if (large.length === 0) return findings;
  const others = large.map((group) => group.slice(mostAlike));
  const left = new Set(others.flat());
  const firsts = new Map(
    others.flatMap((group) => (group[0] === undefined ? [] : [[group[0], group] as const])),
  );
  return findings.flatMap((finding) => {
    const group = firsts.get(finding);
    if (group !== undefined) return [together(finding, group, graph, settings)];
    return left.has(finding) ? [] : [finding];
  });
}

/** One finding for the others of a group. */
function together(
  one: Finding,
  group: readonly Finding[],
  graph: Graph,
  settings: Settings,
): Finding {
  const { rule, about, verdict, severity } = one;
  const fingerprint = fingerprintOf(`${rule}/more`, graph.masks.over(about.name), undefined);
  const evidenceParts = group
    .map((each) => [each.fingerprint])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const holders = group.flatMap(({ holder }) => (holder === undefined ? [] : [holder]));
  const more = group.length - Math.min(holders.length, mostNamed);
  const first: { -readonly [Key in keyof Finding]: Finding[Key] } = { ...one };
  // It is about all of them.
  delete first.holder;
  delete first.aliases;
  return {
    ...first,
    message: `${one.message} (${group.length} more${more > 0 ? `, of which ${more} are not named` : ""})`,
    related: holders
      .slice(0, mostNamed)
      .map((holder) => ({ ...holder, as: "as the others", isAffected: true })),
    chain: [],
    fingerprint,
    evidenceParts,
    known:
      group.every(({ known }) => known) ||
      (verdict === "violated" &&
        graph.masks.over(about.name) === about.name &&
        isKnown(settings.baseline, { fingerprint, aliases: [], severity, evidenceParts })),
  };
}
