import * as pulumi from "@pulumi/pulumi";

export function nameOf(id: string): string {
  const parts = [pulumi.getStack(), id.toLowerCase()];
  parts.push("role");
  return parts.filter(Boolean).join("-");
}

export const arnOf = (account: string, name: string): string =>
  `arn:aws:iam::${account}:role/${name}`;
