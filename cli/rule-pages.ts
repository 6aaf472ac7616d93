import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFacts } from "../policy-pack/files/package-facts";
import { rules } from "../policy-pack/rules/index";

/** The page of a rule by its id, in Markdown; undefined where there is none. */
export type PageOf = (rule: string) => string | undefined;

/** Reads the pages of all rules at once, so that no later change of their files is shown. */
export function rulePages(): PageOf {
  const pages = new Map(rules.map(({ id }) => [id, rulePage(id)]));
  return (rule) => pages.get(rule);
}

/**
 * The page of a rule, in Markdown without links to other pages, which a reader may not have; undefined where there is none.
 *
 * @param rule the id of a rule of ours
 */
export function rulePage(rule: string): string | undefined {
  if (!/^[a-z-]+$/.test(rule)) return undefined;
  const { folder } = packageFacts(__dirname);
  try {
    return shownPage(readFileSync(join(folder, "docs", "rules", `${rule}.md`), "utf8"));
  } catch {
    return undefined;
  }
}

function shownPage(page: string): string {
  return page
    .replace(/<!--(?:(?!<!--|-->).)*-->\n*/gs, "")
    .replace(/\[([^[\]]+)\]\((?!https:)[^()]*\)/g, "$1")
    .trim();
}
