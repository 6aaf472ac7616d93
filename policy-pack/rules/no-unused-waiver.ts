import { defineRule } from "../findings/define-rule";

/** A waiver without a finding would hide that finding when it comes back. */
export default defineRule({
  id: "no-unused-waiver",
  title: "Each waiver matches a finding",
  severity: "low",
  family: "waivers",
  decides: "closed",
  because: "what a waiver names may be found at a resource that is still to come",
  watches: ["waiver"],
  remediation: "remove the waiver, or name rule, thing and holder as in the report",
  messages: { unused: "The waiver matches no finding" },
  check: (fact) => {
    // What is wrong with the waiver itself, whatever it names, is reported by `require-valid-waiver`.
    if (fact.about.length > 0 || fact.faults.length > 0) return [];
    return [{ message: "unused", about: fact.waiver, at: fact.at }];
  },
});
