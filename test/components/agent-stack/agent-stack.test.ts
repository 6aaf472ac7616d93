import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Orchestrator, Tenant, Tool } from "../../../components";
import { AgentStack, type AgentStackArgs } from "../../../components/agent-stack";
import { federation } from "../support/acme";
import { mocked, registered, type Registered } from "../support/registered";
import { ofTenant } from "./mistakes";

const text = ofTenant(
  "maxSession: 2h",
  "orchestrators: { desk: {} }",
  "agents:",
  "  triage:",
  "    autonomy: autonomous",
  "    session: 90m",
  "    permissions: [{ actions: ['s3:GetObject'], resources: ['${bucket}/*', '${fixed}', 'arn:aws:s3:::own/${aws:username}'] }]",
  "    grants: [{ tool: refunds, intents: [refund], approval: human, maxSeconds: 120 }]",
  "tools:",
  "  refunds: { risk: { sensitivity: restricted, effects: [payment] } }",
);

const bucket = "arn:aws:s3:::tickets";
const fixed = "arn:aws:s3:::fixed";

/** The same stack as {@link text}, declared by hand. */
function byHand(arn: pulumi.Input<string>): void {
  const { ref } = new Tenant("acme", { federation, maxSession: "2h" });
  const refunds = new Tool("acme-refunds", {
    name: "refunds",
    tenant: ref,
    risk: { sensitivity: "restricted", effects: ["payment"] },
  });
  new Agent("acme-triage", {
    name: "triage",
    tenant: ref,
    autonomy: "autonomous",
    session: "90m",
    permissions: [
      {
        actions: ["s3:GetObject"],
        resources: [pulumi.interpolate`${arn}/*`, fixed, "arn:aws:s3:::own/${aws:username}"],
      },
    ],
    grants: [{ tool: refunds.ref, intents: ["refund"], approval: "human", maxSeconds: 120 }],
  });
  new Orchestrator("acme-desk", { name: "desk", tenant: ref });
}

function withoutStack(resources: readonly Registered[]): readonly unknown[] {
  return resources
    .filter(({ type }) => type !== "agentid:index:AgentStack")
    .map(({ type, name, inputs }) => ({ type, name, inputs }));
}

/** The message of a refusal, once sure that nothing was registered. */
function refusal(args: AgentStackArgs): string {
  const seen = mocked();
  let message = "accepted";
  try {
    new AgentStack("desk", args);
  } catch (error) {
    message = (error as Error).message;
  }
  assert.deepEqual(seen(), []);
  return message;
}

describe("an AgentStack", () => {
  for (const [kind, arn] of [
    ["plain values", () => bucket],
    ["outputs", () => pulumi.output(bucket)],
  ] as const) {
    it(`makes what the same declarations by hand make, with ${kind}`, async () => {
      const made = await registered(() => {
        new AgentStack("desk", { text, values: { bucket: arn(), fixed } });
      });
      assert.deepEqual(withoutStack(made), withoutStack(await registered(() => byHand(arn()))));
    });
  }

  it("is in the stack as a component of its own, with every tenant and workload under it", async () => {
    const made = await registered(() => {
      new AgentStack("desk", { text, values: { bucket, fixed } });
    });
    const ours = made.filter(({ type }) => type.startsWith("agentid:"));
    assert.deepEqual(
      ours.map(({ type, name, under }) => `${under} > ${type} ${name}`),
      [
        "agentid:index:AgentStack > agentid:index:Agent acme-triage",
        "pulumi:pulumi:Stack > agentid:index:AgentStack desk",
        "agentid:index:AgentStack > agentid:index:Orchestrator acme-desk",
        "agentid:index:AgentStack > agentid:index:Tenant acme",
        "agentid:index:AgentStack > agentid:index:Tool acme-refunds",
      ],
    );
  });

  it("gives each workload's identity by tenant and name", async () => {
    let stack: AgentStack | undefined;
    const made = await registered(() => {
      stack = new AgentStack("desk", { text, values: { bucket, fixed } });
    });
    const { workloads } = stack!;
    assert.deepEqual(Object.keys(workloads).sort(), ["acme/desk", "acme/refunds", "acme/triage"]);
    const names = await new Promise<unknown>((done) => {
      pulumi
        .all([workloads["acme/triage"]!.roleName, workloads["acme/triage"]!.namespace])
        .apply(done);
    });
    assert.deepEqual(names, ["acme.triage", "acme"]);
    assert.ok(made.some(({ inputs }) => inputs["name"] === "acme.triage"));
  });

  it("keeps a plain value plain, so that a preview can judge the policy", async () => {
    const made = await registered(
      () => {
        new AgentStack("desk", { text, values: { bucket, fixed } });
      },
      { preview: true },
    );
    const policy = made.find(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    const document = JSON.parse(String(policy?.inputs["policy"])) as {
      readonly Statement: readonly { readonly Resource: unknown }[];
    };
    assert.deepEqual(document.Statement[0]?.Resource, [
      `${bucket}/*`,
      fixed,
      "arn:aws:s3:::own/${aws:username}",
    ]);
  });

  it("changes nothing of any other workload when one is added before it", async () => {
    const declared = (manifest: string) =>
      registered(() => {
        new AgentStack("desk", { text: manifest, values: { bucket, fixed } });
      });
    const before = await declared(text);
    const after = await declared(text.replace("    tools:\n", "    tools:\n      audit: {}\n"));
    assert.deepEqual(
      after.filter(({ name }) => name !== "acme-audit"),
      before,
    );
    assert.ok(after.some(({ name }) => name === "acme-audit"));
  });

  describe("refuses, before anything is registered,", () => {
    let folder = "";
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "agentid-"));
    });
    after(() => {
      rmSync(folder, { recursive: true });
    });

    it("a file with mistakes, each with its place in it", () => {
      const file = join(folder, "agents.yaml");
      writeFileSync(file, ofTenant("maxSesion: 1h", "tools: [refunds]"));
      assert.equal(
        refusal({ file }),
        [
          `agent stack \`desk\`: ${file} has 2 mistakes: ${file}:6:5: tenants.acme: \`maxSesion\` is not known here; give \`federation\`, \`federations\`, \`namespace\`, \`existingNamespace\`, \`broker\`, \`maxSession\`, \`egress\`, \`apiServer\`, \`quota\`, \`deployers\`, \`serviceAccounts\`, \`orchestrators\`, \`agents\`, \`tools\`, \`legacyTools\` or \`gateways\`; did you mean \`maxSession\`?`,
          `${file}:7:12: tenants.acme.tools: a list is here; give tools by name (lowercase letters, digits and single \`-\` inside, at most 63)`,
        ].join("\n"),
      );
    });

    it("a text with a mistake", () => {
      assert.equal(
        refusal({ text: "" }),
        "agent stack `desk`: manifest:1:1: the file is empty; declare `federations` and `tenants`",
      );
    });

    it("a file that is not there", () => {
      assert.equal(
        refusal({}),
        `agent stack \`desk\`: manifest \`agents.yaml\` cannot be read (ENOENT); give the path from \`${process.cwd()}\` as \`file\``,
      );
    });

    it("a file and a text", () => {
      assert.equal(
        refusal({ file: "agents.yaml", text }),
        "agent stack `desk`: `file` and `text` are both set; give one of them",
      );
    });
  });
});
