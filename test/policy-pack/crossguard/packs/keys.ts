import { PolicyPack } from "@pulumi/policy";
import { createPolicies } from "../../../../policy-pack/crossguard/policies";
import { noTwinKeys, requireKey, thingReader } from "../support/keys";

new PolicyPack("keys", {
  policies: createPolicies({ rules: [noTwinKeys, requireKey], readers: [thingReader] }),
});
