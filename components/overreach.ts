import type * as pulumi from "@pulumi/pulumi";
import { overreachesOf, type Overreach } from "../core/authority/overreach";
import { matches } from "../core/pattern";
import { parsePolicyDocument } from "../core/policy/document";
import { Unknown, type Value } from "../core/snapshot/value";
import { argumentError } from "./argument-error";

/** What a permission allows; see `Permission`. */
interface Allowing {
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly pulumi.Input<string>[];
  }[];
}

/**
 * Refuses permissions by which a workload could raise itself or take over another's identity, or which take in far more
 * than it calls: what the policy pack would find, decided by the same code.
 *
 * A resource that is an output may be anything.
 */
export function checkOverreach(subject: string, permissions: readonly Allowing[]): void {
  if (permissions.length === 0) return;
  const parsed = parsePolicyDocument({
    Version: "2012-10-17",
    Statement: permissions.map(statementOf),
  });
  if (parsed.kind === "problem") {
    throw argumentError(subject, `permissions make no policy, as ${parsed.problem}; mend them`);
  }
  if (parsed.kind === "unknown") return;
  const [first] = overreachesOf(parsed.document);
  if (first === undefined) return;
  throw argumentError(
    subject,
    `${needs(first, permissions)} would allow the workload to ${first.by}; ${insteadOf[first.kind]}`,
  );
}

const insteadOf: Readonly<Record<Overreach["kind"], string>> = {
  breadth: "name the actions the workload needs",
  data: "name the resources the workload needs",
  escalation: "leave that to the pipeline that deploys",
};

/** The actions that are needed, each with the permission that gives it. */
function needs({ actions }: Overreach, permissions: readonly Allowing[]): string {
  const texts = actions.map(({ action, statement }) => {
    const written = permissions[statement]?.actions.find((each) =>
      matches(each.toLowerCase(), action.toLowerCase()),
    );
    const as = written === undefined || written === action ? "" : `, as \`${action}\`,`;
    return `permissions[${statement}] action \`${written ?? action}\`${as}`;
  });
  return [...new Set(texts)].join(" and ");
}

function statementOf({ actions, resources, conditions = [] }: Allowing): Value {
  const block: Record<string, Record<string, Value>> = {};
  for (const { test, variable, values } of conditions) {
    block[test] = { ...block[test], [variable]: values.map(knownOf) };
  }
  return { Effect: "Allow", Action: actions, Resource: resources.map(knownOf), Condition: block };
}

function knownOf(value: pulumi.Input<string>): Value {
  return typeof value === "string" ? value : new Unknown();
}
