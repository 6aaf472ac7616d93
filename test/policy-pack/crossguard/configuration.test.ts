import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { ResourceValidation, ResourceValidationPolicy } from "@pulumi/policy";
import Ajv from "ajv";
import {
  ConfigurationProblem,
  configurationSchema,
  settingsFrom,
} from "../../../policy-pack/crossguard/configuration";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import type { Violation } from "../../../policy-pack/crossguard/violation";
import { defaultSettings } from "../../../policy-pack/findings/settings";

const full = {
  scope: "declared",
  tenants: { acme: { namespaces: ["acme-*"], accounts: ["123456789012"] } },
  maxSession: "30m",
  maxToken: "600s",
  undetermined: "mandatory",
  strict: true,
};

const findings = ["0123456789abcdef0123456789abcdef", "f".repeat(32)];

describe("configuration of the pack", () => {
  it("has defaults for all", () => {
    assert.deepEqual(settingsFrom({}, {}), defaultSettings);
  });

  it("becomes settings", () => {
    assert.deepEqual(settingsFrom(full, { "no-access-key": "advisory" }), {
      scope: "declared",
      tenants: {
        acme: {
          namespaces: ["acme-*"],
          accounts: ["123456789012"],
          rolePaths: [],
          names: [],
        },
      },
      maxSessionSeconds: 1800,
      maxTokenSeconds: 600,
      undetermined: "mandatory",
      strict: true,
      baseline: new Map(),
      levels: { "no-access-key": "advisory" },
    });
  });

  describe("that names a baseline", () => {
    let file: string;

    beforeEach(() => {
      file = join(mkdtempSync(join(tmpdir(), "agentid-")), "baseline.json");
    });

    afterEach(() => rmSync(dirname(file), { recursive: true }));

    it("has its content", () => {
      const what = { rule: "r", about: "a", severity: "high", evidenceParts: ["s3:*"] };
      const known = findings.map((fingerprint) => ({ fingerprint, ...what }));
      writeFileSync(file, JSON.stringify({ formatVersion: 1, findings: known }));
      const one = { severity: "high", evidenceParts: new Set(["s3:*"]) };
      assert.deepEqual(
        settingsFrom({ baseline: file }, {}).baseline,
        new Map(findings.map((fingerprint) => [fingerprint, one])),
      );
    });

    for (const [text, what] of [
      ["", "is not JSON"],
      ["[]", "is no baseline of this version"],
      ["null", "is no baseline of this version"],
      [`${"0".repeat(32)}\n`, "is not JSON from line 1, column 2 on"],
      ['{"findings": [{"fingerprint": "0"}]}', "is no baseline of this version"],
      ['{"findings": ["0"]}', "is no baseline of this version"],
    ] as const) {
      it(`refuses ${JSON.stringify(text)}`, () => {
        writeFileSync(file, text);
        assert.throws(
          () => settingsFrom({ baseline: file }, {}),
          new ConfigurationProblem(
            `configuration: \`baseline\` names \`${file}\`, which ${what}; write it anew with \`agentid baseline\``,
          ),
        );
      });
    }
  });

  for (const [configuration, sentence] of [
    [{ scope: "some" }, "`scope` is not allowed; choose one of `all`, `declared`"],
    [{ strict: "yes" }, "`strict` is a text; write true or false"],
    [
      { undetermined: 3 },
      "`undetermined` is not allowed; choose one of `rule`, `mandatory`, `advisory`",
    ],
    ...["soon", "30", 3600].map(
      (maxSession) =>
        [
          { maxSession },
          "`maxSession` is no duration with a unit; write one such as `1h` or `30m`",
        ] as const,
    ),
    [{ maxToken: [] }, "`maxToken` is a list; write a duration such as `1h`"],
    [{ tenants: "acme" }, "`tenants` is a text; give patterns by tenant"],
    [{ tenants: { acme: null } }, "`tenants.acme` is null; give lists of patterns by kind"],
    [
      { tenants: { acme: { buckets: [] } } },
      "`tenants.acme.buckets` is not known; allowed are `namespaces`, `accounts`, `rolePaths`, `names`",
    ],
    [
      { tenants: { acme: { names: "x" } } },
      "`tenants.acme.names` is a text; give a list of patterns",
    ],
    [{ baseline: {} }, "`baseline` is an object; name a file"],
    [
      { baseline: "/nowhere/at/all" },
      "`baseline` names `/nowhere/at/all`, which cannot be read; give the path of a file that `agentid baseline` wrote",
    ],
    [
      { tenant: {} },
      "`tenant` is not known; allowed are `scope`, `tenants`, `maxSession`, `maxToken`, `undetermined`, `strict`, `baseline`, `waivers`",
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(configuration)} in one sentence`, () => {
      assert.throws(
        () => settingsFrom(configuration, {}),
        (error) =>
          error instanceof ConfigurationProblem && error.message === `configuration: ${sentence}`,
      );
    });
  }

  it("has a schema that takes what is usable and refuses the rest", () => {
    const validate = new Ajv().compile({ type: "object", ...configurationSchema });
    assert.equal(validate({ ...full, baseline: "known.txt" }), true);
    for (const bad of [
      { scope: "some" },
      { maxSession: 3600 },
      { tenants: { acme: { buckets: [] } } },
      { tenants: { acme: { names: "x" } } },
      { undetermined: "disabled" },
    ]) {
      assert.equal(validate(bad), false, JSON.stringify(bad));
    }
  });
});

describe("a file that the engine's configuration names", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-"));
    writeFileSync(join(folder, "waivers.yaml"), "waivers: []\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The pack's report on a first resource, with this configuration of the engine. */
  async function stated(
    properties: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> {
    const [collector] = createPolicies({ environment }) as [ResourceValidationPolicy];
    const messages: string[] = [];
    const handed = {
      ...{ urn: "urn:pulumi:dev::shop::a:b:C::c", type: "a:b:C", name: "c" },
      ...{ opts: {}, props: {}, getConfig: () => properties },
    };
    const report = ({ message }: Violation) => messages.push(message);
    await (collector.validateResource as ResourceValidation)(handed as never, report as never);
    return messages;
  }

  const refused = (property: string) => [
    `agentid could not judge this: configuration: \`${property}\` names a file outside the repository; ` +
      "list that in the variable AGENTID_FILES of who runs the preview",
  ];

  it("is refused outside of the repository that the pack runs in", async () => {
    const waivers = join(folder, "waivers.yaml");
    assert.deepEqual(await stated({ waivers }), refused("waivers"));
    assert.deepEqual(await stated({ waivers: "/proc/self/environ" }), refused("waivers"));
    assert.deepEqual(await stated({ baseline: "/dev/zero" }), refused("baseline"));
  });

  it("may lie where the environment allows it, and the folders below", async () => {
    const waivers = join(folder, "waivers.yaml");
    for (const place of [folder, waivers, `/nowhere${delimiter}${folder}`]) {
      assert.deepEqual(await stated({ waivers }, { AGENTID_FILES: place }), []);
    }
  });

  it("is no pipe and no device, wherever it lies", async () => {
    assert.deepEqual(await stated({ baseline: "/dev/zero" }, { AGENTID_FILES: "/dev" }), [
      "agentid could not judge this: configuration: `baseline` names `/dev/zero`, which cannot be read; " +
        "give the path of a file that `agentid baseline` wrote",
    ]);
  });
});
