import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crossStackFindings, isPartOf, thingsOf } from "../../cli/fleet/cross-stack-rules";
import { Database, defaultLimits } from "../../cli/fleet/duckdb";
import { gather } from "../../cli/fleet/gather";
import { inputsAt } from "../../cli/fleet/inputs";
import type { Judgement } from "../../policy-pack/views/report";
import type { Snapshot } from "../../core/snapshot/resource";
import { writeSnapshot } from "../../engine/snapshot-file";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { joinSnapshots } from "./join-snapshots";

/** The rules whose findings are compared thing by thing. */
export const compared = [
  "no-shared-secret",
  "no-cross-tenant-secret",
  "no-shared-identity",
  "no-cross-tenant-trust",
  "no-shared-namespace",
  "no-spiffe-id-collision",
];

/** Findings that are certain, by rule and by what they are about in the spelling that all stacks share. */
function faultsIn({ findings, facts }: Judgement): readonly string[] {
  const things = new Map(facts?.concerns.map(({ fingerprint, thing }) => [fingerprint, thing]));
  return findings
    .filter(({ verdict }) => verdict === "violated")
    .map(({ rule, fingerprint }) => `${rule} ${things.get(fingerprint) ?? "?"}`);
}

/** In one graph both rules report some secrets of two tenants; over stacks only that about tenants does. */
function withoutRepeats(faults: readonly string[]): string[] {
  return faults.filter((fault) => {
    const [rule, ...thing] = fault.split(" ");
    return (
      rule !== "no-shared-secret" || !faults.includes(`no-cross-tenant-secret ${thing.join(" ")}`)
    );
  });
}

/** Identities that act on what another tenant owns. */
function actingIn({ findings, facts }: Judgement): readonly string[] {
  const byUrn = new Map(facts?.identities.map(({ urn, identity }) => [urn, identity]));
  return findings
    .filter(({ rule, verdict }) => rule === "no-cross-tenant-access" && verdict === "violated")
    .map(({ holder }) => byUrn.get(holder?.name ?? "") ?? holder?.name ?? "?");
}

/** What the rules in SQL find over stacks, and what was found in each. */
export async function inSql(stacks: readonly Snapshot[]) {
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  const database = await Database.open(defaultLimits);
  try {
    for (const stack of stacks)
      writeFileSync(join(folder, `${stack.project}.json`), writeSnapshot(stack));
    const gathered = await gather(database, inputsAt([folder]), {
      loaded: { settings: defaultSettings, functions: [], silenced: [], files: {} },
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

/** Asserts that stacks have the same findings by SQL as in one graph. */
export async function assertAgreement(fleet: readonly Snapshot[]): Promise<void> {
  const joined = joinSnapshots(fleet);
  assert.equal(joined.kind, "joined");
  const whole = await judgeSnapshot(joined.snapshot, {
    settings: defaultSettings,
    factsBy: "none",
  });
  const { crossing, own } = await inSql(fleet);
  const things = thingsOf(crossing);
  const isCompared = (fault: string): boolean => compared.includes(fault.split(" ")[0] ?? "");
  const found = new Set([
    ...own
      .filter(({ rule = "", thing = "" }) => !isPartOf({ rule, thing }, things))
      .map(({ rule = "", thing = "" }) => `${rule} ${thing}`),
    ...crossing.map(({ rule, about }) => `${rule} ${about.name}`),
  ]);
  assert.deepEqual(
    [...found].filter(isCompared).sort(),
    withoutRepeats([...new Set(faultsIn(whole))].filter(isCompared)).sort(),
  );
  const acting = crossing.flatMap(({ rule, holder }) =>
    rule === "no-cross-tenant-access" ? [holder?.name ?? "?"] : [],
  );
  assert.deepEqual([...new Set(acting)].sort(), [...new Set(actingIn(whole))].sort());
}
