import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import type { Rule } from "../../policy-pack/findings/define-rule";
import { readWaivers } from "../../policy-pack/run/waivers/read-waivers";
import type { Waivers } from "../../policy-pack/run/waivers/waiver";
import { manifest } from "./resources";

/** The day it is in tests of waivers. */
export const today = "2026-11-25";

/** What a test changes in {@link waiverOf}; undefined leaves a field out. */
type Change = Readonly<Record<string, string | undefined>>;

/** A waivers file with one entry: for `acme/report-job`, which shares `acme/crm`, with a good while to go. */
export function waiverOf(change: Change = {}): string {
  const entry: Change = {
    rule: "no-shared-secret",
    thing: "acme/crm",
    holder: "acme/report",
    owner: "team-crm",
    reason: "the vendor issues one key per customer",
    ticket: "SEC-14",
    expires: "2027-01-15",
    controls: "[network-policy]",
    ...change,
  };
  const lines = Object.entries(entry).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return `waivers:\n  - ${lines.join("\n    ")}\n`;
}

/** The waivers of a file, for the rules whose findings they are of. */
export function waivers(
  text: string,
  of: readonly Rule[] = [noSharedSecret],
): Waivers & { readonly of: readonly Rule[] } {
  const read = readWaivers(text, "waivers.yaml");
  assert.ok(read.kind === "ok", JSON.stringify(read));
  return { entries: read.waivers, today, of };
}

/** Labels by which `acme/report` is a utility of low risk. */
export const utility = "agentid.dev/kind: utility, agentid.dev/risk: low";

/** A CronJob that uses `acme/crm` as well as an agent does. */
export function reportJob(labels = utility, spec = ""): readonly Resource[] {
  return manifest(`
apiVersion: batch/v1
kind: CronJob
metadata: { namespace: acme, name: report, labels: { ${labels} } }
spec:
  jobTemplate:
    spec:
      template:
        metadata: { labels: { app: report } }
        spec:
          serviceAccountName: report
          ${spec}
          containers: [{ name: main, image: acme/report, envFrom: [{ secretRef: { name: crm } }] }]
`);
}

/** An agent that uses the same secret. */
export const triage = manifest(`
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: triage, labels: { agentid.dev/kind: agent } }
spec:
  template:
    spec:
      serviceAccountName: triage
      containers: [{ name: main, image: acme/triage, envFrom: [{ secretRef: { name: crm } }] }]
`);

/** A NetworkPolicy of `acme`, by default one that allows `report` to send to one address. */
export function limit(
  podSelector = "{ matchLabels: { app: report } }",
  egress = "[{ to: [{ ipBlock: { cidr: 203.0.113.7/32 } }], ports: [{ port: 443 }] }]",
  namespace = "acme",
  name = "report",
): readonly Resource[] {
  return manifest(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: ${namespace}, name: ${name} }
spec: { podSelector: ${podSelector}, policyTypes: [Egress], egress: ${egress} }
`);
}
