import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseSpiffeId, printSpiffeId, serviceAccountSpiffeId } from "../../core/spiffe-id";

describe("spiffe id", () => {
  it("reads trust domain and path", () => {
    assert.deepEqual(parseSpiffeId("spiffe://acme.example/ns/desk/sa/triage"), {
      ok: true,
      id: { trustDomain: "acme.example", segments: ["ns", "desk", "sa", "triage"] },
    });
  });

  it("reads the id of a trust domain itself", () => {
    assert.deepEqual(parseSpiffeId("spiffe://acme.example"), {
      ok: true,
      id: { trustDomain: "acme.example", segments: [] },
    });
  });

  it("takes scheme and trust domain in any case, but not the path", () => {
    assert.deepEqual(parseSpiffeId("SPIFFE://Acme.Example/Path"), {
      ok: true,
      id: { trustDomain: "acme.example", segments: ["Path"] },
    });
  });

  const characters =
    "a trust domain consists of letters, digits, `.`, `-` and `_`, without user or port";
  const refused: [string, string][] = [
    ["https://acme.example/a", "it starts with `spiffe://`"],
    ["spiffe:///a", "a trust domain follows `spiffe://`"],
    ["spiffe://user@acme.example/a", characters],
    ["spiffe://acme.example:8443/a", characters],
    ["spiffe://\u212Aube/a", characters],
    ["spiffe://acme.example/", "its path has no empty segment and no final `/`"],
    ["spiffe://acme.example//a", "its path has no empty segment and no final `/`"],
    ["spiffe://acme.example/a/../b", "its path has no `.` or `..`"],
    ["spiffe://acme.example/a/./b", "its path has no `.` or `..`"],
    ["spiffe://acme.example/%41", "its path consists of letters, digits, `.`, `-`, `_` and `/`"],
    ["spiffe://acme.example/a?b", "its path consists of letters, digits, `.`, `-`, `_` and `/`"],
    [`spiffe://${"a".repeat(256)}/x`, "a trust domain has at most 255 bytes"],
    [`spiffe://a/${"b".repeat(2048)}`, "at most 2048 bytes are allowed"],
  ];
  for (const [text, why] of refused) {
    it(`refuses \`${text.slice(0, 40)}\`: ${why}`, () => {
      assert.deepEqual(parseSpiffeId(text), { ok: false, problem: `not a SPIFFE ID: ${why}` });
    });
  }

  it("prints what it read", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,9}$/);
    fc.assert(
      fc.property(name, fc.array(name), (domain, segments) => {
        const id = { trustDomain: domain.toLowerCase(), segments };
        assert.deepEqual(parseSpiffeId(printSpiffeId(id)), { ok: true, id });
      }),
    );
  });

  it("writes a ServiceAccount's id by namespace and name", () => {
    assert.equal(
      printSpiffeId(serviceAccountSpiffeId("Acme.example", "desk", "triage")),
      "spiffe://acme.example/ns/desk/sa/triage",
    );
  });
});
