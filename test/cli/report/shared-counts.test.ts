import assert from "node:assert/strict";
import { faultText } from "../../../cli/report/text";
import { headlineOf } from "../../../cli/report/words";
import { faultsOf } from "../../../policy-pack/findings/grouped-finding";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import noSharedIdentity from "../../../policy-pack/rules/no-shared-identity";
import noSharedSecret from "../../../policy-pack/rules/no-shared-secret";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { manifest, snapshotOf } from "../../support/resources";
import { sampleOptions } from "./sample-report";

const value = "gT5vQ2mB8xW1";

/** Workloads that share something, by what each of them has: the spec of its container, and of its pod. */
interface Sharing {
  readonly what: string;
  readonly container: (name: string) => string;
  readonly pod?: string;
  readonly objects?: (name: string) => string;
}

const reference = (secret: string): string =>
  `env: [{ name: KEY, valueFrom: { secretKeyRef: { name: ${secret}, key: password } } }]`;
const secretOf = (name: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { namespace: acme, name: ${name} }\nstringData: { password: ${value} }\n`;

const ways: readonly Sharing[] = [
  { what: "a literal", container: () => `env: [{ name: DB_PASSWORD, value: ${value} }]` },
  { what: "a Secret", container: () => reference("crm") },
  {
    what: "a value",
    container: (name) => reference(`${name}-key`),
    objects: (name) => secretOf(`${name}-key`),
  },
  { what: "an account", container: () => "", pod: "serviceAccountName: desk," },
];

function workloads(way: Sharing, names: readonly string[]): string {
  return names
    .flatMap((name) => [
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { namespace: acme, name: ${name} }\nspec: { template: { spec: { ${way.pod ?? ""} containers: [{ name: main, image: acme/app, ${way.container(name)} }] } } }\n`,
      ...(way.objects === undefined ? [] : [way.objects(name)]),
    ])
    .join("---\n");
}

async function judged(way: Sharing, names: readonly string[], settings = defaultSettings) {
  const rules = [noSharedIdentity, noSharedSecret];
  const snapshot = snapshotOf(manifest(workloads(way, names)));
  return (await judgeSnapshot(snapshot, { settings, rules })).findings;
}

/** How many a text names or counts after `affects:`. */
function countIn(text: string): number {
  const [, names = "", more = "0"] = /affects: (.*?)(?: and (\d+) more)?$/m.exec(text) ?? [];
  return names.split(", ").length + Number(more);
}

describe("texts about what is shared", () => {
  const names = ["ask", "bill", "chat", "desk", "edit", "find", "grow", "help", "inform"];
  for (const way of ways) {
    for (const count of [2, 3, 6, 7, 9]) {
      it(`name or count all ${count} workloads that share ${way.what}`, async () => {
        const findings = await judged(way, names.slice(0, count));
        assert.equal(findings.length, count);
        for (const fault of faultsOf(findings)) {
          assert.match(fault.first.message, new RegExp(`by ${count} workloads$`));
          assert.equal(fault.affected.length + fault.unnamed, count);
          for (const verbose of [false, true]) {
            const text = faultText(fault, { ...sampleOptions, verbose });
            assert.equal(countIn(text), count, text);
          }
          assert.equal(
            countIn(`affects: ${headlineOf(fault).split("workloads: ")[1] ?? ""}`),
            count,
          );
        }
      });
    }

    it(`name also the workload whose share of ${way.what} a baseline lists`, async () => {
      const [known, other] = await judged(way, ["ask", "bill"]);
      assert.ok(known !== undefined && other !== undefined);
      for (const fault of faultsOf([{ ...known, known: true }, other])) {
        assert.equal(countIn(faultText(fault, sampleOptions)), 2);
      }
    });
  }
});
