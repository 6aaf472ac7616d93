import assert from "node:assert/strict";
import { checkOptionsOf } from "../../cli/program-options";
import { CouldNotRun } from "../../cli/failure";

const silent = (): void => {};

describe("program options", () => {
  it("use defaults for omitted options", () => {
    const { version, today, ...options } = checkOptionsOf({}, silent);
    assert.equal(today, new Date().toISOString().slice(0, 10));
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.deepEqual(options, {
      engine: "offline",
      config: {},
      verbose: false,
      onProgress: silent,
    });
  });

  it("read configuration up to the first `=`, and durations in any unit", () => {
    const flags = {
      config: ["aws:region=eu", "url=a=b", "empty="],
      timeout: "2m",
      verbose: true,
    } as const;
    const { config, timeoutMs, verbose } = checkOptionsOf(flags, silent);
    assert.deepEqual(config, { "aws:region": "eu", url: "a=b", empty: "" });
    assert.deepEqual([timeoutMs, verbose], [120_000, true]);
  });

  it("refuse for the engine what only our own preview takes, and an engine that there is not", () => {
    const refused = [
      [
        { config: ["a=b"] },
        "`--config` is not for `--engine pulumi`: it goes by what `pulumi config set` wrote",
      ],
      [{ state: "s.json" }, "`--state` is not for `--engine pulumi`: it has what is deployed"],
      [
        { today: "2026-11-30" },
        "`--today` is not for `--engine pulumi`: the policy pack goes by the clock",
      ],
      [
        { namespace: "acme" },
        "`--namespace` is not for `--engine pulumi`: the provider has the namespace of objects that name none",
      ],
      [{ engine: "opentofu" }, "`--engine` takes `offline` or `pulumi`"],
    ] as const;
    for (const [flags, reason] of refused) {
      assert.throws(
        () => checkOptionsOf({ engine: "pulumi", ...flags }, silent),
        new CouldNotRun(reason),
      );
    }
    const taken = { engine: "pulumi", stack: "prod", timeout: "90s", settings: "s.yaml" };
    const { engine, stack, timeoutMs } = checkOptionsOf(taken, silent);
    assert.deepEqual(
      { engine, stack, timeoutMs },
      { engine: "pulumi", stack: "prod", timeoutMs: 90_000 },
    );
  });

  it("refuse what cannot be read", () => {
    const withoutKey = "`--config` takes KEY=VALUE, such as `--config aws:region=eu-west-1`";
    assert.throws(() => checkOptionsOf({ config: ["=x"] }, silent), new CouldNotRun(withoutKey));
    assert.throws(
      () => checkOptionsOf({ today: "2026-02-29" }, silent),
      new CouldNotRun("`--today` takes a day, such as `--today 2026-11-30`"),
    );
    assert.throws(
      () => checkOptionsOf({ timeout: "soon" }, silent),
      (error: unknown) =>
        error instanceof CouldNotRun && error.message.startsWith("`--timeout`: duration `soon` "),
    );
  });
});
