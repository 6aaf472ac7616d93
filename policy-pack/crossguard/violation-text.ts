import { waiverText, type Finding } from "../findings/finding";
import { sentenceOf } from "../findings/finding-text";
import { visible } from "../../core/visible";

/**
 * A finding as the text of a violation: what is wrong, what it affects, what else it concerns, each link of a path, and the
 * fix.
 *
 * Control characters of the program are escaped, so that a terminal ignores them.
 */
export function textOf(finding: Finding): string {
  const { holder } = finding;
  const isNamed = holder === undefined || finding.message.includes(`\`${holder.label}\``);
  const lines = [
    sentenceOf(finding),
    ...(isNamed ? [] : [`  affects ${holder.label}`]),
    ...finding.related.map((related) => `  ${related.label}: ${related.as}`),
    ...finding.chain.map((link) => `  ${link.from.label} → ${link.to.label} (${link.by})`),
    `fix: ${finding.fix}`,
    ...(finding.replacement === undefined ? [] : [`write: ${finding.replacement}`]),
    ...(finding.waiver === undefined ? [] : [waiverText(finding.waiver)]),
    ...(finding.known ? ["known to the baseline, so it does not block"] : []),
  ];
  return lines.map(visible).join("\n");
}
