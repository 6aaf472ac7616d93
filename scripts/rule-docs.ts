import { levelOf, type Rule } from "../policy-pack/findings/define-rule";
import type { Catalogue, Standard } from "../policy-pack/findings/standards";

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

/** The page of all standards that rules may name, with the rules and pages that serve each. */
export function standardsPage(catalogues: readonly Catalogue[], rules: readonly Rule[]): string {
  const parts = catalogues.map(({ title, source, standards }) => [
    `## ${title}`,
    "",
    wrapped(`Source: ${source}.`),
    "",
    ...standards.map((standard) => standardEntry(standard, rules)),
  ]);
  return [
    "# Standards",
    "",
    "Which rules and pages help with which item of the lists that auditors use. Identifiers have the version of their",
    "list, as numbers change between versions. The assignment is our judgement. Titles are those of the lists; CIS and",
    "the AI RMF are shortened.",
    "",
    ...parts.flatMap((part) => [...part, ""]),
  ].join("\n");
}

/** More rules than this are grouped by what they look at. */
const mostInOneLine = 12;

/** One standard as an entry of a list, in lines that a page may have. */
function standardEntry(
  { id, title, rules: serving, pages, notCovered }: Standard,
  rules: readonly Rule[],
): string {
  const link = (rule: string): string => `[${rule}](rules/${rule}.md)`;
  const toPages = pages.map((page) => `[${page.title}](${page.path})`);
  const head = `- \`${id}\` ${title}:`;
  if (notCovered !== undefined) return entry(`${head} not covered (${notCovered})`, "  ");
  if (serving.length <= mostInOneLine) {
    return entry(`${head} ${[...serving.map(link), ...toPages].join(", ")}`, "  ");
  }
  const families = [...new Set(rules.map(({ family }) => family))];
  const groups = families.flatMap((family) => {
    const own = rules.filter((rule) => rule.family === family && serving.includes(rule.id));
    return own.length === 0
      ? []
      : [`  - ${family}: ${own.map((rule) => link(rule.id)).join(", ")}`];
  });
  const more = toPages.length === 0 ? [] : [`  - pages: ${toPages.join(", ")}`];
  return [head, ...[...groups, ...more].map((line) => entry(line, "    "))].join("\n");
}

/** An entry of a list, whose further lines are indented. */
function entry(text: string, indent: string): string {
  const [, own = "", rest = ""] = /^( *)([^]*)$/.exec(text) ?? [];
  const lines = wrappedTo(pageWidth - indent.length, rest).split("\n");
  return lines.map((line, index) => `${index === 0 ? own : indent}${line}`).join("\n");
}

/** Most characters in a line of a page. */
const pageWidth = 120;

/** A paragraph in lines that a page may have. */
export function wrapped(paragraph: string): string {
  return wrappedTo(pageWidth, paragraph);
}

function wrappedTo(width: number, paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(/\s+/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || longer.length > width) lines.push(word);
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
