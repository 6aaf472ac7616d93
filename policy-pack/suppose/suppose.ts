import type { Finding } from "../../core/finding";
import { compareSeverity } from "../../core/severity";
import type { Resource, SnapshotNote } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { failureRule } from "../findings";
import { declared } from "../../core/native/as-classic";
import { isToldBy } from "../precedence";
import { hasOpenPlace, isAt, openPlacesOf, textOfPath, type OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import { supposedOf, type Supposed } from "./supposition";
import { suppositions } from "./suppositions";
import { Findings, Suppositions, isSame } from "./told";
import { resourcesIn, worldsOf, type Opened, type Taken } from "./worlds";

/** Most worlds of a stack; of a large one there are fewer, so that the answer does not take much longer. */
export const mostWorlds = 12;

/** How many resources are judged again in all worlds together; two worlds there are however large the stack is. */
export const mostJudged = 20_000;

/** What suppositions come to. */
export interface Outcome {
  /** What was told without supposing anything, now with the property that decides it where that is known by supposing. */
  readonly told: readonly Finding[];
  /** What would be wrong, were a value that is not known what the stack says it may be. */
  readonly findings: readonly Finding[];
  /** Places of which not all values were supposed, each in a sentence. */
  readonly notes: readonly SnapshotNote[];
}

/**
 * What the rules say of the values that an unknown property may turn out to have.
 *
 * A rule tells of an unknown value where it stands in what the rule looks at. Who is called by a name that is not known,
 * or obtains what, no rule sees: it is asked again with each value that the rest of the stack names.
 *
 * @param told what is told without supposing anything
 * @param judge what the rules say of other resources
 */
export async function suppose(
  stack: StackView,
  told: readonly Finding[],
  judge: (resources: readonly Resource[]) => Promise<readonly Finding[]>,
): Promise<Outcome> {
  const opened = openedOf(stack);
  if (opened.length === 0) return { told, findings: [], notes: [] };
  const affordable = Math.max(2, Math.floor(mostJudged / stack.resources.length));
  const worlds = worldsOf(opened, Math.min(mostWorlds, affordable));
  const found = new Map<string, Finding>();
  const decided = new Map<Finding, OpenPlace>();
  const toldBefore = new Findings(told);
  for (const taken of worlds) {
    const world = new Suppositions(taken);
    const findings = await judge(resourcesIn(taken, stack.resources));
    const now = new Findings(findings);
    for (const each of told) {
      const place = isOpen(each) ? settledBy(each, now, world) : undefined;
      if (place !== undefined && !decided.has(each)) decided.set(each, place);
    }
    for (const finding of findings) {
      if (finding.verdict !== "violated" || finding.rule === failureRule || finding.known) continue;
      const cause = causeOf(finding, world);
      if (cause === undefined) continue;
      const { resource, path } = cause.place;
      const near = [...toldBefore.near(finding), ...toldBefore.at(resource.urn)];
      if (near.some((each) => tells(each, finding, cause.place))) continue;
      const key = JSON.stringify([finding.rule, resource.urn, path]);
      const supposed = undetermined(finding, cause, stack);
      const known = found.get(key);
      if (known === undefined || precedes(supposed, known)) found.set(key, supposed);
    }
  }
  return {
    told: told.map((each) => decidedBy(each, decided.get(each))),
    findings: [...found.values()],
    notes: opened.flatMap(({ place, supposed }) =>
      supposed.length > worlds.length ? [noteOf(place)] : [],
    ),
  };
}

function openedOf(stack: StackView): readonly Opened[] {
  return stack.resources.flatMap((resource) => {
    if (resource.notInUpdate === true || !hasOpenPlace(resource)) return [];
    const { type } = resource;
    const fitting = stack.once(`suppositions ${type}`, () =>
      suppositions.filter(({ types }) => types.test(type)),
    );
    if (fitting.length === 0) return [];
    return [...openPlacesOf(resource)].flatMap((place): readonly Opened[] => {
      const having = fitting
        .map((each) => ({ unique: each.unique === true, values: supposedOf(place, each, stack) }))
        .filter(({ values }) => values.length > 0);
      if (having.length === 0) return [];
      const isUnique = having.some(({ unique }) => unique);
      // Of others no more values are taken than there are worlds, and one that tells that there are more.
      const most = isUnique ? Infinity : mostWorlds + 1;
      const supposed = distinct(having, most);
      return [{ place, supposed, unique: isUnique ? type : undefined }];
    });
  });
}

/** Values that are said otherwise, in the order in which they first come; of those that are said alike the last. */
function distinct(
  having: readonly { readonly values: readonly Supposed[] }[],
  most: number,
): readonly Supposed[] {
  const found = new Map<string, Supposed>();
  for (const { values } of having) {
    for (const each of values) {
      if (found.size >= most && !found.has(each.says)) continue;
      found.set(each.says, each);
    }
  }
  return [...found.values()];
}

function noteOf({ resource: { urn, name, source }, path }: OpenPlace): SnapshotNote {
  return {
    kind: "not-read",
    message: `\`${declared({ urn, property: textOfPath(path) }).property}\` of \`${name}\` is not known, and may be more of what the stack names than was tried`,
    urn,
    ...(source && { source }),
  };
}

/** The supposed value that a finding comes from: of the resource that it is at, else of one that it names. */
function causeOf(finding: Finding, world: Suppositions): Taken | undefined {
  return world.of(urnsIn(finding))[0] ?? world.world[0];
}

/** The resources that a finding names, the one that it is at first. */
function urnsIn({ at, about, holder, related, chain }: Finding): readonly (Urn | undefined)[] {
  const subjects = [about, holder, ...related, ...chain.flatMap(({ from, to }) => [from, to])];
  return [at.urn, ...subjects.map((subject) => subject?.urn), ...chain.map((link) => link.at?.urn)];
}

/** Whether what is told already says what a finding says, or that the place that it rests on is not known. */
function tells(each: Finding, finding: Finding, place: OpenPlace): boolean {
  const isOfRule = each.rule === finding.rule;
  if (each.verdict === "violated") return isOfRule && isSame(each, finding);
  const isForRule = isOfRule || isToldBy(finding.rule, each.rule);
  return isForRule && (isSame(each, finding) || isAt(each, place));
}

function undetermined(finding: Finding, { place, supposed }: Taken, stack: StackView): Finding {
  const { resource, path, waitsFor } = place;
  const property = textOfPath(path);
  const told = declared({ urn: resource.urn, property }).property;
  const source = stack.graph.sourceOf(resource.urn);
  const { undetermined: override } = stack.context.settings;
  const { rule, grade, about, holder, related, chain, fingerprint, aliases, standards } = finding;
  return {
    rule,
    verdict: "undetermined",
    grade,
    about,
    ...(holder && { holder }),
    related,
    chain,
    fingerprint,
    ...(aliases && { aliases }),
    standards,
    known: false,
    level: override === "rule" ? finding.level : override,
    at: { urn: resource.urn, property },
    ...(source && { source }),
    message: `undetermined: \`${told}\` of \`${resource.name}\` is not known; were it ${supposed.says}: ${finding.message}`,
    fix: `say \`${told}\` of \`${resource.name}\` by what is known before the update; where it is ${supposed.says}, ${finding.fix}`,
    waitsFor,
  };
}

/** Whether nothing is told of what would settle what a rule says. */
function isOpen({ rule, verdict, waitsFor }: Finding): boolean {
  return verdict === "undetermined" && waitsFor.length === 0 && rule !== failureRule;
}

/** The place whose value made what could not be told hold or be violated, where it is clear which that is. */
function settledBy(open: Finding, findings: Findings, world: Suppositions): OpenPlace | undefined {
  const now = findings.firstLike(open);
  if (now?.verdict === "undetermined") return undefined;
  const concerned = world.of(urnsIn(now ?? open));
  const named =
    concerned.length > 0
      ? []
      : world.world.filter(({ supposed }) => open.message.includes(supposed.says));
  const [only, ...others] = [concerned, named, world.world].find((list) => list.length > 0) ?? [];
  return others.length === 0 ? only?.place : undefined;
}

function decidedBy(finding: Finding, place: OpenPlace | undefined): Finding {
  if (place === undefined) return finding;
  const { resource, path, waitsFor } = place;
  const open = { urn: resource.urn, property: textOfPath(path) };
  return { ...finding, waitsFor, ...(!isAt(finding, place) && { open: [open] }) };
}

function precedes(a: Finding, b: Finding): boolean {
  const bySeverity = compareSeverity(a.grade, b.grade);
  return bySeverity !== 0 ? bySeverity < 0 : a.fingerprint < b.fingerprint;
}
