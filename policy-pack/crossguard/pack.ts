import { PolicyPack } from "@pulumi/policy";
import { policies } from ".";

new PolicyPack("agentid", {
  displayName: "agentid",
  description:
    "Every orchestrator, agent and tool has an identity of its own, without shared static secrets.",
  policies: policies(),
});
