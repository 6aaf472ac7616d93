import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  boundaryName,
  functionNameOf,
  oauth2ProviderName,
  objectName,
  profileName,
  roleName,
  rolePath,
  runtimeNameOf,
  safeName,
  sessionName,
  taskFamilyOf,
  workloadIdentityName,
} from "../../../components/arguments/naming";

const names = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 90 }),
);
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

describe("safeName", () => {
  const cases: Readonly<Record<string, string>> = {
    triage: "triage",
    "ticket-search2": "ticket-search2",
    Triage: "triage-4ffbef3c08",
    "Ticket Search": "ticket-search-3d7425d687",
    Rückgabe: "ruckgabe-6223760a65",
    検索: "w-1b6b1a6f89",
    "": "w-e3b0c44298",
    "-": "w-3973e022e9",
  };
  for (const [name, safe] of Object.entries(cases)) {
    it(`makes \`${safe}\` of \`${name}\``, () => assert.equal(safeName(name), safe));
  }

  it("shortens a name of 64 characters, and leaves one of 63", () => {
    assert.equal(safeName("a".repeat(63)), "a".repeat(63));
    assert.match(safeName("a".repeat(64)), /^a{52}-[0-9a-f]{10}$/);
  });

  it("always gives a Kubernetes name", () => {
    fc.assert(
      fc.property(names, (name) => {
        const safe = safeName(name);
        assert.match(safe, label);
        assert.ok(safe.length <= 63);
      }),
    );
  });

  it("keeps different names different", () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        fc.pre(a !== b);
        assert.notEqual(safeName(a), safeName(b));
      }),
    );
  });

  it("leaves what it made as it is", () => {
    fc.assert(fc.property(names, (name) => safeName(safeName(name)) === safeName(name)));
  });
});

describe("names of roles", () => {
  const safe = names.map(safeName);

  it("fit IAM and distinguish any two workloads, whatever their tenants are called", () => {
    fc.assert(
      fc.property(safe, safe, safe, safe, (tenantA, a, tenantB, b) => {
        assert.match(roleName(tenantA, a), /^[\w+=,.@-]{1,64}$/);
        assert.match(boundaryName(tenantA), /^[\w+=,.@-]{1,128}$/);
        assert.match(rolePath(tenantA), /^\/agentid\/[a-z0-9-]+\/$/);
        assert.match(sessionName(a), /^[\w+=,.@-]{2,64}$/);
        if (tenantA !== tenantB || a !== b) {
          assert.notEqual(roleName(tenantA, a), roleName(tenantB, b));
        }
      }),
    );
  });

  it("stay as they are up to 64 characters, and are cut from 65 on", () => {
    const [tenant, workload] = ["t".repeat(31), "w".repeat(32)];
    assert.equal(roleName(tenant, workload), `${tenant}.${workload}`);
    assert.equal(roleName(tenant, workload).length, 64);
    assert.match(roleName(tenant, `${workload}w`), /^t{31}\.w{21}-[0-9a-f]{10}$/);
  });

  it("do not mix up a tenant's name with the start of a workload's", () => {
    assert.equal(roleName("a-b", "c"), "a-b.c");
    assert.equal(roleName("a", "b-c"), "a.b-c");
  });

  it("are cut where tenant and workload together are too long", () => {
    assert.match(roleName("t".repeat(40), "w".repeat(40)), /^t{40}\.w{12}-[0-9a-f]{10}$/);
  });

  it("lengthen a session's name to what STS takes", () => {
    assert.equal(sessionName("a"), "a-session");
    assert.equal(sessionName("ab"), "ab");
  });
});

describe("names of resources of a workload in other services", () => {
  const safe = names.map(safeName);
  const longest = fc.oneof(safe, fc.constantFrom("a".repeat(63), "a".repeat(62) + "b"));

  /** Each with what it may be. Source: the API reference of each service, what creates it; kubernetes.io, object names. */
  const kinds: Readonly<Record<string, readonly [typeof roleName, RegExp]>> = {
    "a Lambda function": [functionNameOf, /^[A-Za-z0-9_-]{1,64}$/],
    "a family of ECS tasks": [taskFamilyOf, /^[A-Za-z0-9_-]{1,255}$/],
    "an AgentCore runtime": [runtimeNameOf, /^[A-Za-z][A-Za-z0-9_]{0,47}$/],
    "an AgentCore workload identity": [workloadIdentityName, /^[A-Za-z0-9_.-]{3,255}$/],
    "a Roles Anywhere profile": [profileName, /^[ a-zA-Z0-9\-_]{1,255}$/],
    "an object of Kubernetes": [
      objectName,
      /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
    ],
    "an OAuth2 provider": [
      (tenant, workload) => oauth2ProviderName(tenant, workload, "github"),
      /^[a-zA-Z0-9_-]{1,128}$/,
    ],
  };
  for (const [what, [nameOf, allowed]] of Object.entries(kinds)) {
    it(`fit ${what} and distinguish any two workloads, whatever they are called`, () => {
      fc.assert(
        fc.property(longest, longest, longest, longest, (tenantA, a, tenantB, b) => {
          assert.match(nameOf(tenantA, a), allowed);
          assert.equal(nameOf(tenantA, a), nameOf(tenantA, a));
          if (tenantA !== tenantB || a !== b) {
            assert.notEqual(nameOf(tenantA, a), nameOf(tenantB, b));
          }
        }),
        { numRuns: 500 },
      );
    });
  }

  it("distinguish the OAuth2 providers of a workload from those of any other", () => {
    fc.assert(
      fc.property(longest, longest, safe, safe, (a, b, one, other) => {
        fc.pre(a !== b || one !== other);
        assert.notEqual(oauth2ProviderName("acme", a, one), oauth2ProviderName("acme", b, other));
      }),
      { numRuns: 500 },
    );
  });

  it("are cut just beyond what a service takes", () => {
    const cuts: readonly (readonly [typeof roleName, number])[] = [
      [functionNameOf, 64],
      [runtimeNameOf, 48],
    ];
    for (const [nameOf, most] of cuts) {
      const workload = "w".repeat(most - 5);
      assert.equal(nameOf("acme", workload), `acme_${workload}`);
      assert.equal(nameOf("acme", `${workload}w`).length, most);
      assert.match(nameOf("acme", `${workload}w`), /^acme_w+[-_][0-9a-f]{10}$/);
    }
  });
});
