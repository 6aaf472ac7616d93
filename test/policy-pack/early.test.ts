import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Fact, FactBodies, FactKind } from "../../policy-pack/facts/fact";
import { named, type Ref } from "../../policy-pack/facts/fact-values";
import { Graph } from "../../policy-pack/facts/graph";
import type { Rule } from "../../policy-pack/findings/define-rule";
import { Evaluations, answerOf } from "../../policy-pack/run/evaluation";
import { mergeFindings } from "../../policy-pack/run/findings";
import { withoutRepeats } from "../../policy-pack/run/precedence";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { parsePolicyDocument } from "../../core/policy/document";
import { runs } from "../support/runs";

const workloads = fc.constantFrom("w1", "w2", "w3");
const identities = fc.constantFrom(
  "k8s|default|acme|ServiceAccount|a",
  "iam-role|default|r",
  "iam-role|111122223333|r",
  "urn:role",
);
const secrets = fc.constantFrom(
  "k8s|default|acme|Secret|s",
  "k8s|default|globex|Secret|s",
  "k8s|default|acme|ConfigMap|c",
  "urn:generated",
);
const keys = fc.option(fc.constantFrom("token", "other"), { nil: undefined });
const users = fc.constantFrom("iam-user|default|u", "urn:user");

const trusts = fc
  .constantFrom<unknown>(
    { Principal: "*", Action: "sts:AssumeRole" },
    { Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" },
    { Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    {
      Principal: {
        Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
      },
      Action: "sts:AssumeRoleWithWebIdentity",
    },
    {
      Principal: {
        Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
      },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/*" } },
    },
  )
  .map((statement) =>
    parsePolicyDocument(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", ...(statement as object) },
      }),
    ),
  );

function at(place: string): Fact["at"] {
  return { urn: `urn:pulumi:dev::desk::t::${place}`, property: "p" };
}

function fact<K extends FactKind>(kind: K, place: string, body: FactBodies[K]): Fact {
  return { kind, at: at(place), ...body } as unknown as Fact;
}

function workload(name: string, is: FactBodies["workload"]["is"], declarationOnly: boolean): Fact {
  return fact("workload", name, {
    workload: name,
    is,
    what: "Deployment",
    label: name,
    declarationOnly,
  });
}

const unknownRef: Ref = { kind: "unknown", dependsOn: ["urn:x"] };

/** Facts as readers state them: a workload before what it does, other things in any order. */
const bundles: fc.Arbitrary<readonly Fact[]> = fc.oneof(
  fc
    .tuple(
      workloads,
      fc.oneof(identities.map(named), fc.constant(unknownRef)),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([name, identity, declared, isDefault]) => [
      workload(name, declared ? "agent" : "undeclared", false),
      fact("runs-as", name, { workload: name, identity, how: "test", isDefault }),
    ]),
  fc
    .tuple(fc.constantFrom("d1", "d2"), identities)
    .map(([name, identity]) => [
      workload(name, "agent", true),
      fact("owns", name, { workload: name, identity }),
    ]),
  fc
    .tuple(identities, identities)
    .filter(([a, b]) => a !== b)
    .map(([identity, role]) => [
      fact("assumes", identity, { identity, role: named(role), by: "irsa" }),
    ]),
  fc.tuple(workloads, secrets, keys).map(([name, secret, key]) => [
    workload(name, "undeclared", false),
    fact("uses", name, {
      workload: name,
      secret: named(secret),
      through: "env",
      ...(key !== undefined && { key }),
    }),
  ]),
  fc
    .tuple(secrets, secrets, keys, fc.boolean())
    .filter(([a, b]) => a !== b)
    .map(([container, content, key, derived]) => [
      fact("contains", container, {
        container,
        content: named(content),
        derived,
        ...(key !== undefined && { key }),
      }),
    ]),
  fc
    .tuple(workloads, fc.constantFrom("literal|x", "literal|y"), fc.boolean())
    .map(([name, value, marked]) => [
      workload(name, "undeclared", false),
      fact("literal", name, {
        holder: name,
        credential: "test token",
        severity: "critical",
        value,
        place: "exposed",
        marked,
      }),
    ]),
  fc.tuple(users, users).map(([key, user]) => [
    fact("static-credential", key, {
      credential: key,
      of: "user",
      what: "access key",
      user: named(user),
    }),
    fact("receives", key, { receiver: "w1", from: key }),
  ]),
  fc
    .tuple(identities, trusts)
    .map(([identity, trust]) => [fact("trusts", identity, { identity, trust })]),
  fc
    .tuple(fc.oneof(workloads, identities, secrets), fc.constantFrom("acme", "globex"))
    .map(([thing, tenant]) => [
      fact("belongs-to", thing, { thing, tenant: { kind: "known", text: tenant }, by: "own" }),
    ]),
  fc
    .tuple(fc.constantFrom(["urn:role", "iam-role|default|r"], ["urn:generated", "literal|x"]))
    .map(([[thing = "", also = ""]]) => [fact("alias", thing, { thing, also })]),
);

const programs = fc.array(bundles, { maxLength: 14 });

/** Two accounts that assume one role, and turn out to be one account: then it is the account that two workloads share. */
const oneAccountAfterAll = [
  ...(["urn:role", "iam-role|default|r"] as const).map((identity, index) => [
    workload(`d${index}`, "agent", true),
    fact("owns", `d${index}`, { workload: `d${index}`, identity }),
    fact("assumes", identity, { identity, role: named("iam-role|111122223333|r"), by: "irsa" }),
  ]),
  [fact("alias", "urn:role", { thing: "urn:role", also: "iam-role|default|r" })],
];

describe("what rules report early", () => {
  it("is withdrawn by no later fact, and is all reported again when everything is known", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const { graph, stated } = sayComplete(program);
        for (const finding of sayEarly(program)) {
          const isStated = keysOf(finding, graph).some((key) => stated.has(key));
          assert.ok(isStated, `withdrawn: ${finding.message}`);
        }
      }),
      { numRuns: runs(250, 1_000), examples: [[oneAccountAfterAll]] },
    );
  });

  it("is the same in the end whatever the order of resources", () => {
    fc.assert(
      fc.property(programs, fc.infiniteStream(fc.nat()), (program, random) => {
        const shuffled = program
          .map((bundle) => ({ bundle, key: Number(random.next().value) }))
          .sort((a, b) => a.key - b.key)
          .map(({ bundle }) => bundle);
        assert.deepEqual(
          [...sayComplete(shuffled).stated].sort(),
          [...sayComplete(program).stated].sort(),
        );
      }),
      { numRuns: runs(125, 500) },
    );
  });
});

