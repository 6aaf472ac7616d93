import assert from "node:assert/strict";
import { ASSET, SIGNATURE_KEY } from "../../../core/snapshot/signatures";
import { failureViolation } from "../../../policy-pack/crossguard/failure";
import type { Reader } from "../../../policy-pack/read/resource/reader";
import { noTwinKeys, requireKey, thingReader } from "./support/keys";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import { Served } from "./support/served";
import { urnOf } from "./support/wire";

/** Fails where the judge does not check: when it is called whether it reads a resource. */
const brokenReader: Reader = {
  ...thingReader,
  types: [],
  matchesType: () => true,
  matches: ({ name }) => {
    if (name === "bad") throw new TypeError("canary-91bd is not a function");
    return true;
  },
};

describe("a failure of the pack itself", () => {
  it("blocks on the resource, names its place and no value, and the rest is judged", async () => {
    const pack = new Served(createPolicies({ rules: [noTwinKeys], readers: [brokenReader] }));
    const stated = await pack.analyzeAll([
      { name: "a", inputs: { key: "k" } },
      { name: "bad", inputs: { key: "k" } },
      { name: "b", inputs: { key: "k" } },
    ]);
    assert.deepEqual(
      stated.map(({ policy, level, severity, urn }) => ({ policy, level, severity, urn })),
      [
        { policy: "agentid", level: "mandatory", severity: "critical", urn: urnOf("bad") },
        { policy: "no-twin-keys", level: "mandatory", severity: "critical", urn: urnOf("b") },
      ],
    );
    assert.match(
      stated[0]!.message,
      /^agentid could not judge this: the policy pack failed with TypeError in \S+ \(\S+\.ts:\d+:\d+\); please report this$/u,
    );
    assert.doesNotMatch(stated[0]!.message, /canary/u);
  });

  it("blocks at the end", async () => {
    const pack = new Served(createPolicies({ rules: [requireKey], readers: [brokenReader] }));
    const stated = await pack.analyzeStack([{ name: "first" }, { name: "bad" }]);
    assert.deepEqual(
      stated.map(({ policy, level, urn }) => ({ policy, level, urn })),
      [{ policy: "agentid", level: "mandatory", urn: urnOf("first") }],
    );
  });

  it("is the SDK's where an asset is empty: an error ends the preview", async () => {
    const pack = new Served(createPolicies({ rules: [noTwinKeys], readers: [thingReader] }));
    const code = { [SIGNATURE_KEY]: ASSET, text: "" };
    await assert.rejects(pack.analyze({ name: "a", inputs: { code } }), /Invalid asset/u);
    const written = { [SIGNATURE_KEY]: ASSET, text: "print()" };
    assert.deepEqual(await pack.analyze({ name: "a", inputs: { code: written } }), []);
  });

  it("blocks with one sentence on a configuration that cannot be used", async () => {
    const pack = new Served(
      createPolicies({
        rules: [noTwinKeys],
        readers: [thingReader],
        configuration: { maxSession: "soon" },
      }),
    );
    const stated = await pack.analyze({ name: "a", inputs: { key: "k" } });
    assert.deepEqual(stated, [
      {
        policy: "agentid",
        message:
          "agentid could not judge this: configuration: `maxSession` is no duration with a unit; write one such as `1h` or `30m`",
        level: "mandatory",
        severity: "critical",
        urn: urnOf("a"),
      },
    ]);
  });

  it("reveals nothing of a thrown value that is no error", () => {
    assert.equal(
      failureViolation("canary-91bd", "urn").message,
      "agentid could not judge this: the policy pack failed; please report this",
    );
  });

  it("reveals nothing of an error's text, even where that looks like a location", () => {
    const error = new Error("bad\n    at canary-91bd (canary-91bd.ts:1:2)");
    const { message } = failureViolation(error, "urn");
    assert.doesNotMatch(message, /canary/u);
    assert.match(message, /failure\.test\.ts:\d+:\d+/u);
  });

  it("names the kind alone of an error without a stack", () => {
    const error = new Error("canary-91bd");
    delete error.stack;
    assert.equal(
      failureViolation(error, "urn").message,
      "agentid could not judge this: the policy pack failed with Error; please report this",
    );
  });
});
