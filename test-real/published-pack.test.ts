import assert from "node:assert/strict";
import { functionsProgram, TYPES } from "./support/programs";
import { newProject } from "./support/project";
import { publishedPack } from "./support/published-pack";

describe("the folder of the policy pack, published without the rest of the package", () => {
  let policyPack: string;

  before(async () => {
    policyPack = await publishedPack();
  });

  it("stops an update before the resource that completes a violation is made", async () => {
    const project = await newProject(functionsProgram({ first: "desk", second: "desk" }));
    const { exitCode, stdout, created } = await project.up({ policyPack });
    assert.notEqual(exitCode, 0, stdout);
    assert.match(stdout, /mandatory.*no-shared-identity/);
    assert.deepEqual(created, [
      project.urn(TYPES.role, "desk"),
      project.urn(TYPES.lambda, "first"),
    ]);
  });

  it("passes an update in which nothing is shared", async () => {
    const project = await newProject(functionsProgram({ first: "triage", second: "answer" }));
    const { exitCode, stdout, created } = await project.up({ policyPack });
    assert.equal(exitCode, 0, stdout);
    assert.equal(created.length, 4);
    assert.match(stdout, /agentid@v0\.1\.0/);
  });
});
