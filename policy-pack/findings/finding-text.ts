import type { Finding } from "./finding";
import { nameInUrn, tokenInUrn } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";

/** Most things that a prefix names; it counts the rest. */
const mostNamed = 2;

/**
 * What is wrong, in one sentence without a period. Names come from the program: hostile wherever it is shown.
 *
 * An unknown is the sentence of its violation behind one prefix, with what is not known and what makes it known.
 */
export function sentenceOf(finding: Finding): string {
  if (finding.verdict === "violated") return finding.message;
  const reasons = reasonsOf(finding);
  const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  return `Cannot verify${finding.dependsOn.length > 0 ? " yet" : ""}${why}: ${finding.message}`;
}

function reasonsOf({ reason, open = [], dependsOn }: Finding): readonly string[] {
  const unknown = open.map(({ urn, property }) => `\`${property}\` of \`${nameInUrn(urn)}\``);
  const own = reason ?? (unknown.length === 0 ? undefined : `not known: ${listed(unknown)}`);
  const known = knownAfter(dependsOn);
  return [...(own === undefined ? [] : [own]), ...(known === undefined ? [] : [known])];
}

/** `` known after `role` is created ``; undefined where nothing makes it known. */
function knownAfter(dependsOn: readonly Urn[]): string | undefined {
  if (dependsOn.length === 0) return undefined;
  const names = [...new Set(dependsOn.map((urn) => `\`${nameInUrn(urn)}\``))];
  const isRead = dependsOn.every((urn) => tokenInUrn(urn) === "pulumi:pulumi:StackReference");
  return `known after ${listed(names)} ${names.length === 1 ? "is" : "are"} ${isRead ? "read" : "created"}`;
}

/** Names in a sentence: `a`, `a and b`, `a, b and 3 more`. */
function listed(names: readonly string[]): string {
  const [first = "", second] = names;
  if (second === undefined) return first;
  if (names.length <= mostNamed) return `${first} and ${second}`;
  return `${first}, ${second} and ${names.length - mostNamed} more`;
}
