import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { inTurns, atOnce } from "../../../policy-pack/run/turns";
import { requireKey, thingReader } from "../crossguard/support/keys";

/** Takes a while, as much work does. */
function spin(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

function* slowly(steps: number): Generator<void, string> {
  for (let step = 0; step < steps; step++) {
    spin(10);
    yield;
  }
  return "done";
}

/** Whether a signal was heard before something that goes on for a while was done. */
async function heardDuring(work: () => Promise<unknown>): Promise<boolean> {
  let heard = false;
  const hear = (): void => void (heard = true);
  process.on("SIGUSR2", hear);
  try {
    const done = work();
    process.kill(process.pid, "SIGUSR2");
    await done;
    return heard;
  } finally {
    process.off("SIGUSR2", hear);
  }
}

describe("work in turns", () => {
  it("receives a signal before it is done, and returns its result at once", async () => {
    assert.ok(await heardDuring(() => inTurns(slowly(40))));
    assert.equal(await inTurns(slowly(1)), atOnce(slowly(1)));
  });

  it("receives none where it is done at once", async () => {
    const atOnceWork = async (): Promise<string> => {
      await Promise.resolve();
      return atOnce(slowly(5));
    };
    assert.ok(!(await heardDuring(atOnceWork)));
  });
});

describe("judging a large stack", () => {
  const resources = Array.from({ length: 40 }, (_, index): Resource => ({
    ...{ urn: `urn:pulumi:dev::shop::test:index:Thing::t${index}`, type: "test:index:Thing" },
    ...{ name: `t${index}`, custom: true, inputs: {}, dependencies: [], propertyDependencies: {} },
  }));
  const snapshot = { project: "shop", stack: "dev", resources, notes: [] };

  it("receives a signal while it reads", async () => {
    const slow = {
      ...thingReader,
      read: (...args: Parameters<typeof thingReader.read>) => {
        spin(10);
        return thingReader.read(...args);
      },
    };
    const judge = () =>
      judgeSnapshot(snapshot, { settings: defaultSettings, readers: [slow], rules: [] });
    assert.ok(await heardDuring(judge));
  });

  it("receives a signal while rules run", async () => {
    const slow: typeof requireKey = {
      ...requireKey,
      check: (...args) => {
        spin(10);
        return requireKey.check(...args);
      },
    };
    const judge = () =>
      judgeSnapshot(snapshot, { settings: defaultSettings, readers: [thingReader], rules: [slow] });
    assert.ok(await heardDuring(judge));
  });
});
