/** Versions that a starter project requires. */
export interface StarterVersions {
  /** This package's own. */
  readonly agentid: string;
  /** Ranges by package name. */
  readonly packages: Readonly<Record<string, string>>;
}

/** The packages beside this one that the program of a starter project imports. */
export const starterPackages = [
  "@pulumi/kubernetes",
  "@pulumi/aws",
  "@pulumi/policy",
  "@pulumi/pulumi",
] as const;

/**
 * What compiles the program: without TypeScript of its own, Pulumi takes 3.8. Ranges are those of Pulumi's templates,
 * with the types of the oldest Node.js that this package runs on.
 */
export const starterTools = { typescript: "^5.9.3", "@types/node": "^20.19.0" } as const;

/** The files of a starter project by path in its folder: one tenant with an agent that may call a tool. */
export function starterFiles(
  project: string,
  versions: StarterVersions,
): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": pulumiYaml(project),
    "Pulumi.dev.yaml": stackYaml(project),
    "package.json": `${JSON.stringify(packageJson(versions), null, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(tsconfig, null, 2)}\n`,
    ".gitignore": "node_modules/\n",
    "agentid.yaml": settings,
    "index.ts": program,
  };
}

/**
 * A name that Pulumi takes for a project: what it does not take becomes `-`.
 *
 * Source: pulumi.com/docs/iac/concepts/projects, at most 100 letters, digits, `-`, `_` and `.`.
 */
export function projectName(folder: string): string {
  const name = folder.replace(/[^A-Za-z0-9_.-]+/g, "-").slice(0, 100);
  return /[A-Za-z0-9]/.test(name) ? name : "agents";
}

function pulumiYaml(project: string): string {
  return `# In quotes, since a folder may be called \`1\` or \`true\`.
name: "${project}"
description: Agents, each with an identity of its own
runtime: nodejs
main: index.ts
`;
}

function stackYaml(project: string): string {
  return `config:
  aws:region: eu-central-1
  # The IAM OIDC provider of your EKS cluster: \`aws iam list-open-id-connect-providers\` lists those of the account.
  "${project}:providerArn": arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE
`;
}

function packageJson({ agentid, packages }: StarterVersions): unknown {
  return {
    private: true,
    scripts: {
      check: "agentid check .",
      preview: "pulumi preview --policy-pack node_modules/pulumi-agentid/policy-pack",
    },
    dependencies: { ...packages, "pulumi-agentid": `^${agentid}` },
    devDependencies: starterTools,
  };
}

/** Settings of a program, with what they say. */
export const settings = `# Settings of \`agentid check\` for this program; \`node_modules/pulumi-agentid/docs/cli.md\` lists all of them.
# Which workloads rules about secrets and identity look at: \`all\`, or \`declared\` ones only.
scope: all
`;

const tsconfig = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    rootDir: ".",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
};

const program = `import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();

/** The boundary nothing crosses: a namespace, a path for roles, and what none of them can do. */
const acme = new agentid.Tenant("acme", {
  federation: { eksIrsa: { providerArn: config.require("providerArn") } },
  // Where pods may send to: here STS and S3, by the VPC endpoints of the cluster's network.
  egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
});

/** Looks up tickets; it alone can read them. */
const search = new agentid.Tool("search", {
  tenant: acme.ref,
  risk: { sensitivity: "confidential" },
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] }],
});

/** Reasons about a task, and may call the tool for the purposes that are named. */
const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  grants: [{ tool: search.ref, intents: ["find-similar-tickets"], maxSeconds: 120 }],
});

for (const [name, workload] of Object.entries({ search, triage })) {
  new kubernetes.apps.v1.Deployment(name, {
    metadata: { name, namespace: workload.namespace, labels: workload.pod.labels },
    spec: {
      selector: { matchLabels: workload.pod.labels },
      template: {
        metadata: { labels: workload.pod.labels },
        spec: {
          ...workload.pod.spec,
          containers: [
            {
              ...workload.pod.container,
              name: "main",
              image: \`registry.example.com/acme/\${name}:1.0.0\`,
            },
          ],
        },
      },
    },
  });
}

/** The role of each workload, as CloudTrail shows it. */
export const roles = { search: search.roleArn, triage: triage.roleArn };
`;
