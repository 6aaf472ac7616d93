import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { boundaryName, roleName, rolePath, safeName, sessionName } from "../../components/naming";

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

  it("fit IAM and tell any two workloads apart, whatever their tenants are called", () => {
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
