import { levelOf, type Rule } from "../policy-pack/findings/define-rule";
import type { Catalogue } from "../policy-pack/findings/standards";

const startMark = "<!-- header: written by `npm run generate` -->";
const endMark = "<!-- /header -->";

/** The generated top of a rule's page: what it demands, how severe a breach is, when it is decided. */
export function headerOf(rule: Rule): string {
  const standards = `[Standards](../standards.md): ${rule.standards.map((id) => `\`${id}\``).join(", ")}.`;
  return [
    startMark,
    "",
    `# ${rule.id}`,
    "",
    wrapped(`${rule.title}.`),
    "",
    "| severity | blocks by default | decided |",
    "| --- | --- | --- |",
    `| ${rule.severity} | ${blocksByDefault(rule)} | ${decided[rule.decides]} |`,
    "",
    wrapped(standards),
    "",
    "For values that are unknown in a preview, see [undetermined](../undetermined.md).",
    "",
    endMark,
  ].join("\n");
}

/** When a rule reports, by how it decides. */
const decided = {
  early: "before each resource is created",
  closed: "when all resources are declared",
} as const;

function blocksByDefault(rule: Rule): string {
  return levelOf(rule, rule.severity, undefined) === "mandatory" ? "yes" : "no";
}

/** A page with its header written anew; a page without one gets it on top. */
export function withHeader(page: string, rule: Rule): string {
  const end = page.indexOf(endMark);
  const body = end < 0 ? page : page.slice(end + endMark.length);
  return `${headerOf(rule)}\n\n${body.trim()}\n`;
}

/** The table of all rules, with links from the folder of their pages. */
export function tableOf(rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) =>
      `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${blocksByDefault(rule)} | ${rule.title} |`,
  );
  return [
    "| rule | severity | blocks by default | requirement |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
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
      wrapped(`Source: ${source}.`),
      "",
      "| id | title | rules |",
      "| --- | --- | --- |",
      ...rows,
    ];
  });
  return [
    "# Standards",
    "",
    "Which rules help with which item of the lists that auditors use. Identifiers have the version of their list, as",
    "numbers change between versions. The assignment is our judgement. Titles are those of the lists; CIS and the AI RMF",
    "are shortened.",
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

/** A paragraph in lines that a page may have. */
export function wrapped(paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(/\s+/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || longer.length > 120) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}

/** A text with what is between two marks replaced. Throws when the marks are missing. */
export function withRegion(text: string, mark: string, content: string): string {
  const start = `<!-- ${mark}: written by \`npm run generate\` -->`;
  const end = `<!-- /${mark} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the marks \`${mark}\` are missing`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}
