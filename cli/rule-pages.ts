import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFacts } from "../policy-pack/files/package-facts";

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
