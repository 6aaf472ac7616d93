import type { Finding } from "../../findings/finding";
import { declared } from "../../domain/native/as-classic";
import { textOfPath } from "./open-place";
import type { StackView } from "./stack-view";
import type { PossibleValues } from "./judged-values";

/** A violation of a trial as an undetermined finding, with the unknown properties and the values that cause it. */
export function hypotheticalViolation(
  finding: Finding,
  cause: PossibleValues,
  stack: StackView,
): Finding {
  const [first, ...others] = openOf(cause);
  const at = first ?? finding.at;
  const source = stack.graph.sourceOf(at.urn);
  return {
    ...namedBy(finding),
    verdict: "undetermined",
    known: false,
    level: levelOf(finding, stack),
    at,
    ...(source && { source }),
    ...(others.length > 0 && { open: others }),
    message: finding.message,
    reason: `${namesOf(cause)} may be ${valuesOf(cause)}`,
    fix: fixOf(finding, cause),
    dependsOn: dependsOnOf(cause),
  };
}

/** A violation that a trial removes, as undetermined: these values of the unknown properties avoid it. */
export function avoidedViolation(
  finding: Finding,
  cause: PossibleValues,
  stack: StackView,
): Finding {
  const { source, replacement } = finding;
  return {
    ...namedBy(finding),
    verdict: "undetermined",
    at: finding.at,
    ...(source && { source }),
    ...(replacement !== undefined && { replacement }),
    level: levelOf(finding, stack),
    known: false,
    open: openOf(cause),
    message: finding.message,
    reason: `${namesOf(cause)} may be other than ${valuesOf(cause)}`,
    fix: fixOf(finding, cause),
    dependsOn: dependsOnOf(cause),
  };
}

/** What an undetermined finding shares with its violation; not its evidence parts, which only a violation has. */
function namedBy({
  rule,
  severity,
  about,
  holder,
  related,
  chain,
  fingerprint,
  aliases,
  standards,
}: Finding): Pick<
  Finding,
  | "rule"
  | "severity"
  | "about"
  | "holder"
  | "related"
  | "chain"
  | "fingerprint"
  | "aliases"
  | "standards"
> {
  return {
    rule,
    severity,
    about,
    ...(holder && { holder }),
    related,
    chain,
    fingerprint,
    ...(aliases && { aliases }),
    standards,
  };
}

function levelOf({ level }: Finding, stack: StackView): Finding["level"] {
  const { undetermined: override } = stack.context.settings;
  return override === "rule" ? level : override;
}

function openOf(cause: PossibleValues): NonNullable<Finding["open"]> {
  return cause.map(({ place: { resource, path } }) => ({
    urn: resource.urn,
    property: textOfPath(path),
  }));
}

function dependsOnOf(cause: PossibleValues): Finding["dependsOn"] {
  return [...new Set(cause.flatMap(({ place }) => place.dependsOn))];
}

function namesOf(cause: PossibleValues): string {
  return cause
    .map(({ place: { resource, path } }) => {
      const { property } = declared({ urn: resource.urn, property: textOfPath(path) });
      return `\`${property}\` of \`${resource.name}\``;
    })
    .join(" and ");
}

function valuesOf(cause: PossibleValues): string {
  const values = cause.map(({ supposed }) => supposed.sentence).join(" and ");
  return cause.length > 1 ? `${values}, in this order` : values;
}

function fixOf({ fix }: Finding, cause: PossibleValues): string {
  return `set ${namesOf(cause)} to what is known before the update; or ${fix}`;
}
