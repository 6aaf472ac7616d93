import assert from "node:assert/strict";
import type { Finding } from "../../../policy-pack/findings/finding";
import type { Against } from "../../../policy-pack/views/against";
import type { CallGrant } from "../../../policy-pack/views/delta/authority";
import type { DeltaRow } from "../../../policy-pack/views/delta/change";
import type { Report } from "../../../policy-pack/views/report";
import { parseReports } from "../../../cli/report-file";
import { reporters } from "../../../cli/report";
import { authorityMarkdown, authorityText } from "../../../cli/report/delta-text";
import { holdingReport, hostileName, sampleOptions, sampleReport } from "./sample-report";

function row(change: DeltaRow["change"], sentence: string, more: Partial<DeltaRow> = {}): DeltaRow {
  return { change, aspect: "may", sentence, actions: [], objects: [], ...more };
}

const [fresh] = sampleReport.judgement.findings as [Finding];

function reportWith(rows: readonly DeltaRow[], more: Partial<Against> = {}): Report {
  const against: Against = {
    before: "git:main",
    new: [fresh.fingerprint],
    known: [],
    gone: [],
    authority: {
      changed: [
        { holders: ["acme/a"], keys: ["a"], what: "workload", tenant: "acme", state: "new", rows },
      ],
      same: 11,
    },
    ...more,
  };
  return {
    ...holdingReport,
    judgement: { ...holdingReport.judgement, findings: [fresh] },
    against,
  };
}

const rows = [
  row("narrower", "`acme/mailer` can no longer `sqs:*` on `acme-mail`", {
    source: { file: "mail.ts", line: 7 },
  }),
  row("unknown", "cannot verify whether `cron` can `a:A` on `b` on both sides"),
  row("wider", "`acme/triage` can now `s3:PutObject` on `acme-tickets/*`", {
    source: { file: "agents.yaml", line: 31, column: 5 },
  }),
  row("wider", "`globex/worker` can now `secretsmanager:GetSecretValue` on `acme/db-url`", {
    crosses: "no-cross-tenant-secret",
  }),
];

const call: CallGrant = {
  caller: "triage",
  label: "acme/triage",
  tool: "refunds",
  intents: ["refund-order", "look-up"],
  sensitivity: "restricted",
  approval: "human",
  maxSeconds: 60,
  conditions: [{ operator: "at-most", key: "amount", values: ["100"] }],
  decidedBy: "broker",
};

function withCalls(calls: readonly CallGrant[]): Report {
  const authority = { identities: [], workloads: [], calls };
  return { ...holdingReport, judgement: { ...holdingReport.judgement, authority } };
}

describe("what a report shows of authority", () => {
  it("is what is wider first, and of that what crosses tenants", () => {
    const gone = {
      fingerprint: "f",
      rule: "no-shared-secret",
      about: "acme/crm",
      message: "`acme/crm` is shared",
    };
    assert.deepEqual(authorityText(reportWith(rows, { gone: [gone] }), sampleOptions), [
      "Against git:main: 1 new finding, 0 known, 1 gone",
      "- gone: no-shared-secret  `acme/crm` is shared",
      "Authority: 2 wider, 1 unknown, 1 narrower, 11 the same",
      "+ `globex/worker` can now `secretsmanager:GetSecretValue` on `acme/db-url`  crosses tenants: no-cross-tenant-secret",
      "+ `acme/triage` can now `s3:PutObject` on `acme-tickets/*`  agents.yaml:31:5",
      "? cannot verify whether `cron` can `a:A` on `b` on both sides",
      "- `acme/mailer` can no longer `sqs:*` on `acme-mail`  was mail.ts:7",
      "",
    ]);
  });

  it("is a diff in Markdown, with a code fence that no name ends", () => {
    const lines = authorityMarkdown(
      reportWith([row("wider", "`a` can now `b` on ```` x"), ...rows.slice(1, 2)]),
      sampleOptions,
    );
    assert.deepEqual(lines, [
      "**Against** `git:main`: 1 new finding, 0 known, 0 gone. **Authority:** 1 wider, 1 unknown, 11 the same.",
      "",
      "`````diff",
      "+ `a` can now `b` on ```` x",
      "? cannot verify whether `cron` can `a:A` on `b` on both sides",
      "`````",
      "",
    ]);
  });

  it("reports an earlier report without authority to compare with", () => {
    const { against, ...rest } = reportWith([]);
    assert.ok(against);
    const { authority, ...without } = against;
    assert.equal(authority?.same, 11);
    assert.deepEqual(authorityText({ ...rest, against: without }, sampleOptions), [
      "Against git:main: 1 new finding, 0 known, 0 gone",
      "Authority: not compared, since the earlier report has none",
      "",
    ]);
  });

  it("is who may call what, of which the first are shown", () => {
    assert.deepEqual(authorityText(withCalls([call]), sampleOptions), [
      "Who may call what:",
      "caller       tool     intents                data        approval  seconds  decided by  if",
      "acme/triage  refunds  refund-order, look-up  restricted  human     60       broker      amount is at most 100",
      "",
    ]);
    const many = Array.from({ length: 10 }, () => call);
    assert.equal(
      authorityText(withCalls(many), sampleOptions).at(-2),
      "… and 2 more, shown by --verbose",
    );
    assert.equal(authorityText(withCalls(many), { ...sampleOptions, verbose: true }).length, 13);
  });

  it("is nothing where there is nothing", () => {
    assert.deepEqual(authorityText(holdingReport, sampleOptions), []);
    assert.deepEqual(authorityMarkdown(holdingReport, sampleOptions), []);
  });

  it("is harmless whatever things are called", () => {
    const hostile: Report = {
      ...withCalls([{ ...call, label: hostileName, tool: hostileName, intents: [hostileName] }]),
      against: {
        ...reportWith([
          row("wider", `\`${hostileName}\` can now \`a:A\``, {
            source: { file: hostileName, line: 1 },
            crosses: hostileName,
          }),
        ]).against,
        before: hostileName,
        new: [],
        known: [],
        gone: [{ fingerprint: "f", rule: hostileName, about: hostileName, message: hostileName }],
      },
    };
    for (const lines of [
      authorityText(hostile, sampleOptions),
      authorityMarkdown(hostile, sampleOptions),
    ]) {
      for (const line of lines) {
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
        assert.doesNotMatch(line, /^::|^##\[/);
      }
    }
    const outside = authorityMarkdown(hostile, sampleOptions)
      .join("\n")
      .replace(/^(`{3,})diff\n[^]*?\n\1$/m, "")
      .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
    assert.doesNotMatch(outside, /<img|\]\(http|(?<!\w)@everyone/);
  });

  it("is read back from a report, and refused where a part is of another kind", () => {
    const report: Report = { ...withCalls([call]), against: reportWith(rows).against ?? empty };
    const text = reporters.json([report], sampleOptions);
    assert.deepEqual(parseReports(text), { kind: "ok", reports: [report] });
    for (const [right, wrong] of [
      ['"same": 11', '"same": "11"'],
      ['"change": "wider"', '"change": "more"'],
      ['"tool": "refunds"', '"tool": 1'],
      ['"decidedBy": "broker"', '"decidedBy": "me"'],
      ['"gone": []', '"gone": [{}]'],
    ] as const) {
      assert.ok(text.includes(right), right);
      assert.equal(parseReports(text.replace(right, wrong)).kind, "problem", wrong);
    }
  });
});

const empty: Against = { before: "", new: [], known: [], gone: [] };
