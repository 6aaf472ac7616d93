import assert from "node:assert/strict";
import { join } from "node:path";
import { Unknown } from "../../core/snapshot/value";
import { previewProgram } from "../../engine";
import { resourceOf, withFolder } from "./support/programs";
import { HEAD, previewed } from "./support/yaml";
import { inProgramHost } from "../support/program-host";

const root = join(__dirname, "../..");
const ISSUER = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";

const plugins = {
  agentid: {
    module: join(root, "provider/index"),
    nodeArgs: ["--require", join(root, "test/support/from-source.cjs")],
  },
};

/** A tool and its tenant, the tool first. */
const desk = [
  "resources:",
  "  refunds:",
  "    type: agentid:Tool",
  "    properties: { tenant: '${acme.ref}' }",
  "  acme:",
  "    type: agentid:Tenant",
  "    properties:",
  `      federation: { eksIrsa: { providerArn: 'arn:aws:iam::111122223333:oidc-provider/${ISSUER}' } }`,
  "  app:",
  "    type: kubernetes:core/v1:Pod",
  "    properties: { spec: { serviceAccountName: '${refunds.serviceAccountName}' } }",
  "  function:",
  "    type: aws:lambda:Function",
  "    properties: { role: '${role.arn}', kmsKeyArn: '${refunds.roleArn}', handler: '${refunds.url}' }",
  "  role: { type: aws:iam:Role }",
  "",
].join("\n");

const at = "urn:pulumi:dev::desk::";
const TOOL = `${at}agentid:index:Tool::refunds`;

describe("our components in a program in YAML", () => {
  inProgramHost();

  it("are made by their plugin, each after those that it refers to, with all that they declare", () =>
    previewed(
      desk,
      (snapshot) => {
        assert.deepEqual(snapshot.notes, []);
        const under = (type: string): readonly string[] =>
          snapshot.resources
            .filter(({ parent }) => parent === `${at}agentid:index:${type}`)
            .map(({ type: made, name }) => `${made} ${name}`);
        assert.deepEqual(under("Tool::refunds"), [
          "aws:iam/role:Role refunds",
          "kubernetes:core/v1:ServiceAccount refunds",
        ]);
        assert.ok(under("Tenant::acme").includes("kubernetes:core/v1:Namespace acme"));
        const role = snapshot.resources.find(
          ({ parent, type }) => parent === TOOL && type === "aws:iam/role:Role",
        );
        assert.match(role?.inputs["assumeRolePolicy"] as string, /serviceaccount:acme:refunds/);
        assert.deepEqual(role?.source, { file: "Pulumi.yaml", line: 4, column: 3 });
        const { spec } = resourceOf(snapshot, "kubernetes:core/v1:Pod", "app").inputs;
        assert.deepEqual(spec, { serviceAccountName: "refunds" });
        const { inputs } = resourceOf(snapshot, "aws:lambda/function:Function", "function");
        assert.deepEqual(
          inputs["kmsKeyArn"],
          "arn:aws:iam::111122223333:role/agentid/acme/acme.refunds",
        );
        assert.deepEqual(inputs["handler"], new Unknown([TOOL], false, "url"));
      },
      { plugins },
    ));

  it("report what is wrong with their arguments, at their location", () =>
    withFolder(
      { "Pulumi.yaml": `${HEAD}resources: { acme: { type: agentid:Agent } }\n` },
      async (directory) => {
        const preview = await previewProgram({ directory, plugins });
        assert.deepEqual(preview, {
          kind: "could-not-run",
          reason: "Pulumi.yaml:3:14: agent `acme`: tenant is missing; give `tenant.ref`",
        });
      },
    ));

  it("are not judged where no plugin makes them", () =>
    previewed(desk, ({ notes, resources }) => {
      assert.deepEqual(
        notes.map(({ kind, source }) => [kind, source?.line]),
        [
          ["opaque-component", 7],
          ["opaque-component", 4],
        ],
      );
      assert.ok(!resources.some(({ parent }) => parent === TOOL));
    }));
});