function sayEarly(program: readonly (readonly Fact[])[]): readonly Finding[] {
  const graph = new Graph();
  const evaluations = new Evaluations(graph, defaultSettings, rules);
  return program.flatMap((bundle) => {
    for (const each of bundle) graph.add(each);
    for (const each of bundle) evaluations.evaluate(each);
    return evaluations.settle();
  });
}

/** Violations when everything is known, by what they are about, with how bad they are. */
function sayComplete(program: readonly (readonly Fact[])[]): {
  readonly graph: Graph;
  readonly stated: ReadonlyMap<string, string>;
} {
  const graph = new Graph();
  for (const each of program.flat()) graph.add(each);
  graph.close();
  const stated = new Map<string, string>();
  for (const finding of mergeFindings(
    withoutRepeats(rules.flatMap((rule) => answers(rule, graph))),
  )) {
    assert.notEqual(finding.rule, "agentid", finding.message);
    if (finding.verdict === "violated") stated.set(keyOf(finding, graph), finding.severity);
  }
  return { graph, stated };
}

/** What a finding is about, in the spelling of the complete graph: a thing may get a better name while facts come. */
function keyOf({ rule, about, holder }: Finding, graph: Graph): string {
  return JSON.stringify([rule, graph.canonical(about.name), graph.canonical(holder?.name ?? "")]);
}

/** The same, and its subject where one account assumes the shared role, and is then reported. */
function keysOf(finding: Finding, graph: Graph): readonly string[] {
  const accounts = graph
    .all("assumes")
    .filter(({ role }) => role.kind === "named" && graph.same(role.name, finding.about.name))
    .map(({ identity }) => ({ ...finding, about: { ...finding.about, name: identity } }));
  return [finding, ...accounts].map((each) => keyOf(each, graph));
}

function answers(rule: Rule, graph: Graph): ReturnType<typeof answerOf> {
  return rule.watches.flatMap((kind) =>
    graph.all(kind).flatMap((each) => answerOf(rule, each, graph, defaultSettings)),
  );
}
