import { defineRule } from "../define-rule";

/** A waiver that waives nothing lies ready for whoever brings the finding back. */
export default defineRule({
  id: "no-unused-waiver",
  title: "Each waiver waives a finding that there is",
  severity: "low",
  family: "waivers",
  decides: "closed",
  because: "what a waiver names may be found at a resource that is still to come",
  watches: ["waiver"],
  standards: ["NIST-800-53r5:CA-5", "NIST-AI-RMF-1.0:MANAGE-1.4"],
  remediation: "remove the waiver, or write it as the report names rule, thing and holder",
  messages: { unused: "the waiver names a finding that there is not" },
  check: (fact) => {
    // What is wrong with the waiver itself, whatever it names, is told by `require-valid-waiver`.
    if (fact.about.length > 0 || fact.faults.length > 0) return [];
    return [{ verdict: "violated", message: "unused", about: fact.waiver, at: fact.at }];
  },
});
