import { parsePolicyDocument } from "../policy/document";
import type { PolicyDocument } from "../policy/statement";
import type { Value } from "../snapshot/value";
import table from "./managed-policies.json";

/** What AWS's own policies grant; a policy that grants nothing of what is kept has no statements. */
export type ManagedPolicy = PolicyDocument | "nothing that is kept";

const policies: Readonly<Record<string, unknown>> = table.policies;
const silent: ReadonlySet<string> = new Set(table.silent);
const parsed = new Map<string, PolicyDocument>();

/** The short name of a policy of AWS's own in its ARN, such as `AdministratorAccess`; undefined for other ARNs. */
export function managedName(arn: string): string | undefined {
  return /^arn:[\w-]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}

/** What a policy of AWS's own grants, by its short name; undefined where this version does not know it. */
export function managedPolicy(name: string): ManagedPolicy | undefined {
  if (silent.has(name)) return "nothing that is kept";
  const known = parsed.get(name);
  if (known !== undefined) return known;
  if (!Object.hasOwn(policies, name)) return undefined;
  const read = parsePolicyDocument({ Version: "2012-10-17", Statement: policies[name] as Value });
  if (read.kind !== "document") return undefined;
  parsed.set(name, read.document);
  return read.document;
}
