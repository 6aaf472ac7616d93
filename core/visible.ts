/** Control, formatting and unassigned characters, and letters without a shape. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu;

/** Letters of ASCII that show, after one with which no command starts: what most texts are. */
const harmless = /^[!-9;-~][ -~]*$/;

/** Where a runner takes the rest of a line for a command: `##[` of GitHub, `##vso[` of Azure Pipelines, `##teamcity[`. */
const commandMark = /##(?=[a-z]*\[)/gi;

/**
 * The text on one line of a terminal or a log: invisible characters are written as their code points, and nothing is left
 * that the runner of a workflow obeys.
 *
 * A GitHub runner also obeys a line that starts with `::` after blanks.
 */
export function visible(text: string): string {
  if (harmless.test(text) && !text.includes("##")) return text;
  return text
    .replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/^(\s*):(?=:)/, "$1\\u{3a}")
    .replace(commandMark, "#\\u{23}");
}

/** What does not show, or shows as a blank. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether all of a text shows, so that two names that look alike differ in nothing unseen. */
export function showsWhole(text: string): boolean {
  return !unseen.test(text);
}
