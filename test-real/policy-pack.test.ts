import assert from "node:assert/strict";
import { installations, type Installation } from "./support/installation";
import { federatedProgram, functionsProgram, TYPES } from "./support/programs";
import type { Files } from "./support/files";
import { newProject, type Project, type RunResult } from "./support/project";

const shared = functionsProgram({ first: "desk", second: "desk" });
const separate = functionsProgram({ first: "triage", second: "answer" });

for (const { name, install, requested } of installations) {
  describe(`the policy pack from ${name}`, () => {
    let installation: Installation;

    before(async () => {
      installation = await install();
    });

    const start = (files: Files): Promise<Project> => newProject(files, installation.modules);

    describe("an early violation that spans resources", () => {
      it("stops the update before the resource that completes it is made", async () => {
        const project = await start(shared);
        const result = await project.up({ policyPack: installation.pack });
        assert.notEqual(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /mandatory.*no-shared-identity/);
        assert.deepEqual(result.created, [
          project.urn(TYPES.role, "desk"),
          project.urn(TYPES.lambda, "first"),
        ]);
      });

      it("blocks the preview too, where nothing is made", async () => {
        const project = await start(shared);
        const result = await project.preview({ policyPack: installation.pack });
        assert.notEqual(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /mandatory.*no-shared-identity/);
        assert.deepEqual(result.created, []);
      });

      it("is not seen where each workload has a role of its own", async () => {
        const project = await start(separate);
        const result = await project.up({ policyPack: installation.pack });
        assert.equal(result.exitCode, 0, stated(result));
        assert.doesNotMatch(result.stdout, /no-shared-identity/);
        // What does not wait for another is made in any order.
        assert.deepEqual(
          [...result.created].sort(),
          [
            project.urn(TYPES.role, "answer"),
            project.urn(TYPES.role, "triage"),
            project.urn(TYPES.lambda, "first"),
            project.urn(TYPES.lambda, "second"),
          ].sort(),
        );
      });
    });

    if (requested !== "all") return;

    describe("a trust policy that is unknown in a preview", () => {
      const open = federatedProgram("");
      const exact = federatedProgram("system:serviceaccount:acme:agent");

      it("is not proven in the preview, which it does not block", async () => {
        const project = await start(open);
        const result = await project.preview({ policyPack: installation.pack });
        assert.equal(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /advisory.*no-public-trust/);
        assert.match(result.stdout, /Cannot verify/);
      });

      it("is refused in the update before the role is made", async () => {
        const project = await start(open);
        const result = await project.up({ policyPack: installation.pack });
        assert.notEqual(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /mandatory.*require-subject-condition/);
        assert.deepEqual(result.created, [project.urn(TYPES.issuer, "cluster")]);
      });

      it("passes in the update where it names one subject", async () => {
        const project = await start(exact);
        const result = await project.up({ policyPack: installation.pack });
        assert.equal(result.exitCode, 0, stated(result));
        assert.deepEqual(result.created, [
          project.urn(TYPES.issuer, "cluster"),
          project.urn(TYPES.role, "agent"),
        ]);
      });
    });

    describe("the level of one rule", () => {
      const run = async (policyPackConfig: unknown): Promise<RunResult> =>
        (await start(shared)).up({ policyPack: installation.pack, policyPackConfig });

      it("can be advisory: the violation is shown and the update goes on", async () => {
        const result = await run({ "no-shared-identity": "advisory" });
        assert.equal(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /advisory.*no-shared-identity/);
        assert.equal(result.created.length, 3);
      });

      it("can be disabled: the violation is not shown", async () => {
        const result = await run({ "no-shared-identity": "disabled" });
        assert.equal(result.exitCode, 0, stated(result));
        assert.doesNotMatch(result.stdout, /no-shared-identity/);
        assert.equal(result.created.length, 3);
      });

      it("leaves other rules as they are", async () => {
        const result = await run({ "require-subject-condition": "disabled" });
        assert.notEqual(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /mandatory.*no-shared-identity/);
      });
    });

    describe("an update of named targets only", () => {
      it("is not blocked by resources that are not part of it", async () => {
        const project = await start(shared);
        const target = [project.urn(TYPES.role, "desk"), project.urn(TYPES.lambda, "first")];
        const result = await project.up({ policyPack: installation.pack, target });
        assert.equal(result.exitCode, 0, stated(result));
        assert.doesNotMatch(result.stdout, /\[(mandatory|advisory)\]/);
        assert.deepEqual(result.created, target);
      });

      it("is blocked when a target completes a violation", async () => {
        const project = await start(shared);
        const first = [project.urn(TYPES.role, "desk"), project.urn(TYPES.lambda, "first")];
        await project.up({ target: first });
        const target = [project.urn(TYPES.lambda, "second")];
        const result = await project.up({ policyPack: installation.pack, target });
        assert.notEqual(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /mandatory.*no-shared-identity/);
        assert.deepEqual(result.created, []);
      });

      it("counts a resource that left the program and still lives", async () => {
        const project = await start(functionsProgram({ first: "desk" }));
        await project.up();
        project.write(functionsProgram({ second: "desk" }));
        const target = [project.urn(TYPES.lambda, "second")];
        const result = await project.up({ policyPack: installation.pack, target });
        assert.notEqual(result.exitCode, 0, stated(result));
        assert.match(result.stdout, /mandatory.*no-shared-identity/);
      });
    });
  });
}

function stated(result: RunResult): string {
  return result.stdout + result.stderr;
}
