import { waiverText, type Finding } from "../../core/finding";

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

/** Control, formatting and unassigned characters, and letters without a shape. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu;

/** The text with invisible characters written as their code points. */
function visible(text: string): string {
  return text.replace(
    invisible,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
