import { levelOf, type Rule } from "../policy-pack/define-rule";
import type { Catalogue } from "../policy-pack/standards";

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
    `| severity | default level | decided | looks at | [standards](../standards.md) |`,
    `| --- | --- | --- | --- | --- |`,
    `| ${rule.severity} | ${levelOf(rule, rule.severity, undefined)} | ${rule.decides}: ${rule.because} | ${code(rule.watches)} | ${code(rule.standards)} |`,
    "",
    "What a preview cannot know: [undetermined](../undetermined.md).",
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

/** The page of all standards that rules may name, with the rules that serve each. */
export function standardsPage(catalogues: readonly Catalogue[], rules: readonly Rule[]): string {
  const parts = catalogues.map(({ title, source, standards }) => {
    const rows = standards.map(
      ({ id, title: of }) => `| \`${id}\` | ${of} | ${rulesServing(id, rules)} |`,
    );
    return [
      `## ${title}`,
      "",
      `Source: ${source}.`,
      "",
      "| id | title | rules |",
      "| --- | --- | --- |",
      ...rows,
    ];
  });
  return [
    "# Standards",
    "",
    "What each rule serves in the lists that auditors work with. Identifiers carry the version of their list, since numbers move between versions.",
    "Which rule serves which standard is our judgement; titles are the lists' own, except those of CIS and the AI RMF, which say the recommendation in short.",
    "",
    ...parts.flatMap((part) => [...part, ""]),
  ].join("\n");
}

function rulesServing(id: string, rules: readonly Rule[]): string {
  return rules
    .filter((rule) => rule.standards.some((standard) => standard === id))
    .map((rule) => `[${rule.id}](rules/${rule.id}.md)`)
    .join(", ");
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
