import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { packConfigurationOf } from "../../cli/preview-by-engine";
import { loadSettings, type LoadedSettings } from "../../cli/load-settings";
import type { Level } from "../../policy-pack/findings/finding";
import { settingsFrom } from "../../policy-pack/crossguard/configuration";
import { defaultSettings, type Settings } from "../../policy-pack/findings/settings";
import { Folder } from "./support/folder";

const patterns = fc.array(fc.string());
const settings: fc.Arbitrary<Settings> = fc.record(
  {
    scope: fc.constantFrom("all", "declared"),
    tenants: fc.dictionary(
      fc.string().filter((name) => name !== "__proto__"),
      fc.record(
        { namespaces: patterns, accounts: patterns, rolePaths: patterns, names: patterns },
        { noNullPrototype: true },
      ),
      { noNullPrototype: true },
    ),
    maxSessionSeconds: fc.integer({ min: 1, max: 1_000_000 }),
    maxTokenSeconds: fc.integer({ min: 1, max: 1_000_000 }),
    undetermined: fc.constantFrom("rule", "mandatory", "advisory"),
    strict: fc.constant(true),
    baseline: fc.constant(defaultSettings.baseline),
    levels: fc.dictionary(
      fc.constantFrom("no-access-key", "no-literal-secret"),
      fc.constantFrom<Level>("mandatory", "advisory", "disabled"),
      { noNullPrototype: true },
    ),
  },
  {
    requiredKeys: ["scope", "tenants", "maxTokenSeconds", "undetermined", "baseline", "levels"],
    noNullPrototype: true,
  },
);

describe("the configuration of the pack", () => {
  it("prints the settings unchanged, whatever these are", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const { agentid, ...levels } = written({
          settings: given,
          functions: [],
          silenced: [],
          files: {},
        });
        assert.deepEqual(settingsFrom(agentid as Record<string, unknown>, levels as never), given);
      }),
    );
  });

  it("names baseline and waivers by paths that resolve in any folder", () => {
    const folder = new Folder();
    try {
      const file = join(
        folder.write({
          "agentid.yaml": "baseline: known.json\nwaivers: waivers.yaml\n",
          "known.json": '{"formatVersion":1,"findings":[]}',
          "waivers.yaml": "waivers: []\n",
        }),
        "agentid.yaml",
      );
      const loaded = loadSettings(file, { today: "2026-11-25" }, []);
      const { agentid } = written(loaded);
      assert.deepEqual(agentid, {
        scope: "all",
        tenants: {},
        maxToken: "1h",
        undetermined: "rule",
        baseline: join(folder.path, "known.json"),
        waivers: join(folder.path, "waivers.yaml"),
      });
    } finally {
      folder.remove();
    }
  });
});

/** The settings that the engine reads from its file. */
function written(loaded: LoadedSettings): Record<string, unknown> {
  return JSON.parse(JSON.stringify(packConfigurationOf(loaded))) as Record<string, unknown>;
}
