import * as aws from "@pulumi/aws";
import { argumentError } from "./argument-error";

/** What older versions of `@pulumi/aws` cannot make, by the argument that asks for it. Source: the published versions of the package. */
const newer = {
  eksPodIdentity: { module: "eks", resource: "PodIdentityAssociation", since: "6.13.2" },
  agentCore: { module: "bedrock", resource: "AgentcoreWorkloadIdentity", since: "7.10" },
  // Older versions have the class, without deletion protection and tags.
  policyStore: { module: "bedrock", resource: "AgentcoreWorkloadIdentity", since: "7.10" },
  gateway: { module: "bedrock", resource: "AgentcorePolicy", since: "7.34" },
} as const;

/** The modules of `@pulumi/aws`, of which old versions lack some. */
type InstalledSdk = Readonly<Partial<Record<"eks" | "bedrock", object>>>;

/** Refuses what the installed `@pulumi/aws` is too old to make. */
export function checkSdk(subject: string, asked: string, installed: InstalledSdk = aws): void {
  if (!Object.hasOwn(newer, asked)) return;
  const { module, resource, since } = newer[asked as keyof typeof newer];
  const made = installed[module];
  if (made !== undefined && resource in made) return;
  throw argumentError(
    subject,
    `\`${asked}\` needs \`@pulumi/aws\` ${since} or later, and the installed version has no \`${resource}\`; update the package`,
  );
}
