import assert from "node:assert/strict";
import fc from "fast-check";
import { readWaivers } from "../../../../policy-pack/run/waivers/read-waivers";
import {
  newWaiversFile,
  withWaiver,
  type NewWaiver,
} from "../../../../policy-pack/run/waivers/write-waiver";
import { waiverOf } from "../../../support/waived";

const waiver: NewWaiver = {
  rule: "no-shared-secret",
  thing: "acme/erp",
  holders: ["acme/sync"],
  owner: "team-erp",
  reason: "the vendor's key: one per customer",
  ticket: "SEC-15",
  expires: "2027-01-31",
  controls: ["network-policy", "secret-rotation"],
};

const entry = (indent: string): string =>
  [
    "- rule: no-shared-secret",
    "  thing: acme/erp",
    "  holder: acme/sync",
    "  owner: team-erp",
    '  reason: "the vendor\'s key: one per customer"',
    "  ticket: SEC-15",
    "  expires: 2027-01-31",
    "  controls: [ network-policy, secret-rotation ]",
    "",
  ]
    .map((line) => (line === "" ? "" : `${indent}${line}`))
    .join("\n");

function read(text: string): readonly NewWaiver[] {
  const found = readWaivers(text, "w");
  assert.ok(found.kind === "ok", JSON.stringify(found));
  return found.waivers.map(({ source, holder, ...rest }) => {
    assert.equal(source.file, "w");
    return { ...rest, holders: holder === undefined ? [] : [holder] };
  });
}

describe("writing a waiver", () => {
  it("names several workloads in one entry, which reads as a waiver for each", () => {
    const text = newWaiversFile({ ...waiver, holders: ["acme/sync", "acme/report"] });
    assert.match(text, /\n {4}holders:\n {6}- acme\/sync\n {6}- acme\/report\n/);
    assert.deepEqual(
      read(text).map(({ holders }) => holders),
      [["acme/sync"], ["acme/report"]],
    );
  });

  it("starts a file with the line by which editors complete it", () => {
    assert.equal(
      newWaiversFile(waiver),
      `# yaml-language-server: $schema=./node_modules/pulumi-agentid/docs/waivers.schema.json\nwaivers:\n${entry("  ")}`,
    );
  });

  it("adds the entry at the end, and leaves every character before and after it as it is", () => {
    const before = `# guarded by security\nwaivers:\n\n    # until OAuth\n    - rule:     "no-shared-secret" # the key\n      thing: 'acme/crm'\n      holder: acme/report\n      owner: team-crm\n      reason: >-\n        the vendor issues\n        one key\n      ticket: SEC-14\n      expires: 2027-01-15\n      controls:\n        - network-policy   # egress\n`;
    const after = "\n# the end\n";
    assert.equal(withWaiver(before + after, waiver), `${before}${entry("    ")}${after}`);
  });

  it("keeps the layout of a list that is not indented, and of lines that end as in Windows", () => {
    const flat = waiverOf().replace(/^ {2}/gm, "");
    assert.equal(withWaiver(flat, waiver), flat + entry(""));
    const windows = waiverOf().replaceAll("\n", "\r\n");
    assert.equal(withWaiver(windows, waiver), windows + entry("  ").replaceAll("\n", "\r\n"));
  });

  it("ends the last line where it has no end", () => {
    const open = waiverOf().trimEnd();
    assert.equal(withWaiver(open, waiver), `${open}\n${entry("  ")}`);
  });

  it("opens a list without entries or in brackets, and keeps its comments", () => {
    const empty = withWaiver("# guarded\nwaivers: [] # none yet\n", waiver);
    assert.deepEqual(read(empty), [waiver]);
    assert.match(empty, /^# guarded\n/);
    assert.match(empty, /# none yet/);
    const windows = withWaiver("# guarded\r\nwaivers: [] # none yet\r\n", waiver);
    assert.equal(windows, empty.replaceAll("\n", "\r\n"));
    const flow = `waivers: [{ rule: no-shared-secret, thing: a, owner: o, reason: r, ticket: t, expires: 2027-01-15, controls: [network-policy] }]\n`;
    assert.deepEqual(read(withWaiver(flow, waiver)), [...read(flow), waiver]);
  });

  it("writes a fingerprint of digits as text", () => {
    const numeric = { ...waiver, fingerprint: `${"0".repeat(28)}12e4` };
    assert.deepEqual(read(newWaiversFile(numeric)), [numeric]);
  });

  it("is read back as it was written, whatever its content", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((each) => each.trim() !== "" && !/[\p{C}\u2028\u2029]/u.test(each));
    fc.assert(
      fc.property(text, text, text, text, (owner, reason, ticket, thing) => {
        const odd = { ...waiver, owner, reason, ticket, thing };
        assert.deepEqual(read(newWaiversFile(odd)), [odd]);
        const two = read(withWaiver(newWaiversFile(waiver), odd));
        assert.deepEqual(two, [waiver, odd]);
      }),
    );
  });
});
