import { ruleTester } from "../../support/rule-tester";
import { limit, reportJob, triage, waiverOf, waivers } from "../../support/waived";
import noSharedIdentity from "../../../policy-pack/rules/no-shared-identity";
import noSharedSecret from "../../../policy-pack/rules/no-shared-secret";
import rule from "../../../policy-pack/rules/no-unused-waiver";

const stack = [...reportJob(), ...triage, ...limit()];

const unused = (about: string) => ({
  severity: "low",
  about,
  at: "waivers.yaml:2:5",
  message: "The waiver matches no finding",
});

ruleTester(rule, {
  accepts: [
    { name: "a waiver of a finding", resources: stack, waivers: waivers(waiverOf()) },
    {
      name: "a waiver of a finding that it does not lift",
      resources: [...reportJob(), ...triage],
      waivers: waivers(waiverOf()),
    },
    {
      name: "one that is too long, which is told already",
      resources: triage,
      waivers: waivers(waiverOf({ expires: "2027-11-25" })),
    },
    { name: "a file without waivers", resources: stack, waivers: waivers("waivers: []\n") },
  ],
  rejects: [
    {
      name: "a waiver of a finding that is mended",
      resources: triage,
      waivers: waivers(waiverOf()),
      findings: [unused("no-shared-secret: acme/crm, acme/report")],
    },
    {
      name: "one that is over as well",
      resources: triage,
      waivers: waivers(waiverOf({ expires: "2026-11-24" })),
      findings: [unused("no-shared-secret: acme/crm, acme/report")],
    },
    {
      name: "one that names another thing",
      resources: stack,
      waivers: waivers(waiverOf({ thing: "acme/crm-2" })),
      findings: [unused("no-shared-secret: acme/crm-2, acme/report")],
    },
    {
      name: "one that names another holder",
      resources: stack,
      waivers: waivers(waiverOf({ holder: "acme/reports" })),
      findings: [unused("no-shared-secret: acme/crm, acme/reports")],
    },
    {
      name: "one that names no holder of a finding that has one",
      resources: stack,
      waivers: waivers(waiverOf({ holder: undefined })),
      findings: [unused("no-shared-secret: acme/crm")],
    },
    {
      name: "one of another rule",
      resources: stack,
      waivers: waivers(waiverOf({ rule: "no-shared-identity" }), [
        noSharedSecret,
        noSharedIdentity,
      ]),
      findings: [unused("no-shared-identity: acme/crm, acme/report")],
    },
    {
      name: "one with another fingerprint",
      resources: stack,
      waivers: waivers(waiverOf({ fingerprint: `"${"0".repeat(32)}"` })),
      findings: [unused(`no-shared-secret: acme/crm, acme/report, ${"0".repeat(32)}`)],
    },
  ],
});
