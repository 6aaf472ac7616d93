import { ruleTester } from "../../support/rule-tester";
import { limit, reportJob, triage, utility, waiverOf, waivers } from "../../support/waived";
import { autonomyMark, riskMark, sensitivityMark } from "../../../core/marks";
import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import { outputOf, urnOf } from "../../support/resources";
import rule from "../../../policy-pack/rules/require-valid-waiver";

const stack = [...reportJob(), ...triage, ...limit()];

const broken = (faults: string) =>
  ({
    severity: "high",
    about: "no-shared-secret: acme/crm, acme/report",
    at: "waivers.yaml:2:5",
    message: `The waiver is not valid: ${faults}`,
    related: ["acme/crm: is waived"],
  }) as const;

const expiring = (when: string, expires: string) => ({
  severity: "low",
  about: "no-shared-secret: acme/crm, acme/report",
  at: "waivers.yaml:2:5",
  message: `The waiver of team-crm expires ${when}, on ${expires}`,
  related: ["acme/crm: is waived"],
});

const platform = urnOf("pulumi:pulumi:StackReference", "platform");

/** The job of `acme/report` with a label that waits for another stack. */
const reportWith = (mark: string): readonly Resource[] =>
  reportJob().map((job) => {
    const { labels, ...metadata } = job.inputs["metadata"] as Readonly<Record<string, ValueRecord>>;
    return {
      ...job,
      inputs: {
        ...job.inputs,
        metadata: { ...metadata, labels: { ...labels, [mark]: outputOf(platform) } },
      },
    };
  });

const unproven = {
  ...broken(""),
  verdict: "undetermined",
  message: "The waiver is not valid",
  dependsOn: ["platform"],
} as const;

ruleTester(rule, {
  accepts: [
    {
      name: "a waiver whose control restricts a utility of low risk",
      resources: stack,
      waivers: waivers(waiverOf()),
    },
    {
      name: "one that ends in 90 days",
      resources: stack,
      waivers: waivers(waiverOf({ expires: "2027-02-23" })),
    },
    {
      name: "one that ends in 15 days",
      resources: stack,
      waivers: waivers(waiverOf({ expires: "2026-12-10" })),
    },
    {
      name: "one that is over and that nothing needs any more",
      resources: triage,
      waivers: waivers(waiverOf({ expires: "2026-11-24" })),
    },
    { name: "a stack without waivers", resources: stack },
  ],
  rejects: [
    {
      name: "one that ended yesterday",
      resources: stack,
      waivers: waivers(waiverOf({ expires: "2026-11-24" })),
      findings: [broken("it expired on 2026-11-24")],
    },
    {
      name: "softly, one whose last day it is",
      resources: stack,
      waivers: waivers(waiverOf({ expires: "2026-11-25" })),
      findings: [expiring("today", "2026-11-25")],
    },
    {
      name: "softly, one that ends in 14 days",
      resources: stack,
      waivers: waivers(waiverOf({ expires: "2026-12-09" })),
      findings: [expiring("in 14 days", "2026-12-09")],
    },
    {
      name: "one that ends in 91 days",
      resources: stack,
      waivers: waivers(waiverOf({ expires: "2027-02-24" })),
      findings: [broken("it expires on 2027-02-24, 91 days away; at most 90 are allowed")],
    },
    {
      name: "one for an agent",
      resources: stack,
      waivers: waivers(waiverOf({ holder: "acme/triage" })),
      findings: [
        {
          ...broken(
            "`acme/triage` is an agent, not a utility; control `network-policy`: no NetworkPolicy limits where the pods of `acme/triage` send to",
          ),
          about: "no-shared-secret: acme/crm, acme/triage",
        },
      ],
    },
    {
      name: "a workload that is declared to be nothing",
      resources: [...reportJob("agentid.dev/risk: low"), ...triage, ...limit()],
      waivers: waivers(waiverOf()),
      findings: [
        broken("`acme/report` is not declared to be a utility (`agentid.dev/kind: utility`)"),
      ],
    },
    {
      name: "a utility of high risk",
      resources: [
        ...reportJob("agentid.dev/kind: utility, agentid.dev/risk: high"),
        ...triage,
        ...limit(),
      ],
      waivers: waivers(waiverOf()),
      findings: [broken("`acme/report` is not of low risk")],
    },
    {
      name: "a utility that does not say its risk",
      resources: [...reportJob("agentid.dev/kind: utility"), ...triage, ...limit()],
      waivers: waivers(waiverOf()),
      findings: [broken("`acme/report` is not marked as low risk (`agentid.dev/risk: low`)")],
    },
    {
      name: "a utility that is autonomous",
      resources: [
        ...reportJob(`${utility}, agentid.dev/autonomy: autonomous`),
        ...triage,
        ...limit(),
      ],
      waivers: waivers(waiverOf()),
      findings: [broken("`acme/report` is autonomous (`agentid.dev/autonomy`)")],
    },
    {
      name: "a utility that is declared to read sensitive data",
      resources: [
        ...reportJob(`${utility}, agentid.dev/sensitivity: restricted`),
        ...triage,
        ...limit(),
      ],
      waivers: waivers(waiverOf()),
      findings: [broken("`acme/report` is not of low risk")],
    },
    {
      name: "as undetermined, a utility whose autonomy a preview cannot know",
      resources: [...reportWith(autonomyMark), ...triage, ...limit()],
      waivers: waivers(waiverOf()),
      findings: [unproven],
    },
    {
      name: "as undetermined, a utility whose data a preview cannot know",
      resources: [...reportWith(sensitivityMark), ...triage, ...limit()],
      waivers: waivers(waiverOf()),
      findings: [unproven],
    },
    {
      name: "as undetermined, a utility whose risk a preview cannot know",
      resources: [...reportWith(riskMark), ...triage, ...limit()],
      waivers: waivers(waiverOf()),
      findings: [unproven],
    },
  ],
});
