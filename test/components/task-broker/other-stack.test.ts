import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { TaskBrokerDeployment } from "../../../components";
import { registered } from "../support/registered";
import { plainDeployment } from "./plain";

void (async () => {
  for (const preview of [true, false]) for (const name of ["known", "none"]) {
    try {
      const r = await registered(async () => {
        const original = plainDeployment.tools[0]!;
        const { tool, ...rest } = original;
        const stack = new pulumi.StackReference("tools");
        const t = name === "known" ? stack.getOutput("refunds") : stack.getOutput("none");
        new TaskBrokerDeployment("running", { ...plainDeployment, tools: [{ ...rest, tool: t as never }] });
      }, { preview });
      console.log(preview, name, r.map(({type, name: n}) => `${type} ${n}`).join("\n  "));
    } catch (e) { console.log(preview, name, "THREW", (e as Error).message); }
  }
  void assert; void parse;
})();
