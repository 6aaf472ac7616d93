import assert from "node:assert/strict";
import { joinSnapshots } from "../../../core/snapshot/join";
import type { Snapshot } from "../../../core/snapshot/resource";
import { resource } from "../../support/resources";

const of = (project: string, stack: string): Snapshot => ({
  project,
  stack,
  resources: [resource("aws:iam/role:Role", project, {})],
  notes: [{ kind: "not-read", message: project }],
});

describe("snapshots of several stacks as one", () => {
  it("have the resources and notes of all, and are named after each", () => {
    const [desk, mail] = [of("desk", "dev"), of("mail", "dev")];
    assert.deepEqual(joinSnapshots([desk, mail]), {
      kind: "joined",
      snapshot: {
        project: "desk/dev + mail/dev",
        stack: "",
        resources: [...desk.resources, ...mail.resources],
        notes: [...desk.notes, ...mail.notes],
      },
    });
  });

  it("are the one that there is", () => {
    assert.deepEqual(joinSnapshots([of("desk", "dev")]), {
      kind: "joined",
      snapshot: of("desk", "dev"),
    });
  });

  it("are refused where two are of one stack, and taken where one project has two", () => {
    assert.deepEqual(joinSnapshots([of("desk", "dev"), of("mail", "dev"), of("desk", "dev")]), {
      kind: "given-twice",
      stack: "desk/dev",
    });
    assert.equal(joinSnapshots([of("desk", "dev"), of("desk", "prod")]).kind, "joined");
  });
});
