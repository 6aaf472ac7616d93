import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { Unknown, type Value } from "../../core/snapshot/value";
import { defaultSettings } from "../../policy-pack/findings/settings";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { resource, snapshotOf, urnOf } from "../support/resources";

const bucket = urnOf("aws:s3/bucket:Bucket", "data");

/** A text with one unknown in the place of `§`, or the text that it will be. */
function textOf(line: string, known: string | undefined): Value {
  if (known !== undefined) return line.replaceAll("§", known);
  const open = new Unknown([bucket]);
  const parts = line.split("§").flatMap((part, index) => (index === 0 ? [part] : [open, part]));
  return Object.assign(new Unknown([bucket]), { parts: parts.filter((part) => part !== "") });
}

const pod = (container: Value): Resource =>
  resource("kubernetes:core/v1:Pod", "desk", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "acme", name: "desk" },
    spec: { containers: [container] },
  });

/** Where a command line is. */
const carriers: Readonly<Record<string, (line: Value) => Resource>> = {
  "the argument of a shell": (line) => pod({ name: "main", command: ["sh", "-c"], args: [line] }),
  "a command of a shell": (line) => pod({ name: "main", command: ["bash", "-ec", line] }),
  "a probe": (line) =>
    pod({ name: "main", livenessProbe: { exec: { command: ["sh", "-c", line] } } }),
  "user data": (userData) =>
    resource("aws:ec2/instance:Instance", "desk", { ami: "ami-1", userData }),
  "the script of a task": (script) =>
    resource("kubernetes:tekton.dev/v1:Task", "desk", {
      apiVersion: "tekton.dev/v1",
      kind: "Task",
      metadata: { namespace: "acme", name: "desk" },
      spec: { steps: [{ name: "main", image: "acme/desk", script }] },
    }),
};

/** An unknown that is no credential where it stands. */
const harmless: readonly string[] = [
  "curl -sSf https://§.s3.amazonaws.com/tool.tgz -o tool.tgz",
  'curl "https://s3.amazonaws.com/§/tool.tgz"',
  "aws s3 cp s3://§/settings.json .",
  "aws s3 sync --region § s3://desk .",
  "curl -o § https://acme.com",
  "curl -H 'X-Bucket: §' https://acme.com",
  "export BUCKET=§\nrun",
  "exec run --bucket=§",
  "curl https://acme.com?bucket=§",
];

/** One that is a credential there, or may have any text. */
const open: readonly string[] = [
  "curl -u desk:§ https://acme.com",
  "curl -u § https://acme.com",
  'curl -H "Authorization: Bearer §" https://acme.com',
  "curl -H 'X-Api-Key: §' https://acme.com",
  "curl https://desk:§@acme.com",
  "git clone https://§@github.com/acme/desk",
  "curl https://acme.com?api_key=§",
  "export DB_PASSWORD=§\nrun",
  "mysql -uroot -p§ desk",
  "exec run --password=§",
  "echo start\n§\nrun",
  "§",
];

async function verdicts(one: Resource): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [noLiteralSecret] };
  return (await judgeSnapshot(snapshotOf([one]), judging)).findings.map(({ verdict }) => verdict);
}

describe("a command line with an unknown part", () => {
  for (const [carrier, made] of Object.entries(carriers)) {
    for (const line of harmless) {
      it(`is no credential in ${carrier}: \`${line}\``, async () => {
        assert.deepEqual(await verdicts(made(textOf(line, undefined))), []);
        assert.deepEqual(await verdicts(made(textOf(line, "acme-data-8f3a2b1"))), []);
      });
    }

    for (const line of open) {
      it(`may be one in ${carrier}: \`${line}\``, async () => {
        assert.deepEqual(await verdicts(made(textOf(line, undefined))), ["undetermined"]);
      });
    }

    it(`has what is known for certain in ${carrier}`, async () => {
      const line = "curl -u desk:gT5vQ2mB8xW1 https://§.acme.com";
      assert.deepEqual(await verdicts(made(textOf(line, undefined))), ["violated"]);
    });
  }
});
