import assert from "node:assert/strict";
import type { PrincipalPart } from "../../../../core/policy/statement";
import {
  noLookups,
  principalCovers,
  principalOf,
  type Lookups,
  type Principal,
} from "../../../../policy-pack/domain/trust/principal";

function named(type: PrincipalPart["type"], text: string, lookups: Lookups = noLookups): Principal {
  return principalOf({ type, value: { kind: "text", text, secret: false } }, lookups);
}

function unknownOf(type: PrincipalPart["type"]): Principal {
  return principalOf({ type, value: { kind: "unknown", dependsOn: ["urn:a"] } }, noLookups);
}

const account = named("AWS", "111122223333");
const role = named("AWS", "arn:aws:iam::111122223333:role/agents/triage");
const user = named("AWS", "arn:aws:iam::111122223333:user/ada");
const session = named("AWS", "arn:aws:sts::111122223333:assumed-role/triage/i-0");
const service = named("Service", "ec2.amazonaws.com");
const provider = named("Federated", "arn:aws:iam::111122223333:oidc-provider/oidc.example/a");
const saml = named("Federated", "arn:aws:iam::111122223333:saml-provider/okta");
const canonical = named("CanonicalUser", "79a59df900b949e5");
const gone = named("AWS", "AROAEXAMPLEID");
const everyone = named("*", "*");

describe("principals", () => {
  it("return the issuer of a provider from its ARN", () => {
    assert.deepEqual(provider, {
      kind: "federated",
      provider: { kind: "named", text: "arn:aws:iam::111122223333:oidc-provider/oidc.example/a" },
      issuer: { kind: "known", host: "oidc.example/a" },
    });
  });

  it("return the issuer of a provider that AWS defines from its name", () => {
    assert.deepEqual(named("Federated", "accounts.google.com"), {
      kind: "federated",
      provider: { kind: "named", text: "accounts.google.com" },
      issuer: { kind: "known", host: "accounts.google.com" },
    });
  });

  it("look up the issuer of a provider whose name does not contain it", () => {
    const lookups: Lookups = {
      issuer: (requested) => ({
        kind: "known",
        host: requested.kind === "named" ? `issuer of ${requested.text}` : "none",
      }),
    };
    assert.deepEqual(named("Federated", "urn:pulumi:dev::desk::provider", lookups), {
      kind: "federated",
      provider: { kind: "named", text: "urn:pulumi:dev::desk::provider" },
      issuer: { kind: "known", host: "issuer of urn:pulumi:dev::desk::provider" },
    });
    assert.deepEqual(named("Federated", "cluster"), {
      kind: "federated",
      provider: { kind: "named", text: "cluster" },
      issuer: { kind: "unknown", dependsOn: [] },
    });
  });

  it("keep what is unknown, with its type", () => {
    assert.deepEqual(unknownOf("Federated"), {
      kind: "federated",
      provider: { kind: "unknown", dependsOn: ["urn:a"] },
      issuer: { kind: "unknown", dependsOn: ["urn:a"] },
    });
    for (const type of ["AWS", "Service", "CanonicalUser"] as const) {
      assert.deepEqual(unknownOf(type), { kind: "unknown", type, dependsOn: ["urn:a"] });
    }
    assert.deepEqual(unknownOf("unknown"), { kind: "unknown", type: "any", dependsOn: ["urn:a"] });
    assert.deepEqual(named("unknown", "x"), { kind: "unknown", type: "any", dependsOn: [] });
  });

  describe("cover", () => {
    const all = { account, role, user, session, service, provider, saml, canonical, gone };
    const covered: Readonly<Record<string, readonly string[]>> = {
      account: ["account", "role", "user", "session"],
      role: ["role", "session"],
      user: ["user"],
      session: ["session"],
      service: ["service"],
      provider: ["provider"],
      saml: ["saml"],
      canonical: ["canonical"],
      gone: ["gone"],
    };
    for (const [name, general] of Object.entries(all)) {
      it(`${name}: ${covered[name]?.join(", ") ?? ""} and nothing else`, () => {
        const found = Object.entries(all).filter(([, each]) => principalCovers(general, each));
        assert.deepEqual(
          found.map(([other]) => other),
          covered[name],
        );
      });
    }

    it("everyone: all, and only everyone covers everyone or what is unknown", () => {
      for (const each of Object.values(all)) {
        assert.equal(principalCovers(everyone, each), true);
        assert.equal(principalCovers(each, everyone), false);
        assert.equal(principalCovers(each, unknownOf("AWS")), false);
      }
      assert.equal(principalCovers(everyone, everyone), true);
    });

    it("role: no session of a role of that name in another account", () => {
      const other = named("AWS", "arn:aws:sts::444455556666:assumed-role/triage/i-0");
      assert.equal(principalCovers(role, other), false);
    });

    it("provider: not one that is unknown, which may be another", () => {
      assert.equal(principalCovers(unknownOf("Federated"), unknownOf("Federated")), false);
    });
  });
});
