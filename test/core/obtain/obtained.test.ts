import assert from "node:assert/strict";
import type { Fact, FactBodies, FactKind, Ref } from "../../../core/graph/fact";
import { Graph } from "../../../core/graph/graph";
import { labelOf, type Name } from "../../../core/graph/name";
import { obtainedAcross } from "../../../core/obtain/obtained";
import { parsePolicyDocument } from "../../../core/policy/document";
import { Unknown, type Value } from "../../../core/snapshot/value";

const account = "111122223333";
const host = "oidc.eks.eu-west-1.amazonaws.com/id/A1";
const oidc = "urn:pulumi:dev::desk::aws:iam/openIdConnectProvider:OpenIdConnectProvider::eks";

/** Puts facts into a graph; each is said at a resource of its own. */
class Facts {
  readonly graph = new Graph();
  #count = 0;

  say<K extends FactKind>(kind: K, body: FactBodies[K]): this {
    this.#count += 1;
    const at = { urn: `urn:${this.#count}`, property: "p" };
    this.graph.add({ kind, at, ...body } as unknown as Fact);
    return this;
  }

  role(short: string, tenant: string | undefined, trust: Value | undefined, scope = account): this {
    const identity = roleName(short, scope);
    if (trust !== undefined) {
      this.say("admits", { identity, trust: parsePolicyDocument(trust) });
    }
    return tenant === undefined ? this : this.tenant(identity, tenant);
  }

  tenant(thing: Name, tenant: string): this {
    return this.say("belongs-to", { thing, tenant: { kind: "known", text: tenant }, by: "own" });
  }

  allow(short: string, policy: Value): this {
    return this.say("allows", {
      identity: roleName(short),
      policy: parsePolicyDocument(policy),
    });
  }

  /** What is obtained, in one line each: the chain, and what is in doubt. */
  found(): readonly string[] {
    this.graph.close();
    const { obtained, unknown } = obtainedAcross(this.graph);
    return [
      ...obtained.map((each) => {
        const chains = each.kind === "crossing" ? [each.chain] : [...each.chains.values()];
        const text = chains
          .map((chain) =>
            [chain[0]?.from ?? "", ...chain.map((step) => step.to)].map(labelOf).join(" > "),
          )
          .join(" and ");
        return each.doubt === undefined ? text : `${text}? ${each.doubt.reason}`;
      }),
      ...unknown.map(({ fact, waitsFor }) =>
        `${labelOf(fact.identity)} unknown: ${waitsFor.join()}`.trim(),
      ),
    ];
  }
}

const roleName = (short: string, scope = account) => `iam-role|${scope}|${short}`;
const named = (name: Name): Ref => ({ kind: "named", name });
const policyOf = (...statements: readonly Value[]) => ({
  Version: "2012-10-17",
  Statement: statements,
});
const admits = (principal: Value, condition?: Value) =>
  policyOf({
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition !== undefined && { Condition: condition }),
  });
const service = admits({ Service: "lambda.amazonaws.com" });
const mayAssume = (resource: Value, condition?: Value) =>
  policyOf({
    Effect: "Allow",
    Action: "sts:*",
    Resource: resource,
    ...(condition !== undefined && { Condition: condition }),
  });
const admitsToken = (federated: Value, condition: Value) =>
  policyOf({
    Effect: "Allow",
    Principal: { Federated: federated },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
  });

/** A role of acme that may do what is given, and one of globex that admits its account. */
const acrossAccount = (policy: Value) =>
  new Facts()
    .role("planner", "acme", service)
    .allow("planner", policy)
    .role("tool", "globex", admits({ AWS: account }));

