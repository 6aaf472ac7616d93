import {
  maskedFinding,
  maskedIdentityGraph,
  maskedWorkload,
} from "../../../policy-pack/run/masked";
import assert from "node:assert/strict";
import { Masks, namesIn } from "../../../policy-pack/facts/masks";
import type { Finding } from "../../../policy-pack/findings/finding";
import type { WorkloadSummary } from "../../../policy-pack/views/report";

describe("texts that are not to be shown", () => {
  const masks = new Masks();
  masks.add(["desk", "desk-prod", "444455556666", "a", "a+b/*"]);

  it("are masked as whole words, the longest first", () => {
    assert.equal(masks.over("role desk-prod of desk"), "role [secret] of [secret]");
    assert.equal(
      masks.over("arn:aws:iam::444455556666:role/desk"),
      "arn:aws:iam::[secret]:role/[secret]",
    );
    assert.equal(masks.over("a+b/* matches"), "[secret] matches");
    assert.equal(masks.over("urn:pulumi:dev::desk::t::desk"), "urn:pulumi:dev::desk::t::desk");
  });

  it("leave alone what only looks like one, and what is too short to hide anything", () => {
    assert.equal(masks.over("helpdesk and desks, a role"), "helpdesk and desks, a role");
    assert.equal(masks.has("a"), false);
    assert.equal(masks.has("desk"), true);
  });

  it("are masked in the text of a finding, and in nothing that decides it", () => {
    const subject = {
      name: "iam-role|1|desk",
      label: "desk",
      urn: "urn:pulumi:dev::desk::t::desk",
    };
    const finding: Finding = {
      rule: "desk",
      verdict: "violated",
      severity: "high",
      level: "mandatory",
      about: subject,
      holder: subject,
      at: { urn: "urn:pulumi:dev::desk::t::desk", property: "tags.desk" },
      source: { file: "desk.ts", line: 1 },
      message: "desk",
      fix: "not desk",
      replacement: '{"is":"desk"}',
      related: [{ ...subject, as: "runs as desk" }],
      chain: [{ from: subject, to: subject, by: "by desk" }],
      dependsOn: ["urn:pulumi:dev::desk::t::desk"],
      fingerprint: "desk",
      aliases: ["desk"],
      standards: ["desk"],
      known: false,
    };
    const masked = { ...subject, name: "iam-role|1|[secret]", label: "[secret]" };
    assert.deepEqual(maskedFinding(masks, finding), {
      ...finding,
      about: masked,
      holder: masked,
      message: "[secret]",
      fix: "not [secret]",
      replacement: '{"is":"[secret]"}',
      related: [{ ...masked, as: "runs as [secret]" }],
      chain: [{ from: masked, to: masked, by: "by [secret]" }],
    });
    assert.equal(maskedFinding(new Masks(), finding), finding);
    assert.equal(new Masks().over("desk"), "desk");
  });

  it("never change how a finding acts, also where they are the words for it", () => {
    const words = new Masks();
    words.add(["mandatory", "violated", "high", "critical"]);
    const finding = { level: "mandatory", verdict: "violated", severity: "high" };
    const { level, verdict, severity } = maskedFinding(words, {
      ...finding,
      ...{ about: { name: "a", label: "a" }, message: "", fix: "", related: [], chain: [] },
    } as unknown as Finding);
    assert.deepEqual({ level, verdict, severity }, finding);
  });

  it("are masked in the identity graph, but for URNs", () => {
    const urn = "urn:pulumi:dev::desk::t::desk";
    const node = { kind: "identity", what: "IAM role" } as const;
    const graph = {
      nodes: [
        { ...node, name: "iam-role|444455556666|a", label: "role desk", tenant: "desk" },
        { ...node, name: urn, also: ["k8s|c|desk|Pod|a"], label: "a" },
      ],
      edges: [{ from: 0, to: 1, by: "assumes" }],
    };
    assert.deepEqual(maskedIdentityGraph(masks, graph), {
      nodes: [
        { ...node, name: "iam-role|[secret]|a", label: "role [secret]", tenant: "[secret]" },
        { ...node, name: urn, also: ["k8s|c|[secret]|Pod|a"], label: "a" },
      ],
      edges: graph.edges,
    });
  });

  it("are masked in the text on a workload", () => {
    const workload: WorkloadSummary = {
      label: "desk",
      what: "desk",
      is: "agent",
      identities: ["desk"],
      federation: ["IRSA"],
      tenant: "desk",
    };
    assert.deepEqual(maskedWorkload(masks, workload), {
      ...workload,
      label: "[secret]",
      identities: ["[secret]"],
      tenant: "[secret]",
    });
    assert.equal(maskedWorkload(new Masks(), workload), workload);
  });

  it("are no longer masked once they appear in plain text", () => {
    const spared = new Masks();
    spared.unmask("desk");
    spared.add(["desk", "acme-prod"]);
    spared.unmask("a helpdesk, and acme-prod/x");
    assert.equal(spared.over("desk of acme-prod"), "[secret] of acme-prod");
    spared.add(["arn:aws:iam::444455556666:role/desk", "444455556666"]);
    spared.unmask("arn:aws:iam::444455556666:role/desk");
    assert.deepEqual([spared.isEmpty, spared.over("desk")], [true, "desk"]);
  });

  it("of an ARN are also its account and its name", () => {
    assert.deepEqual(namesIn('{"roleArn":"arn:aws:iam::444455556666:role/team/desk"}'), [
      '{"roleArn":"arn:aws:iam::444455556666:role/team/desk"}',
      "arn:aws:iam::444455556666:role/team/desk",
      "444455556666",
      "role/team/desk",
      "team/desk",
      "desk",
    ]);
    assert.deepEqual(namesIn("arn:aws:s3:::crm"), ["arn:aws:s3:::crm"]);
    assert.deepEqual(namesIn("crm-key"), ["crm-key"]);
  });

  it("of a queue's URL are also its account and its name", () => {
    const url = "https://sqs.eu-west-1.amazonaws.com/444455556666/inbox";
    assert.deepEqual(namesIn(url), [url, "sqs.eu-west-1.amazonaws.com", "444455556666", "inbox"]);
  });
});
