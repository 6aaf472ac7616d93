import assert from "node:assert/strict";
import { newPolicyPack, newProject } from "./support/project";

const ROLE = "aws:iam/role:Role";

const trust = `JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
})`;

const twoRoles = {
  "index.ts": `
    import * as aws from "@pulumi/aws";
    const first = new aws.iam.Role("first", { assumeRolePolicy: ${trust}, path: "/acme/" });
    new aws.iam.Role("second", { assumeRolePolicy: ${trust}, path: "/acme/" }, { dependsOn: first });
  `,
};

/** A pack that remembers what it has seen: no path may be used by two roles. */
const onePathPerRole = `
  const { PolicyPack } = require("@pulumi/policy");
  const seen = new Map();
  new PolicyPack("pack", { policies: [{
    name: "one-path-a-role", description: "paths are not shared", enforcementLevel: "mandatory",
    validateResource: (args, report) => {
      if (args.type !== "aws:iam/role:Role") return;
      const other = seen.get(args.props.path);
      if (other !== undefined && other !== args.name) report("path shared with " + other);
      seen.set(args.props.path, args.name);
    },
  }] });
`;

describe("the real engine", () => {
  it("previews an unmodified AWS program and makes nothing", async () => {
    const project = await newProject(twoRoles);
    const result = await project.preview();
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /\+ 3 to create/);
    assert.deepEqual(result.created, []);
  });

  it("updates the same program and can export what was made", async () => {
    const project = await newProject(twoRoles);
    const result = await project.up();
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    assert.deepEqual(result.created, [project.urn(ROLE, "first"), project.urn(ROLE, "second")]);
    const roles = project.resources().filter((resource) => resource.type === ROLE);
    assert.deepEqual(
      roles.map((role) => String(role.outputs?.["arn"]).replace(/-[0-9a-f]{7}$/, "")),
      ["first", "second"].map((name) => `arn:aws:iam::111122223333:role/acme/${name}`),
    );
  });

  it("stops an update before the resource that completes a violation is made", async () => {
    const project = await newProject(twoRoles);
    const result = await project.up({ policyPack: newPolicyPack(onePathPerRole) });
    assert.notEqual(result.exitCode, 0);
    assert.match(result.stdout, /path shared with first/);
    assert.deepEqual(result.created, [project.urn(ROLE, "first")]);
  });

  it("passes the update where the roles have distinct paths", async () => {
    const project = await newProject({
      "index.ts": twoRoles["index.ts"].replace('path: "/acme/" }, {', 'path: "/globex/" }, {'),
    });
    const result = await project.up({ policyPack: newPolicyPack(onePathPerRole) });
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    assert.deepEqual(result.created, [project.urn(ROLE, "first"), project.urn(ROLE, "second")]);
  });

  it("runs dynamic providers, which live in the program itself", async () => {
    const project = await newProject({
      "index.ts": `
        import * as pulumi from "@pulumi/pulumi";
        class Greeting extends pulumi.dynamic.Resource {
          declare readonly text: pulumi.Output<string>;
          constructor(name: string, args: { to: string }) {
            const create = async (inputs: { to: string }) => ({ id: "1", outs: { text: "hello " + inputs.to } });
            super({ create }, name, { text: undefined, ...args });
          }
        }
        export const text = new Greeting("greeting", { to: "acme" }).text;
      `,
    });
    const result = await project.up();
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    const stack = project.resources().find(({ type }) => type === "pulumi:pulumi:Stack");
    assert.deepEqual(stack?.outputs, { text: "hello acme" });
  });

  it("keeps secret what the providers mark as secret", async () => {
    const project = await newProject({
      "index.ts": `
        import * as random from "@pulumi/random";
        const password = new random.RandomPassword("password", { length: 24 });
        export const known = password.length;
        export const result = password.result;
      `,
    });
    const result = await project.up();
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /known *: 24/);
    assert.match(result.stdout, /result: \[secret\]/);
  });
});