describe("what is obtained across tenants", () => {
  it("is nothing where there is one tenant", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .role("hub", undefined, admits({ AWS: `arn:aws:iam::${account}:role/planner` }));
    assert.deepEqual(facts.found(), []);
  });

  it("is computed once for a graph", () => {
    const facts = acrossAccount(mayAssume("*"));
    facts.graph.close();
    assert.equal(obtainedAcross(facts.graph), obtainedAcross(facts.graph));
  });

  it("counts users and instance profiles", () => {
    const facts = new Facts()
      .tenant(`instance-profile|${account}|node`, "acme")
      .role("tool", "globex", service)
      .say("becomes", {
        identity: `instance-profile|${account}|node`,
        role: named(roleName("tool")),
        by: "instance-profile",
      });
    assert.deepEqual(facts.found(), ["node > tool"]);
    const user = new Facts()
      .tenant(`iam-user|${account}|ann`, "acme")
      .role("tool", "globex", admits({ AWS: `arn:aws:iam::${account}:user/ann` }));
    assert.deepEqual(user.found(), ["ann > tool"]);
  });

  it("adds up what is said of one role under two names", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .role("tool", "globex", service)
      .say("alias", { thing: roleName("tool"), also: "urn:x::tool" })
      .say("admits", {
        identity: "urn:x::tool",
        trust: parsePolicyDocument(admits({ AWS: `arn:aws:iam::${account}:role/planner` })),
      });
    assert.deepEqual(facts.found(), ["planner > tool"]);
  });

  it("passes over what becomes a role nobody knows, and principals that are no identity of a tenant", () => {
    const facts = new Facts()
      .tenant("a", "acme")
      .say("becomes", { identity: "a", role: { kind: "unknown", waitsFor: [] }, by: "irsa" })
      .say("runs-as", {
        workload: "a",
        identity: { kind: "unknown", waitsFor: [] },
        how: "",
        isDefault: false,
      })
      .role(
        "tool",
        "globex",
        admits({ AWS: "AROAEXAMPLE", CanonicalUser: "x", Service: new Unknown() }),
      );
    assert.deepEqual(facts.found(), []);
  });

  it("is in doubt where the trust behind an annotation is not known", () => {
    const facts = new Facts()
      .tenant("k8s|c|acme|ServiceAccount|a", "acme")
      .role("tool", "globex", new Unknown(["urn:x"]))
      .say("becomes", {
        identity: "k8s|c|acme|ServiceAccount|a",
        role: named(roleName("tool")),
        by: "irsa",
      });
    assert.deepEqual(facts.found(), [
      "acme/a > tool? the trust policy of the role is not known yet",
      "tool unknown: urn:x",
    ]);
  });

  it("counts a workload that owns an identity of another tenant", () => {
    const facts = new Facts()
      .tenant("urn:x::agent", "acme")
      .role("tool", "globex", service)
      .say("owns", { workload: "urn:x::agent", identity: roleName("tool") });
    assert.deepEqual(facts.found(), ["agent > tool"]);
  });

  describe("by the caller's policies", () => {
    it("follows a statement whose resources, action and effect fit", () => {
      assert.deepEqual(acrossAccount(mayAssume(`arn:*:iam::*:role/*`)).found(), ["planner > tool"]);
      assert.deepEqual(acrossAccount(mayAssume("arn:aws:s3:::tool")).found(), []);
      assert.deepEqual(acrossAccount(mayAssume("tool")).found(), []);
      assert.deepEqual(acrossAccount(mayAssume(`arn:aws:iam::444455556666:role/*`)).found(), []);
      const not = {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        NotResource: "arn:aws:iam::*:role/x",
      };
      assert.deepEqual(acrossAccount(policyOf(not)).found(), ["planner > tool"]);
      const none = { Effect: "Allow", Action: "sts:AssumeRole" };
      assert.deepEqual(acrossAccount(policyOf(none)).found(), []);
    });

    it("is in doubt where a policy, a statement, an effect or a resource is not known", () => {
      const policy = "planner > tool? a policy is not known yet";
      assert.deepEqual(acrossAccount(new Unknown()).found(), [policy]);
      assert.deepEqual(acrossAccount(policyOf(new Unknown())).found(), [policy]);
      const effect = { Effect: new Unknown(), Action: "sts:*", Resource: "*" };
      assert.deepEqual(acrossAccount(policyOf(effect)).found(), [
        "planner > tool? the effect of a statement is not known yet",
      ]);
      assert.deepEqual(acrossAccount(mayAssume(new Unknown(["urn:a", "urn:b"]))).found(), [
        "planner > tool? a resource of a policy is not known yet",
      ]);
    });

    it("knows a resource by the role it waits for", () => {
      const facts = acrossAccount(mayAssume(new Unknown(["urn:x::tool"])));
      facts.say("alias", { thing: roleName("tool"), also: "urn:x::tool" });
      assert.deepEqual(facts.found(), ["planner > tool"]);
    });

    it("reads what is attached, and passes over what says nothing of roles", () => {
      const attach = (policy: Ref) =>
        new Facts()
          .role("planner", "acme", service)
          .role("tool", "globex", admits({ AWS: account }))
          .say("attaches", { policy, identity: named(roleName("planner")), as: "permissions" });
      assert.deepEqual(
        attach(named("p"))
          .say("allows", { identity: "p", policy: parsePolicyDocument(mayAssume("*")) })
          .found(),
        ["planner > tool"],
      );
      const power = "arn:aws:iam::aws:policy/PowerUserAccess";
      assert.deepEqual(attach(named(power)).found(), ["planner > tool"]);
      assert.deepEqual(attach(named("arn:aws:iam::aws:policy/IAMFullAccess")).found(), []);
      const doubt = ["planner > tool? a policy is not known yet"];
      assert.deepEqual(attach(named("elsewhere")).found(), doubt);
      assert.deepEqual(attach({ kind: "unknown", waitsFor: [] }).found(), doubt);
    });

    it("is held back by a Deny and by a boundary that does not allow it", () => {
      const deny = { Effect: "Deny", Action: "sts:AssumeRole", Resource: "*" };
      const allow = { Effect: "Allow", Action: "sts:*", Resource: "*" };
      assert.deepEqual(acrossAccount(policyOf(allow, deny)).found(), []);
      const unless = { ...deny, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } };
      assert.deepEqual(acrossAccount(policyOf(allow, unless)).found(), ["planner > tool"]);
      const bounded = acrossAccount(mayAssume("*"))
        .say("allows", {
          identity: "b",
          policy: parsePolicyDocument(mayAssume("arn:aws:iam::*:role/x")),
        })
        .say("attaches", {
          policy: named("b"),
          identity: named(roleName("planner")),
          as: "boundary",
        });
      assert.deepEqual(bounded.found(), []);
    });

    it("compares the tag of the role that names its tenant", () => {
      const key = "aws:ResourceTag/agentid.dev/tenant";
      const tagged = (tenant: string) =>
        acrossAccount(mayAssume("*", { StringEquals: { [key]: tenant } })).found();
      assert.deepEqual(tagged("globex"), ["planner > tool"]);
      assert.deepEqual(tagged("acme"), []);
      const untagged = new Facts()
        .role("planner", "acme", service)
        .allow("planner", mayAssume("*", { StringEquals: { [key]: "acme" } }))
        .role("tool", undefined, admits({ AWS: account }))
        .tenant("z", "globex");
      assert.deepEqual(untagged.found(), []);
      const unknown = new Facts()
        .role("planner", "acme", service)
        .allow("planner", mayAssume("*", { StringEquals: { [key]: "acme" } }))
        .role("tool", undefined, admits({ AWS: account }))
        .say("belongs-to", {
          thing: roleName("tool"),
          tenant: { kind: "unknown", waitsFor: ["urn:t"] },
          by: "own",
        });
      assert.deepEqual(unknown.found(), [
        "planner > tool? the tag that names the tenant of a role is not known yet",
      ]);
    });

    it("is in doubt where the caller's or the role's account or name is not known", () => {
      const facts = new Facts()
        .role("planner", "acme", service, "default")
        .say("allows", {
          identity: roleName("planner", "default"),
          policy: parsePolicyDocument(mayAssume("*")),
        })
        .role("tool", "globex", admits({ AWS: account }));
      assert.deepEqual(facts.found(), ["planner > tool? the account of a role is not known"]);
      const unnamed = (pattern: string) => {
        const made = new Facts()
          .role("planner", "acme", service)
          .allow("planner", mayAssume(pattern))
          .tenant("urn:x::tool", "globex");
        return made.say("admits", {
          identity: "urn:x::tool",
          trust: parsePolicyDocument(admits({ AWS: account })),
          path: { kind: "known", text: "/globex/" },
        });
      };
      const name = "the name or path of a role is not known";
      assert.deepEqual(unnamed("arn:aws:iam::*:role/globex/tool").found(), [
        `planner > tool? ${name}`,
      ]);
      assert.deepEqual(unnamed("arn:aws:iam::*:role/globex/*").found(), ["planner > tool"]);
      assert.deepEqual(unnamed("arn:aws:iam::*:role/acme/*").found(), []);
      const pathless = unnamed("arn:aws:iam::*:role/globex/*").say("admits", {
        identity: "urn:x::other",
        trust: parsePolicyDocument(admits({ AWS: account })),
        path: { kind: "unknown", waitsFor: [] },
      });
      assert.deepEqual(pathless.tenant("urn:x::other", "globex").found(), [
        "planner > tool",
        `planner > other? ${name}`,
      ]);
    });
  });

  describe("by what a trust policy asks of its callers", () => {
    const asks = (condition: Value) =>
      new Facts()
        .role("planner", "acme", service)
        .allow("planner", mayAssume("*"))
        .role("tool", "globex", admits({ AWS: account }, condition))
        .found();

    it("is in doubt where a tag says nothing of tenants or is not known", () => {
      const doubt = ["planner > tool? a condition of a trust policy cannot be told of its callers"];
      assert.deepEqual(asks({ StringEquals: { "aws:PrincipalTag/team": "ml" } }), doubt);
      assert.deepEqual(
        asks({ StringEquals: { "aws:PrincipalTag/agentid.dev/tenant": new Unknown() } }),
        doubt,
      );
      assert.deepEqual(asks(new Unknown()), doubt);
    });

    it("follows tags by value and pattern, and both of two", () => {
      const tag = "aws:PrincipalTag/agentid.dev/tenant";
      assert.deepEqual(asks({ StringLike: { [tag]: "ac*" } }), ["planner > tool"]);
      assert.deepEqual(asks({ StringLike: { [tag]: "g*" } }), []);
      assert.deepEqual(
        asks({ StringEquals: { [tag]: "acme", "aws:PrincipalTag/tenant": "globex" } }),
        [],
      );
      assert.deepEqual(asks({ StringNotEquals: { [tag]: "acme" } }), ["planner > tool"]);
    });

    it("is in doubt where a tag is compared with that of a role of no tenant", () => {
      const facts = new Facts()
        .role("planner", "acme", service)
        .allow("planner", mayAssume("*"))
        .role(
          "hub",
          undefined,
          admits(
            { AWS: account },
            {
              StringEquals: { "aws:PrincipalTag/t": "${aws:ResourceTag/t}" },
            },
          ),
        )
        .role("tool", "globex", admits({ AWS: `arn:aws:iam::${account}:role/hub` }));
      assert.deepEqual(facts.found(), [
        "planner > hub > tool? a condition of a trust policy cannot be told of its callers",
      ]);
    });

    it("follows the ARN that is asked for", () => {
      const arn = (text: Value) => asks({ ArnEquals: { "aws:PrincipalArn": text } });
      assert.deepEqual(arn(`arn:aws:iam::${account}:role/planner`), ["planner > tool"]);
      assert.deepEqual(arn("arn:aws:iam::444455556666:role/planner"), []);
      assert.deepEqual(arn("nothing"), []);
      assert.deepEqual(
        asks({
          ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/a` },
          StringEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/b` },
        }),
        [],
      );
      const other = new Facts()
        .role("planner", "acme", service)
        .role(
          "tool",
          "globex",
          admits(
            { AWS: `arn:aws:iam::${account}:role/planner` },
            { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/x` } },
          ),
        );
      assert.deepEqual(other.found(), []);
    });

    it("is not known where it names nobody that is known", () => {
      const facts = new Facts()
        .tenant("a", "acme")
        .role("tool", "globex", admits({ AWS: new Unknown(["urn:x::other"]) }));
      assert.deepEqual(facts.found(), ["tool unknown: urn:x::other"]);
    });
  });

  describe("by tokens", () => {
    const acme = "k8s|c|acme|ServiceAccount|a";
    const withAccounts = () =>
      new Facts()
        .say("inside", { thing: acme, namespace: "k8s|c||Namespace|acme" })
        .tenant("k8s|c||Namespace|acme", "acme");
    const sub = (subject: Value, operator = "StringEquals") => ({
      [operator]: { [`${host}:sub`]: subject },
    });
    const byArn = `arn:aws:iam::${account}:oidc-provider/${host}`;

    it("passes over subjects that are no ServiceAccount and conditions that nobody meets", () => {
      const found = (condition: Value) =>
        withAccounts().role("tool", "globex", admitsToken(byArn, condition)).found();
      assert.deepEqual(found(sub("repo:acme/desk:ref:x")), []);
      assert.deepEqual(found(sub("system:serviceaccount:acme")), []);
      assert.deepEqual(
        found({
          ...sub("system:serviceaccount:acme:a"),
          ...sub("system:serviceaccount:b:*", "StringLike"),
        }),
        [],
      );
      assert.deepEqual(found(sub("system:serviceaccount:other:*", "StringLike")), []);
      assert.deepEqual(found(sub("system:serviceaccount:acme:*", "StringLike")), ["acme > tool"]);
      assert.deepEqual(found(sub("system:*", "StringLike")), ["acme > tool"]);
    });

    it("takes a cluster's issuer without a subject for every namespace, and no other issuer's", () => {
      const aud = { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" } };
      const found = (arn: string, condition: Value) =>
        withAccounts().role("tool", "globex", admitsToken(arn, condition)).found();
      assert.deepEqual(found(byArn, aud), ["acme > tool"]);
      const github = "token.actions.githubusercontent.com";
      assert.deepEqual(
        found(`arn:aws:iam::${account}:oidc-provider/${github}`, {
          StringEquals: { [`${github}:aud`]: "x" },
        }),
        [],
      );
    });

    it("finds the issuer of a provider that a preview does not know by its resource, else by the keys", () => {
      const trust = admitsToken(new Unknown([oidc]), sub("system:serviceaccount:acme:a"));
      assert.deepEqual(
        withAccounts()
          .say("issuer", { provider: oidc, issuer: { kind: "known", text: host } })
          .role("tool", "globex", trust)
          .found(),
        ["acme/a > tool"],
      );
      assert.deepEqual(withAccounts().role("tool", "globex", trust).found(), ["acme/a > tool"]);
    });

    it("is in doubt where accounts of one name are of several tenants", () => {
      const other = "k8s|d|acme|ServiceAccount|a";
      const facts = withAccounts()
        .say("inside", { thing: other, namespace: "k8s|d||Namespace|acme" })
        .tenant("k8s|d||Namespace|acme", "initech")
        .role("tool", "globex", admitsToken(byArn, sub("system:serviceaccount:acme:a")));
      const reason = "which cluster's ServiceAccount a subject names is not known";
      assert.deepEqual(facts.found(), [`acme/a > tool? ${reason}`, `acme/a > tool? ${reason}`]);
      const elsewhere = withAccounts()
        .tenant("k8s|d||Namespace|acme", "initech")
        .role("tool", "globex", admitsToken(byArn, sub("system:serviceaccount:acme:z")));
      assert.deepEqual(elsewhere.found(), [`acme/z > tool? ${reason}`]);
    });

    it("follows Pod Identity where the trust takes the account's tags", () => {
      const found = (trust: Value, identity = acme) =>
        withAccounts()
          .tenant("urn:x::association", "acme")
          .role("tool", "globex", trust)
          .say("becomes", { identity, role: named(roleName("tool")), by: "pod-identity" })
          .found();
      const pods = { Service: "pods.eks.amazonaws.com" };
      const asks = (namespace: Value) =>
        admits(pods, { StringEquals: { "aws:RequestTag/kubernetes-namespace": namespace } });
      assert.deepEqual(found(asks("acme")), ["acme/a > tool"]);
      assert.deepEqual(found(asks("globex")), []);
      assert.deepEqual(found(service), []);
      assert.deepEqual(found(admits(pods), "urn:x::association"), ["association > tool"]);
      assert.deepEqual(found("not JSON"), []);
      assert.deepEqual(found(admits(pods, new Unknown())), ["acme/a > tool"]);
    });
  });
});
