import { openText, waiverText, type Finding } from "../../core/finding";
import { visible } from "../../core/visible";

/**
 * A finding as the text of a violation: what is wrong, what else it concerns, each link of a chain, and the cure.
 *
 * Control characters that come from the program are written out, so that they do nothing to a terminal.
 */
export function textOf(finding: Finding): string {
  const lines = [
    finding.message,
    ...finding.related.map((related) => `  ${related.label}: ${related.as}`),
    ...finding.chain.map((link) => `  ${link.from.label} → ${link.to.label} (${link.by})`),
    ...(finding.open ?? []).map((one) => `  ${openText(one)}`),
    ...waitsFor(finding),
    `fix: ${finding.fix}`,
    ...(finding.replacement === undefined ? [] : [`put instead: ${finding.replacement}`]),
    ...(finding.waiver === undefined ? [] : [waiverText(finding.waiver)]),
    ...(finding.known ? ["known to the baseline, so it does not block"] : []),
  ];
  return lines.map(visible).join("\n");
}

function waitsFor(finding: Finding): readonly string[] {
  if (finding.waitsFor.length === 0) return [];
  const names = finding.waitsFor.map((urn) => urn.slice(urn.lastIndexOf("::") + 2));
  return [`  waits for ${names.join(", ")}`];
}
