import { packageFacts, type PackageFacts } from "./package-facts";

/** The address of a rule's page in the repository, at the version of the package; undefined while it names no repository. */
export type RulePageUrl = (rule: string) => string | undefined;

/** The addresses of rule pages, by the `repository` of a package.json; only one of `https` is taken. */
export function rulePageUrls({
  repository,
  version,
}: Pick<PackageFacts, "repository" | "version">): RulePageUrl {
  const written = typeof repository === "string" ? repository : repository?.url;
  const address = written?.replace(/^git\+/, "").replace(/(?:\.git)?\/?$/, "");
  if (address === undefined || !/^https:\/\/[\w.-]+(?:\/[\w.-]+)+$/.test(address)) {
    return () => undefined;
  }
  return (rule) =>
    /^[a-z-]+$/.test(rule) ? `${address}/blob/v${version}/docs/rules/${rule}.md` : undefined;
}

/** The address of a page of this package. */
export function rulePageUrl(rule: string): string | undefined {
  return rulePageUrls(packageFacts())(rule);
}
