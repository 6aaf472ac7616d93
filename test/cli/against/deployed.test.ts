import assert from "node:assert/strict";
import type { Report } from "../../../policy-pack/views/report";
import { isCredentialName } from "../../../policy-pack/domain/secrets/name";
import { previewProgram } from "../../../engine/preview-program";
import { deploy } from "../../support/deployed";
import { exportOf } from "../../support/views";
import { snapshotOf } from "../../support/resources";
import type { Resource, Snapshot } from "../../../core/snapshot/resource";
import { Folder } from "../support/folder";
import { runCli } from "../support/run-cli";
import { inProgramHost } from "../../support/program-host";

/** What of the program below one of its versions has otherwise. */
interface Version {
  readonly statements?: readonly string[];
  readonly more?: string;
  readonly principals?: string;
  readonly approval?: string;
  readonly grants?: string;
}

const reads = 'allow(["s3:GetObject"], inside(tickets))';
const sends = 'allow(["sqs:SendMessage"], queue.arn)';
/** What is deployed has one finding that blocks. */
const all = 'allow(["dynamodb:*"], "*")';

/** A function with a role of its own, which may read a bucket and send to a queue, and an agent that may call a tool. */
function program({
  statements = [reads, sends, all],
  more = "",
  principals = '{ Service: "lambda.amazonaws.com" }',
  approval = 'approval: "human", ',
  grants = `[{ tool: { tenant: "acme", name: "refund" }, intents: ["refund-order"], ${approval}sensitivity: "internal" }]`,
}: Version = {}): string {
  return `const pulumi = require("@pulumi/pulumi");
const made = (type, name, inputs) => new (class extends pulumi.CustomResource {})(type, name, { arn: undefined, ...inputs });
const inside = ({ arn }) => pulumi.interpolate\`\${arn}/*\`;
const allow = (Action, Resource) => ({ Effect: "Allow", Action, Resource });
const document = (...Statement) => pulumi.jsonStringify({ Version: "2012-10-17", Statement });
const tickets = made("aws:s3/bucket:Bucket", "tickets", {});
const queue = made("aws:sqs/queue:Queue", "queue", { name: "acme-queue" });
const role = made("aws:iam/role:Role", "triage", {
  name: "acme-triage",
  assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole", Principal: ${principals} }),
});
made("aws:iam/rolePolicy:RolePolicy", "calls", { role: role.id, policy: document(${statements.join(", ")}) });
${more}
made("aws:lambda/function:Function", "triage", { role: role.arn, name: "acme-triage" });
new pulumi.ComponentResource("agentid:index:Agent", "triage", { name: "triage", tenant: { name: "acme" }, grants: ${grants} });
`;
}

const unchanged: readonly (readonly [string, string])[] = [
  ["nothing", program()],
  [
    "formatting and order of statements and resources",
    turned(program({ statements: [all, sends, reads] }))
      .replaceAll(", ", ",  ")
      .replaceAll("\n", "\n\n"),
  ],
  [
    "that a policy is split in two, and allows and lists an action twice",
    program({
      statements: ['allow(["s3:GetObject", "s3:GetObject"], inside(tickets))', reads, all],
      more: `made("aws:iam/rolePolicy:RolePolicy", "sends", { role: role.id, policy: document(${sends}) });`,
    }),
  ],
];

/** A version, what changes in authority, and the rules of new findings. */
const changed: readonly (readonly [
  what: string,
  text: string,
  lines: readonly RegExp[],
  rules: readonly string[],
])[] = [
  [
    "one more permission",
    program({
      statements: ['allow(["s3:GetObject", "s3:PutObject"], inside(tickets))', sends, all],
    }),
    [/^wider: `triage` can now `s3:PutObject` on `tickets(-d5687d9\/\*)?`$/],
    [],
  ],
  [
    "one more trusted principal",
    program({
      principals:
        '{ Service: "lambda.amazonaws.com", AWS: "arn:aws:iam::444455556666:role/partner" }',
    }),
    [/^wider: `triage` can now be assumed by `arn:aws:iam::444455556666:role\/partner`$/],
    ["require-source-condition", "require-source-identity"],
  ],
  [
    "any principal",
    program({ principals: '{ Service: "lambda.amazonaws.com", AWS: "*" }' }),
    [
      /^wider: `triage` can now be assumed by `any principal`, before only by `lambda.amazonaws.com`$/,
    ],
    ["no-public-trust"],
  ],
  [
    "an approval that is dropped",
    program({ approval: "" }),
    [/^wider: `acme\/triage` no longer needs approval to call `refund` for `refund-order`$/],
    [],
  ],
  [
    "one permission less",
    program({ statements: [reads, all] }),
    [/^narrower: `triage` can no longer `sqs:SendMessage` on `.*acme-queue`$/],
    [],
  ],
];

