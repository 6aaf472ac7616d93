import type { FactOf } from "../../../facts/fact";
import { nameIn, type Ref } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { onceForEach } from "../../../facts/once-for-each";
import type { Name } from "../../../facts/name";
import type { ParsedDocument, PolicyDocument } from "../../../../core/policy/statement";
import type { Authority, Policy } from "./authority";
import { parsePolicyDocument } from "../../../../core/policy/document";
import type { Value } from "../../../../core/snapshot/value";
import table from "./managed-policies.json";

const gathered = onceForEach(gather);

/** What the policies and the boundary of an identity contain; for a complete graph. */
export function authorityOf(graph: Graph, identity: Name): Authority {
  return gathered(graph, identity);
}

/** The policies that a fact gives an identity: its own, or those of a managed policy that is attached to it. */
export function policiesIn(graph: Graph, fact: FactOf<"allows" | "attaches">): readonly Policy[] {
  if (fact.kind === "attaches") return attached(graph, fact);
  const policy = policyOf(fact.at.urn, fact.at, fact.policy);
  return policy === undefined ? [] : [policy];
}

function gather(graph: Graph, identity: Name): Authority {
  const attachments = graph.facts("attaches", "identity", identity);
  const of = (as: FactOf<"attaches">["as"]): readonly Policy[] =>
    attachments.filter((fact) => fact.as === as).flatMap((fact) => policiesIn(graph, fact));
  const own = graph.facts("allows", "identity", identity);
  const hasBoundary = attachments.some((fact) => fact.as === "boundary");
  return {
    policies: [...own.flatMap((fact) => policiesIn(graph, fact)), ...of("permissions")],
    limits: hasBoundary ? [of("boundary")] : [],
  };
}

function attached(graph: Graph, { policy, at }: FactOf<"attaches">): readonly Policy[] {
  const name = nameIn(policy);
  if (name === undefined) return [notKnown(at.urn, at, dependsOnOf(policy))];
  const facts = graph.facts("allows", "identity", name);
  if (facts.length > 0) return facts.flatMap((fact) => policyOf(name, at, fact.policy) ?? []);
  const managed = managedName(name);
  if (managed === undefined) return [notKnown(name, at, [], "is not in the stack")];
  const document = managedPolicy(managed);
  if (document === undefined) {
    return [{ ...notKnown(name, at, [], "of AWS's own is newer than this version"), managed }];
  }
  if (document === "nothing that is reported") {
    // What it is called counts all the same.
    return managed.includes("FullAccess")
      ? [{ name, at, managed, content: { kind: "document", document: nothing } }]
      : [];
  }
  return [{ name, at, managed, content: { kind: "document", document } }];
}

const nothing: PolicyDocument = { statements: [], variables: true };

function policyOf(name: Name, at: Policy["at"], parsed: ParsedDocument): Policy | undefined {
  switch (parsed.kind) {
    case "document":
      return { name, at, content: { kind: "document", document: parsed.document } };
    case "unknown":
      return notKnown(name, at, parsed.dependsOn);
    case "problem":
      // Reported as a thing that cannot be judged.
      return undefined;
  }
}

function notKnown(
  name: Name,
  at: Policy["at"],
  dependsOn: readonly string[],
  why = "is not known yet",
): Policy {
  return { name, at, content: { kind: "unknown", reason: `a policy ${why}`, dependsOn } };
}

function dependsOnOf(ref: Ref): readonly string[] {
  return ref.kind === "unknown" ? ref.dependsOn : [];
}

/** What AWS's own policies grant; a policy that grants nothing relevant has no statements. */
type ManagedPolicy = PolicyDocument | "nothing that is reported";

const policies: Readonly<Record<string, unknown>> = table.policies;
const silent: ReadonlySet<string> = new Set(table.silent);
const parsed = new Map<string, PolicyDocument>();

/** The short name of a policy of AWS's own in its ARN, such as `AdministratorAccess`; undefined for other ARNs. */
export function managedName(arn: string): string | undefined {
  return /^arn:[\w-]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}

/** What a policy of AWS grants, by its short name; undefined where it is newer than this version. */
export function managedPolicy(name: string): ManagedPolicy | undefined {
  if (silent.has(name)) return "nothing that is reported";
  const known = parsed.get(name);
  if (known !== undefined) return known;
  if (!Object.hasOwn(policies, name)) return undefined;
  const read = parsePolicyDocument({ Version: "2012-10-17", Statement: policies[name] as Value });
  if (read.kind !== "document") return undefined;
  parsed.set(name, read.document);
  return read.document;
}
