import assert from "node:assert/strict";
import type { Finding } from "../../policy-pack/findings/finding";
import { nameInUrn, type Resource } from "../../core/snapshot/resource";
import type { Rule } from "../../policy-pack/findings/define-rule";
import { IncrementalJudge, judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings, type Settings } from "../../policy-pack/findings/settings";
import type { Waivers } from "../../policy-pack/run/waivers/waiver";
import { snapshotOf } from "./resources";

/** A finding as tests write it: whole, with labels in place of URNs. */
interface ExpectedFinding {
  /** Default `violated`. */
  readonly verdict?: "undetermined";
  readonly severity: string;
  readonly about: string;
  readonly holder?: string;
  /** `name: property` of the resource to change. */
  readonly at: string;
  readonly message: string;
  /** Why it is not certain; compared only where it is set. */
  readonly reason?: string;
  /** Each `label: phrase`. */
  readonly related?: readonly string[];
  /** Each `from -by-> to`. */
  readonly chain?: readonly string[];
  /** Names of resources. */
  readonly dependsOn?: readonly string[];
  /** `name: property` of each unknown location that it depends on; compared only where it is set. */
  readonly open?: readonly string[];
  readonly replacement?: string;
}

interface Case {
  /** The behaviour, as the end of a sentence. */
  readonly name: string;
  readonly resources: readonly Resource[];
  readonly settings?: Partial<Settings>;
  /** What is waived, the day it is, and the rules whose findings are waived. */
  readonly waivers?: Waivers & { readonly of: readonly Rule[] };
}

/** Cases of a rule: an accepted one has no finding, a rejected one has exactly the listed findings. */
export interface RuleCases {
  readonly accepts: readonly Case[];
  readonly rejects: readonly (Case & { readonly findings: readonly ExpectedFinding[] })[];
}

/** The tables of the rules that were tested so far. */
export const testedRules: { readonly rule: Rule; readonly cases: RuleCases }[] = [];

/**
 * Tests a rule on resources, through the readers.
 *
 * Beside the findings each case shows that the order of resources does not matter, and that the rule's early findings, in any
 * order, are part of its final ones.
 */
export function ruleTester(rule: Rule, cases: RuleCases): void {
  testedRules.push({ rule, cases });
  describe(rule.id, () => {
    for (const { name, ...rest } of cases.accepts) {
      it(`accepts ${name}`, () => test(rule, { ...rest, findings: [] }));
    }
    for (const { name, ...rest } of cases.rejects) {
      it(`rejects ${name}`, () => test(rule, rest));
    }
  });
}

async function test(rule: Rule, given: Omit<RuleCases["rejects"][number], "name">): Promise<void> {
  const settings = { ...defaultSettings, ...given.settings };
  const { waivers } = given;
  const rules = [rule, ...(waivers?.of ?? [])];
  const judging = { settings, rules, ...(waivers && { waivers }) };
  const ofRule = async (resources: readonly Resource[]): Promise<readonly Finding[]> =>
    (await judgeSnapshot(snapshotOf(resources), judging)).findings.filter(
      (finding) => finding.rule === rule.id,
    );
  const findings = await ofRule(given.resources);
  assert.deepEqual(
    findings.map((finding, at) => ({
      ...asExpected(finding),
      ...(given.findings[at]?.open !== undefined && { open: openOf(finding) }),
      ...(given.findings[at]?.reason !== undefined && { reason: finding.reason }),
    })),
    given.findings.map(normal),
  );
  for (const { message } of findings) {
    assert.equal(/\{\w+\}/.test(message), false, `a placeholder is not filled: ${message}`);
  }
  for (const order of ordersOf(given.resources)) {
    const again = await ofRule(order);
    assert.deepEqual(again.map(asExpected), findings.map(asExpected), "order matters");
    const originsOf = (all: readonly Finding[]) => all.map(({ origin }) => origin?.name);
    assert.deepEqual(originsOf(again), originsOf(findings), "order matters for an origin");
    const judge = new IncrementalJudge({ settings, rules: [rule] });
    for (const resource of order) {
      for (const early of await judge.add(resource)) {
        const final = findings.find((finding) => finding.fingerprint === early.fingerprint);
        assert.equal(final?.verdict, early.verdict, `withdrawn: ${early.message}`);
      }
    }
  }
}

function* ordersOf(resources: readonly Resource[]): Iterable<readonly Resource[]> {
  yield resources;
  yield [...resources].reverse();
  for (let shift = 1; shift < Math.min(resources.length, 4); shift += 1) {
    yield [...resources.slice(shift), ...resources.slice(0, shift)];
  }
}

function normal(finding: ExpectedFinding): unknown {
  const { verdict, related, chain, dependsOn, ...rest } = finding;
  return {
    ...rest,
    verdict: verdict ?? "violated",
    related: related ?? [],
    chain: chain ?? [],
    dependsOn: dependsOn ?? [],
  };
}

/** `name: property` of the resource; for something in a file, its position there. */
function atOf({ at, source }: Finding): string {
  if (at.urn.startsWith("urn:")) return `${nameInUrn(at.urn)}: ${at.property}`;
  return source === undefined ? "" : `${source.file}:${source.line}:${source.column ?? 0}`;
}

function openOf({ open = [] }: Finding): readonly string[] {
  return open.map(({ urn, property }) => `${nameInUrn(urn)}: ${property}`);
}

function asExpected(finding: Finding): object {
  return {
    verdict: finding.verdict,
    severity: finding.severity,
    about: finding.about.label,
    ...(finding.holder && { holder: finding.holder.label }),
    at: atOf(finding),
    message: finding.message,
    ...(finding.replacement !== undefined && { replacement: finding.replacement }),
    related: finding.related.map(({ label, as }) => `${label}: ${as}`),
    chain: finding.chain.map(({ from, by, to }) => `${from.label} -${by}-> ${to.label}`),
    dependsOn: finding.dependsOn.map(nameInUrn),
  };
}
