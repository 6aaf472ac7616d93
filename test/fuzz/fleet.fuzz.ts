import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crossStackFindings } from "../../cli/fleet/cross-stack-rules";
import { Database, defaultLimits } from "../../cli/fleet/duckdb";
import { gather } from "../../cli/fleet/gather";
import { inputsAt } from "../../cli/fleet/inputs";
import { joinSnapshots } from "../support/join-snapshots";
import type { Judgement } from "../../core/report";
import type { Snapshot } from "../../core/snapshot/resource";
import { writeSnapshot } from "../../engine/snapshot-file";
import { judgeSnapshot } from "../../policy-pack/judge";
import { defaultSettings } from "../../policy-pack/settings";
import { randomFleet } from "../support/random-fleet";
import { Random } from "./random";

/** Run again with `FUZZ_SEED` what has failed. */
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 32);

/** Of a secret that two tenants share one rule reports, in SQL under the id of the other. */
const asRule: Readonly<Record<string, string>> = { "no-cross-tenant-secret": "no-shared-secret" };

const compared = [
  "no-shared-secret",
  "no-shared-identity",
  "no-cross-tenant-trust",
  "no-shared-namespace",
  "no-spiffe-id-collision",
];

/** Findings that are certain, by rule and by what they are about in the spelling that all stacks share. */
function faultsIn({ findings, facts }: Judgement): readonly string[] {
  const things = new Map(facts?.things.map(({ fingerprint, thing }) => [fingerprint, thing]));
  return findings
    .filter(({ verdict }) => verdict === "violated")
    .map(({ rule, fingerprint }) => `${asRule[rule] ?? rule} ${things.get(fingerprint) ?? "?"}`);
}

/** Identities that act on what another tenant owns. */
function actingIn({ findings, facts }: Judgement): readonly string[] {
  const byUrn = new Map(facts?.identities.map(({ urn, identity }) => [urn, identity]));
  return findings
    .filter(({ rule, verdict }) => rule === "no-cross-tenant-access" && verdict === "violated")
    .map(({ holder }) => byUrn.get(holder?.name ?? "") ?? holder?.name ?? "?");
}

async function inSql(stacks: readonly Snapshot[]) {
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  const database = await Database.open(defaultLimits);
  try {
    for (const stack of stacks)
      writeFileSync(join(folder, `${stack.project}.json`), writeSnapshot(stack));
    const gathered = await gather(database, inputsAt([folder]), {
      loaded: { settings: defaultSettings, functions: [], files: {} },
      version: "0.0.0",
      onProgress: () => {},
    });
    assert.deepEqual(gathered.problems, []);
    const own = await database.rows(
      "SELECT rule, thing, finding FROM findings WHERE verdict = 'violated'",
    );
    return { crossing: await crossStackFindings(database, defaultSettings), own };
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

describe(`random fleets of seed ${seed}`, function () {
  this.timeout(600_000);

  for (const [stacks, oneInCrosses] of [
    [6, 2],
    [20, 3],
    [200, 8],
  ] as const) {
    it(`of ${stacks} stacks have the same findings in SQL as in one graph`, async () => {
      const fleet = randomFleet(new Random(seed + stacks), { stacks, oneInCrosses });
      const joined = joinSnapshots(fleet);
      assert.equal(joined.kind, "joined");
      const whole = await judgeSnapshot(joined.snapshot, {
        settings: defaultSettings,
        factsBy: "none",
      });
      const { crossing, own } = await inSql(fleet);
      const isCompared = (fault: string): boolean => compared.includes(fault.split(" ")[0] ?? "");
      const found = new Set([
        ...own.map(({ rule = "", thing = "" }) => `${asRule[rule] ?? rule} ${thing}`),
        ...crossing.map(({ rule, about }) => `${rule} ${about.name}`),
      ]);
      assert.deepEqual(
        [...found].filter(isCompared).sort(),
        [...new Set(faultsIn(whole))].filter(isCompared).sort(),
      );
      const acting = new Set([
        ...crossing.flatMap(({ rule, holder }) =>
          rule === "no-cross-tenant-access" ? [holder?.name ?? "?"] : [],
        ),
      ]);
      assert.deepEqual([...acting].sort(), [...new Set(actingIn(whole))].sort());
    });
  }

  it("have findings of every rule that is compared", async () => {
    const fleet = randomFleet(new Random(1), { stacks: 60, oneInCrosses: 3 });
    const { crossing } = await inSql(fleet);
    const rules = new Set(crossing.map(({ rule }) => rule));
    assert.deepEqual(
      [...compared, "no-cross-tenant-access"].filter((rule) => !rules.has(rule)),
      [],
    );
  });
});
