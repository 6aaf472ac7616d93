import { levelOf, type Rule } from "../policy-pack/define-rule";

const startMark = "<!-- header: written by `npm run generate` -->";
const endMark = "<!-- /header -->";

/** The generated top of a rule's page: what it demands, how bad, when it is decided. */
export function headerOf(rule: Rule): string {
  return [
    startMark,
    "",
    `# ${rule.id}`,
    "",
    `${rule.title}.`,
    "",
    `| severity | default level | decided | looks at | standards |`,
    `| --- | --- | --- | --- | --- |`,
    `| ${rule.severity} | ${levelOf(rule, rule.severity, undefined)} | ${rule.decides}: ${rule.because} | ${code(rule.watches)} | ${code(rule.standards)} |`,
    "",
    endMark,
  ].join("\n");
}

/** A page with its header written anew; a page without one gets it on top. */
export function withHeader(page: string, rule: Rule): string {
  const end = page.indexOf(endMark);
  const body = end < 0 ? page : page.slice(end + endMark.length);
  return `${headerOf(rule)}\n\n${body.trim()}\n`;
}

/** The table of all rules, with links that start with the given path. */
export function tableOf(rules: readonly Rule[], path: string): string {
  const rows = rules.map(
    (rule) =>
      `| [${rule.id}](${path}${rule.id}.md) | ${rule.severity} | ${rule.decides} | ${rule.title} |`,
  );
  return ["| rule | severity | decided | what holds |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** A text with what stands between two marks replaced. Throws when the marks are missing. */
export function withRegion(text: string, mark: string, content: string): string {
  const start = `<!-- ${mark}: written by \`npm run generate\` -->`;
  const end = `<!-- /${mark} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the marks \`${mark}\` are missing`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function code(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}
