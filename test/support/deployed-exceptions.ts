import type { Difference } from "./views";

/** A difference between the first preview of a stack and a later look at it that is meant. */
export interface DeployedException {
  readonly because: string;
  readonly allows: (difference: Difference) => boolean;
}

/** Every difference that is allowed, by name and with its reason; an entry that nothing needs fails the test. */
export const differsAsDeployed: readonly DeployedException[] = [
  {
    because:
      "a Deny of a trust policy whose principal is not known yet takes nothing away (docs/design/unknowns.md)",
    allows: ({ is, rule, stack }) =>
      is === "lost" &&
      rule === "no-cross-tenant-trust" &&
      stack.endsWith("does a Deny of a role under a condition that it meets keep it out"),
  },
  {
    because:
      "a rotation that names its function by a literal ARN joins it once an account is known, which the first update reveals",
    allows: ({ view, rule, stack }) =>
      view === "literals" &&
      rule === "no-shared-secret" &&
      stack.endsWith("is a secret by its name in the function that rotates it shared"),
  },
  {
    because:
      "an account that nothing reveals before the first update leaves open which thing of the stack a literal ARN names",
    allows: ({ view, stack }) => view === "literals" && literalAccounts.has(stack),
  },
];

/** Stacks that name things of their own by literal ARNs, while nothing reveals the account of their provider. */
const literalAccounts: ReadonlySet<string> = new Set([
  "secret/fetched: is a secret that a workload called like an operator may fetch shared",
  "require-pod-identity-condition: tags that the association leaves out",
  "require-runtime-policy: a supervisor of Bedrock agents that has the tool as a collaborator, by an ARN",
  "require-source-identity: a target role whose sessions EKS starts with an external id",
]);