/** The program with its queue before its bucket, and its function before the policy. */
function turned(text: string): string {
  const lines = text.split("\n");
  const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
  const swap = (one: number, other: number): void => {
    [lines[one], lines[other]] = [lines[other] ?? "", lines[one] ?? ""];
  };
  swap(at("const tickets"), at("const queue"));
  swap(at('made("aws:iam/rolePolicy'), at('made("aws:lambda'));
  return lines.join("\n");
}

describe("agentid check --against what is deployed", () => {
  inProgramHost();

  let folder: Folder;

  const previewed = async (state?: Snapshot): Promise<readonly Resource[]> => {
    const result = await previewProgram({
      directory: folder.path,
      isCredentialName,
      ...(state !== undefined && { state }),
    });
    assert.ok(result.kind === "snapshot", JSON.stringify(result));
    return deploy(
      result.snapshot.resources.map((each) => ({ ...each, outputs: {} })),
      { account: "111122223333", region: "eu-west-1" },
    ).resources;
  };

  before(async () => {
    folder = new Folder();
    folder.program(program());
    // With the outputs of its first update, a program shows what it made of them.
    const exported = exportOf(await previewed(snapshotOf(await previewed())));
    assert.ok(exported !== undefined);
    folder.write({ "export.json": exported });
  });

  after(() => {
    folder.remove();
  });

  const sides: readonly (readonly [string, readonly string[]])[] = [
    ["a stack export", []],
    ["a stack export, with --state", ["--state", "export.json"]],
  ];
  for (const [side, args] of sides) {
    const check = async (text: string, ...more: readonly string[]) => {
      folder.write({ "index.js": text });
      const { out, err, code } = await runCli(
        ["check", ".", "--against", "export.json", ...args, ...more, "--report", "json"],
        folder.path,
      );
      assert.match(err, /^desk\/dev: (?:passed|(?:BLOCKED|NOT PROVEN): [^\n]+)\n$/);
      const { against, judgement } = JSON.parse(out) as Report;
      assert.ok(against?.authority);
      const fresh = judgement.findings.filter((one) => against.new.includes(one.fingerprint));
      return {
        fresh: fresh.map(({ rule }) => rule),
        known: against.known.length,
        gone: against.gone.map(({ message }) => message),
        lines: against.authority.changed.flatMap(({ rows }) =>
          rows.map(({ change, sentence }) => `${change}: ${sentence}`),
        ),
        code,
      };
    };

    for (const [what, text] of unchanged) {
      it(`${side}: reports nothing where it differs in ${what}`, async () => {
        const nothing = { fresh: [], known: 1, gone: [], lines: [] };
        assert.deepEqual(await check(text, "--new-only"), { ...nothing, code: 0 });
      });
    }

    it(`${side}: blocks by what is known, without --new-only`, async () => {
      assert.equal((await check(program())).code, 1);
    });

    for (const [what, text, expected, rules] of changed) {
      it(`${side}: reports ${what} alone`, async () => {
        const { lines, code, ...found } = await check(text, "--new-only");
        assert.deepEqual(found, { fresh: rules, known: 1, gone: [] });
        assert.equal(code !== 0, rules.length > 0);
        assert.equal(lines.length, expected.length, lines.join("\n"));
        expected.forEach((line, at) => {
          assert.match(lines[at] ?? "", line);
        });
      });
    }
  }
});
