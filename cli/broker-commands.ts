import type { Command } from "commander";
import type { ApproveFlags } from "./broker/approve";
import type { BrokerFlags } from "./broker/broker";
import type { CredentialsFlags } from "./broker/credentials";
import type { RevokeFlags } from "./broker/revoke";
import type { TrailFlags } from "./broker/trail";
import type { Finish } from "./run-program";

/** Adds the commands that run and use a task broker: `agentid` and `agentid-broker` have them. */
export function addBrokerCommands(program: Command, finish: Finish): void {
  program
    .command("broker")
    .description("run the task broker of a tenant")
    .option("--config <file>", "its configuration, see docs/broker/configuration.md")
    .option("--dev [folder]", "run one on a laptop, and write what it needs (default: agentid-dev)")
    .option("--check", "read the configuration, and do not start")
    .option("--print-manifests", "print it for Kubernetes, see docs/broker/kubernetes.md")
    .option("--image <image>", "container image of the broker, for --print-manifests")
    .option("--name <name>", "name of its objects (default: task-broker)")
    .option("--namespace <name>", "its namespace (default: the tenant's name and -broker)")
    .option("--tls-secret <name>", "Secret with tls.crt and tls.key (default: its name and -tls)")
    .option("--database-secret <name>", "such a Secret for its login to PostgreSQL")
    .option("--role-arn <arn>", "its IAM role, which trusts its ServiceAccount by OIDC")
    .option("--egress <cidr:port...>", "where its pods may send, besides the cluster's DNS")
    .option("--ingress <namespace...>", "further namespaces whose pods reach it")
    .option("--monitoring <namespace...>", "namespaces whose pods reach health and metrics")
    .action(async (flags: BrokerFlags) => {
      const { broker } = await import("./broker/index.js");
      finish(await broker(flags, program.name()));
    });

  withReach(
    program
      .command("approve")
      .description("list what waits for approval at a task broker, or approve one request")
      .argument("[id]", "the request to approve"),
  )
    .option("--deny", "deny it instead")
    .action(async (id: string | undefined, flags: ApproveFlags) => {
      const { approve } = await import("./broker/index.js");
      finish(await approve(id, flags));
    });

  withReach(
    program
      .command("revoke")
      .description(
        "end all of a task, an agent, an instance, a user, a tool or a tenant at a task broker",
      ),
  )
    .option("--task <txn>", "one task")
    .option("--agent <name>", "all tasks that an agent takes part in")
    .option("--instance <id>", "what one pod (<namespace>/<name>/<uid>) or SPIFFE ID received")
    .option("--user <name>", "all tasks of a user")
    .option("--tool <name>", "all calls of a tool")
    .option("--tenant <name>", "everything of the broker's tenant")
    .option("--for <duration>", "how long nothing new begins, such as 2h (default: 1h)")
    .option("--reason <text>", "why, for the trail")
    .action(async (flags: RevokeFlags) => {
      const { revoke } = await import("./broker/index.js");
      finish(await revoke(flags));
    });

  program
    .command("credentials")
    .description("get a session of a tool's IAM role for one call, for AWS SDKs and the AWS CLI")
    .requiredOption("--broker <url>", "the broker")
    .requiredOption("--identity <file>", "the workload's own token")
    .requiredOption("--subject <file>", "the user's token, or the task token")
    .requiredOption("--resource <url>", "the tool")
    .requiredOption("--details <json>", "the call: intent, sensitivity, target and so on")
    .option("--listen <address>", "answer as the container credentials endpoint, on loopback")
    .option("--authorization <file>", "what SDKs send then: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    .action(async (flags: CredentialsFlags) => {
      const { credentials } = await import("./broker/index.js");
      finish(await credentials(flags));
    });

  program
    .command("trail")
    .description("show who acted, by the trail of a task broker, and verify it")
    .option("--broker <url>", "the broker")
    .option("--token-file <file>", "token of an operator (default: AGENTID_TOKEN_FILE)")
    .option("--file <file>", "lines of a trail or an exported folder, in place of a broker")
    .option("--task <txn>", "one task")
    .option("--agent <name>", "where an agent takes part")
    .option("--user <name>", "for a user")
    .option("--tool <name>", "of a tool")
    .option("--event <file>", "the task of a record of CloudTrail or of Kubernetes' audit log")
    .option("--json", "lines as they are")
    .option("--heads", "print the last line of each chain, signed, to keep elsewhere")
    .option("--expect-heads <file>", "signed heads that the whole trail has to have")
    .option("--export <folder>", "write what the folder lacks of the trail, and signed heads")
    .option(
      "--prune <file>",
      "remove old lines up to these signed heads, all of which --export has",
    )
    .action(async (flags: TrailFlags) => {
      const { trail } = await import("./broker/index.js");
      finish(await trail(flags));
    });
}

function withReach(command: Command): Command {
  return command
    .requiredOption("--broker <url>", "the broker")
    .option("--token-file <file>", "token of the person (default: AGENTID_TOKEN_FILE)");
}
