import assert from "node:assert/strict";
import { previewProgram } from "../../engine";
import { PartialText, Unknown, type Value } from "../../core/snapshot/value";
import { inProgramHost } from "../support/program-host";
import { resourceOf, withFolder } from "./support/programs";

const pulumi = JSON.stringify(require.resolve("@pulumi/pulumi"));
const aws = JSON.stringify(require.resolve("@pulumi/aws"));

interface Previewed {
  /** The input `name` of the queue. */
  readonly name: Value | undefined;
  readonly unproven: readonly string[];
}

function previewed(files: Readonly<Record<string, string>>, stack: string): Promise<Previewed> {
  return withFolder(files, async (directory) => {
    const preview = await previewProgram({ directory, stack });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    const { notes } = preview.snapshot;
    return {
      name: resourceOf(preview.snapshot, "aws:sqs/queue:Queue", "q").inputs["name"],
      unproven: notes.flatMap(({ kind, message }) => (kind === "unrendered" ? [message] : [])),
    };
  });
}

function inNode(code: string, stack = "dev"): Promise<Previewed> {
  const program = `const pulumi = require(${pulumi}); const aws = require(${aws});
const organization = pulumi.getOrganization();
${code}`;
  return previewed({ "Pulumi.yaml": "name: desk\nruntime: nodejs\n", "index.js": program }, stack);
}

const named = (name: string): string => `new aws.sqs.Queue("q", { name: ${name} });`;
const known = "acme/desk/dev";
const partly = new PartialText([new Unknown(), "-q"]);

describe("the organization of a stack", () => {
  inProgramHost();

  for (const [use, name] of [
    ["in a template", "`${organization}-q`"],
    ["in an interpolated text", "pulumi.interpolate`${organization}-q`"],
    ["in an output", "pulumi.output(organization).apply((name) => name + '-q')"],
    ["in a joined text", "[organization, 'q'].join('-')"],
  ] as const) {
    it(`is not known: ${use}`, async () => {
      assert.deepEqual(await inNode(named(name)), { name: partly, unproven: [] });
      assert.deepEqual(await inNode(named(name), known), { name: "acme-q", unproven: [] });
    });
  }

  it("is not known as a whole", async () => {
    assert.deepEqual(await inNode(named("organization")), { name: new Unknown(), unproven: [] });
  });

  it("is not proven where the program decides by it", async () => {
    const code = `if (organization === "acme") new aws.sqs.Queue("r"); ${named('"q"')}`;
    assert.deepEqual((await inNode(code)).unproven, [
      'only Pulumi\'s service knows the organization, and the program tests `organization === "acme"`; ' +
        "name it by --stack ORGANIZATION/PROJECT/STACK",
    ]);
    assert.deepEqual((await inNode(code, known)).unproven, []);
  });

  it("may name another stack", async () => {
    const code = `new pulumi.StackReference(organization + "/infra/dev"); ${named('"q"')}`;
    assert.deepEqual((await inNode(code)).unproven, []);
  });

  it("is not known in a program in YAML", async () => {
    const files = {
      "Pulumi.yaml": `name: desk
runtime: yaml
resources:
  q: { type: aws:sqs:Queue, properties: { name: "\${pulumi.organization}-q" } }
`,
    };
    assert.deepEqual((await previewed(files, "dev")).name, partly);
    assert.deepEqual((await previewed(files, known)).name, "acme-q");
  });

  it("may name another stack in a program in YAML", async () => {
    const files = {
      "Pulumi.yaml": `name: desk
runtime: yaml
resources:
  other: { type: pulumi:pulumi:StackReference, properties: { name: "\${pulumi.organization}/infra/dev" } }
  q: { type: aws:sqs:Queue, properties: { name: "\${other.outputs.name}" } }
`,
    };
    assert.ok((await previewed(files, "dev")).name instanceof Unknown);
  });
});
