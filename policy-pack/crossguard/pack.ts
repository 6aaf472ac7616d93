import { PolicyPack } from "@pulumi/policy";
import { compileLater } from "../compile-later";
import { policies } from "./index";

compileLater();

new PolicyPack("agentid", {
  displayName: "agentid",
  description:
    "Every orchestrator, agent and tool has an identity of its own, without shared static secrets.",
  policies: policies(),
});
