import type { Fact, FactBodies, FactKind } from "../../../../../policy-pack/facts/fact";
import type { Ref, Text } from "../../../../../policy-pack/facts/fact-values";
import { Graph } from "../../../../../policy-pack/facts/graph";
import { labelOf, type Name } from "../../../../../policy-pack/facts/name";
import { assumedAcross } from "../../../../../policy-pack/domain/paths/assume/assumed";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import type { Value } from "../../../../../core/snapshot/value";

/** The default account of roles. */
export const account = "111122223333";
/** A cluster's issuer. */
export const host = "oidc.eks.eu-west-1.amazonaws.com/id/A1";
/** The URN of the resource that makes its provider. */
export const oidc =
  "urn:pulumi:dev::desk::aws:iam/openIdConnectProvider:OpenIdConnectProvider::eks";

/** Puts facts into a graph; each at a resource of its own. */
export class Facts {
  readonly graph = new Graph();
  #count = 0;

  add<K extends FactKind>(kind: K, body: FactBodies[K]): this {
    this.#count += 1;
    const at = { urn: `urn:${this.#count}`, property: "p" };
    this.graph.add({ kind, at, ...body } as unknown as Fact);
    return this;
  }

  role(short: string, tenant: string | undefined, trust: Value | undefined, scope = account): this {
    const identity = roleName(short, scope);
    if (trust !== undefined) {
      this.add("trusts", { identity, trust: parsePolicyDocument(trust) });
    }
    return tenant === undefined ? this : this.tenant(identity, tenant);
  }

  tenant(thing: Name, tenant: string): this {
    return this.add("belongs-to", { thing, tenant: { kind: "known", text: tenant }, by: "own" });
  }

  /** States that a role of the stack has the given tags, and no others. */
  tagged(short: string, tags: Readonly<Record<string, string>>): this {
    const known = Object.entries(tags).map(([key, text]) => [key, { kind: "known", text }]);
    return this.add("resource", {
      resource: roleName(short),
      is: "role",
      arn: {
        service: "iam",
        region: "",
        account,
        widest: [`role/${short}`],
        sample: [`role/${short}`],
        isMade: false,
      },
      tags: { kind: "known", labels: Object.fromEntries(known) as Record<string, Text> },
    });
  }

  allow(short: string, policy: Value): this {
    return this.add("allows", {
      identity: roleName(short),
      policy: parsePolicyDocument(policy),
    });
  }

  /** The assumed identities, in one line each: the chain, and its unknown. */
  found(): readonly string[] {
    this.graph.close();
    const { assumed, unknown } = assumedAcross(this.graph);
    return [
      ...assumed.map((each) => {
        const chains = each.kind === "crossing" ? [each.chain] : [...each.chains.values()];
        const text = chains
          .map((chain) =>
            [chain[0]?.from ?? "", ...chain.map((step) => step.to)].map(labelOf).join(" > "),
          )
          .join(" and ");
        return each.uncertainty === undefined ? text : `${text}? ${each.uncertainty.reason}`;
      }),
      ...unknown.map(({ fact, dependsOn }) =>
        `${labelOf(fact.identity)} unknown: ${dependsOn.join()}`.trim(),
      ),
    ];
  }
}

/** The name of a role. */
export const roleName = (short: string, scope = account) => `iam-role|${scope}|${short}`;
/** A reference to a thing. */
export const named = (name: Name): Ref => ({ kind: "named", name });
/** A policy document of statements. */
export const policyOf = (...statements: readonly Value[]) => ({
  Version: "2012-10-17",
  Statement: statements,
});
/** A trust policy with a principal. */
export const trusts = (principal: Value, condition?: Value) =>
  policyOf({
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition !== undefined && { Condition: condition }),
  });
/** A trust policy with only Lambda. */
export const service = trusts({ Service: "lambda.amazonaws.com" });
/** A policy that allows assuming roles. */
export const mayAssume = (resource: Value, condition?: Value) =>
  policyOf({
    Effect: "Allow",
    Action: "sts:*",
    Resource: resource,
    ...(condition !== undefined && { Condition: condition }),
  });
/** A trust policy with tokens. */
export const admitsToken = (federated: Value, condition: Value) =>
  policyOf({
    Effect: "Allow",
    Principal: { Federated: federated },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
  });

/** A role of acme with the given permissions, and one of globex that trusts its account. */
export const acrossAccount = (policy: Value) =>
  new Facts()
    .role("planner", "acme", service)
    .allow("planner", policy)
    .role("tool", "globex", trusts({ AWS: account }));
