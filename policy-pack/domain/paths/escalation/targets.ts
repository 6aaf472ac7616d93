import type { Uncertainty } from "../../../../core/certainty";
import { parseArn } from "../../../../core/arn";
import { regionalScope, scopedName, type Name } from "../../../facts/name";
import { roleOfArn } from "../../iam/callers";
import { hasWildcard } from "../../../../core/pattern";
import type { Part } from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import { meet } from "../../iam/authority/meet";
import { no, unknown, yes, type Three } from "../../../../core/three-valued";

/** What a resource in a policy matches, among things of some kind. */
export type Target =
  /** A pattern, which matches whether or not the stack has what it is about. */
  | { readonly kind: "pattern" }
  /** One thing, by its names where they are known. */
  | { readonly kind: "named"; readonly names: readonly Name[] }
  /** Nothing of the kind. */
  | { readonly kind: "other" }
  | ({ readonly kind: "unknown" } & Uncertainty);

/** All revisions of one definition are one thing. Source: service authorization reference, AWS Batch, resource types. */
const anyRevision = /^(arn:[^:]*:batch:[^:]*:[^:]*:job-definition\/[^:*?]+):\*$/;

/** What a resource in a policy matches among things whose ARNs fit a pattern. */
export function targetOf(part: Part, kind: string): Target {
  if (part.kind === "unknown") return targetOfUnknown(part, serviceOf(kind));
  if (meet(part.text, kind) === undefined) return { kind: "other" };
  const parsed = parseArn(part.text.replace(anyRevision, "$1"));
  // Policies of AWS are in no account, and only AWS changes them.
  const isOfAws = parsed.ok && parsed.arn.service === "iam" && parsed.arn.account === "aws";
  if (isOfAws) return { kind: "other" };
  if (!parsed.ok || hasWildcard(parsed.arn.resource)) return { kind: "pattern" };
  return { kind: "named", names: [part.text, ...shortNames(part.text)] };
}

/** A value that waits for a resource names that resource, or something of it. */
function targetOfUnknown(
  { dependsOn }: Extract<Part, { kind: "unknown" }>,
  service: string,
): Target {
  const modules = dependsOn.map((urn) => moduleOf(typeInUrn(urn)));
  const isElse = modules.length > 0 && modules.every((each) => each !== "" && each !== service);
  if (isElse) return { kind: "other" };
  const [only] = dependsOn;
  if (only !== undefined && dependsOn.length === 1 && modules[0] === service) {
    return { kind: "named", names: [only] };
  }
  return { kind: "unknown", reason: "a resource of a policy is not known yet", dependsOn };
}

/** Modules of the AWS provider that have another name than the service in ARNs. */
const modules: Readonly<Record<string, string>> = { sfn: "states" };

/** The service of a resource's type; empty where it is not of AWS. */
function moduleOf(type: string): string {
  const found = /^aws:(\w+)\//.exec(type)?.[1] ?? "";
  return modules[found] ?? found;
}

function serviceOf(kind: string): string {
  return kind.split(":")[2] ?? "";
}

/** Names in the graph of what an ARN names. */
function shortNames(arn: string): readonly Name[] {
  const [, , service, region, account = "", resource = "", name = ""] = arn.split(":");
  if (service === "lambda" && resource === "function") {
    const scopes = new Set([account, regionalScope(account, region)]);
    return Array.from(scopes, (scope) => scopedName("function", scope, name));
  }
  if (service !== "iam") return [];
  const role = roleOfArn(arn);
  if (role !== undefined) return [role];
  const policy = /^policy\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1];
  return policy === undefined ? [] : [scopedName("iam-policy", account, policy)];
}

/** Whether a path is worth its target: an answer for a named one, and that a pattern includes it. */
export function fromTarget(target: Target, whereNamed: Three): Three {
  switch (target.kind) {
    case "pattern":
      return yes;
    case "named":
      return whereNamed;
    case "other":
      return no;
    case "unknown":
      return unknown(target.reason, target.dependsOn);
  }
}
