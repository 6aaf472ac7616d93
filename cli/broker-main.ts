#!/usr/bin/env node
import { addBrokerCommands } from "./broker-commands";
import { endClearly, endWith } from "./end-clearly";
import { runProgram } from "./run-program";

// The command of the package `pulumi-agentid-broker`: the part of `agentid` that needs neither Pulumi nor the rules.

endClearly();
void runProgram(
  {
    name: "agentid-broker",
    description: "Runs and uses the task broker of a tenant.",
    addCommands: addBrokerCommands,
  },
  process.argv.slice(2),
).then(endWith);
