/**
 * A declaration whose named choices are unions of the choices and any text, so that an editor completes them.
 *
 * @param text of the declaration: `export type EffectName = string` beside `Effect`
 */
export function withChoices(text) {
  return text.replace(
    /^export type (\w+)Name = string;$/gm,
    "export type $1Name = $1 | (string & {});",
  );
}
