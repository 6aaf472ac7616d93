import * as aws from "@pulumi/aws";
import { argumentError } from "./argument-error";

/** A resource that older versions of `@pulumi/aws` cannot make. */
export interface NewerResource {
  readonly module: "eks" | "bedrock";
  readonly resource: string;
  readonly since: string;
}

/** What older versions of `@pulumi/aws` cannot make, beside federations. Source: the published versions of the package. */
export const newerResources = {
  // Older versions have the class, without deletion protection and tags.
  policyStore: { module: "bedrock", resource: "AgentcoreWorkloadIdentity", since: "7.10" },
  gateway: { module: "bedrock", resource: "AgentcorePolicy", since: "7.34" },
} as const satisfies Readonly<Record<string, NewerResource>>;

/** The modules of `@pulumi/aws`, of which old versions lack some. */
type InstalledSdk = Readonly<Partial<Record<NewerResource["module"], object>>>;

/** Refuses what the installed `@pulumi/aws` is too old to make. */
export function checkSdk(
  subject: string,
  asked: string,
  { module, resource, since }: NewerResource,
  installed: InstalledSdk = aws,
): void {
  const made = installed[module];
  if (made !== undefined && resource in made) return;
  throw argumentError(
    subject,
    `\`${asked}\` needs \`@pulumi/aws\` ${since} or later, and the installed version has no \`${resource}\`; update the package`,
  );
}
