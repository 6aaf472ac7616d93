import type { Judgement } from "../../policy-pack/views/report";
import { counted, listed } from "./words";

/** Most characters of a type that are shown; names of packages are far shorter. */
const longestType = 120;

/**
 * The resources that no reader reads and that may carry an identity: `3 resources of docker, github (docker:index/container:Container
 * (2), github:index/actionsSecret:ActionsSecret)`. Undefined where there is none. Not yet escaped.
 */
export function notReadText({ notRead }: Pick<Judgement, "notRead">): string | undefined {
  if (notRead.length === 0) return undefined;
  const count = notRead.reduce((sum, each) => sum + each.count, 0);
  const packages = [...new Set(notRead.map(({ type }) => packageOf(type)))].sort();
  const types = notRead.map(({ type, count: of }) => (of > 1 ? `${cut(type)} (${of})` : cut(type)));
  return `${counted(count, "resource")} of ${listed(packages)} (${listed(types)})`;
}

/** The package of a type. */
function packageOf(type: string): string {
  return cut(type.split(":", 1)[0] ?? type);
}

/** A program chooses the length of a type. */
function cut(type: string): string {
  return type.length > longestType ? `${type.slice(0, longestType)}…` : type;
}
