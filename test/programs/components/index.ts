import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

class Agent extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: { tenant: string }, opts?: pulumi.ComponentResourceOptions) {
    super("acme:index:Agent", name, args, opts);
    const role = new aws.iam.Role(
      `${name}-role`,
      { assumeRolePolicy, tags: { tenant: args.tenant } },
      { parent: this, aliases: [{ name: `${name}-old`, parent: pulumi.rootStackResource }] },
    );
    new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.id, policy: '{"Version":"2012-10-17","Statement":[]}' },
      { parent: role },
    );
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

class Team extends pulumi.ComponentResource {
  readonly agents: readonly Agent[];

  constructor(name: string, args: { tenant: string }, opts?: pulumi.ComponentResourceOptions) {
    super("acme:index:Team", name, args, opts);
    this.agents = ["triage", "answer"].map(
      (agent) => new Agent(`${name}-${agent}`, args, { parent: this }),
    );
    this.registerOutputs({});
  }
}

const west = new aws.Provider("west", {
  region: "us-west-2",
  defaultTags: { tags: { owner: "platform" } },
});

const acme = new Team("acme", { tenant: "acme" });

// The components' provider is inherited by what is in them.
const globex = new Team("globex", { tenant: "globex" }, { providers: { aws: west } });

// Waits for a component, so for all that is in it.
new aws.iam.Role("after", { assumeRolePolicy }, { dependsOn: [acme] });

new aws.iam.Role("direct", { assumeRolePolicy }, { provider: west, dependsOn: west });

new aws.iam.Policy(
  "list",
  {
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Resource: globex.agents.map((agent) => agent.arn),
        },
      ],
    }),
  },
  { protect: true, aliases: ["urn:pulumi:dev::components::aws:iam/policy:Policy::before"] },
);

// Read, not made: it reaches no policy.
aws.iam.Role.get("found", "existing-role");
