import type { Authority } from "../../policy-pack/views/delta/authority";
import { deltaOf } from "../../policy-pack/views/delta/delta";
import type { Resource } from "../../core/snapshot/resource";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { snapshotOf } from "./resources";

async function authorityOf(resources: readonly Resource[]): Promise<Authority> {
  const judging = { settings: defaultSettings, rules: [] };
  const { authority } = await judgeSnapshot(snapshotOf(resources), judging);
  return authority ?? { identities: [], workloads: [], calls: [] };
}

/** How authority differs between two stacks, in sentences after what kind of change each is. */
export async function authorityChanges(
  before: readonly Resource[],
  after: readonly Resource[],
): Promise<readonly string[]> {
  const [old, now] = await Promise.all([authorityOf(before), authorityOf(after)]);
  return deltaOf(old, now).changed.flatMap(({ rows }) =>
    rows.map(({ change, sentence }) => `${change}: ${sentence}`),
  );
}
