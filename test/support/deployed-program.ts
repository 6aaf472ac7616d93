import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { deploy, type Place } from "./deployed";
import { snapshotOf } from "./resources";
import { exportOf } from "./views";

const mostRounds = 5;

/** The stack `dev` of a program once it is deployed: each round makes what the rounds before made known. */
export async function deployProgram(
  directory: string,
  place: Place,
  before: readonly Resource[] = [],
): Promise<readonly Resource[]> {
  let deployed = before;
  for (let round = 0; round < mostRounds; round += 1) {
    const state = snapshotOf(deployed.filter((each) => exportOf([each]) !== undefined));
    const preview = await previewProgram({ directory, stack: "dev", state });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    deployed = deploy(preview.snapshot.resources, place).resources;
    if (exportOf(deployed) !== undefined) return deployed;
  }
  return assert.fail("something is never known");
}
