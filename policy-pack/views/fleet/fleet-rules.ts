import { capitalised } from "../../../core/listed";
import type { FleetRule, Parts } from "./cross-stack";

/** Most names in a sentence; it counts the rest. */
const mostNamed = 4;

/**
 * Tables over all stacks that rules read, each the answer of a query of its name, in the order in which they are made.
 *
 * They are stored: Trino and Athena copy a named query into each of its uses, and do not come to an end of planning a recursion over
 * one that has joins of its own.
 */
export const joinedTables: readonly string[] = [
  "known_identities",
  "assume_entries",
  "assume_paths",
  "acting_for",
];

/** The rules over several stacks, each with a file in SQL of its name. Those that a rule about one stack has too share its id. */
export const fleetRules: readonly FleetRule[] = [
  {
    id: "no-shared-secret",
    title: "Each static secret is used by one workload",
    severity: "critical",
    remediation:
      "give each workload a credential of its own, or short-lived access by its identity",
    standards: ["NHI9:2025", "ASI03:2026", "NIST-800-53r5:IA-4"],
    sentence: ({ what, label, holders, stacks }) =>
      `${capitalised(what)} \`${label}\` is shared by ${count(holders, "workload")} in ${count(stacks, "stack")}`,
    overTenants: {
      id: "no-cross-tenant-secret",
      title: "No secret is used by two tenants",
      severity: "critical",
      remediation:
        "give each tenant a credential of its own, or better an identity in place of the secret",
      standards: ["NHI8:2025", "NHI9:2025", "ASI03:2026", "NIST-800-53r5:SC-4"],
      sentence: ({ what, label, holders, stacks, tenants }) =>
        `${capitalised(what)} \`${label}\` is shared by ${tenantsText(tenants)}: ${count(holders, "workload")} in ${count(stacks, "stack")}`,
    },
  },
  {
    id: "no-shared-identity",
    title: "Each workload has an identity of its own",
    severity: "critical",
    remediation: "give each workload a role or ServiceAccount of its own",
    standards: ["NHI9:2025", "ASI03:2026", "NIST-800-53r5:AC-2(9)"],
    sentence: ({ what, label, holders, stacks }) =>
      `${capitalised(what)} \`${label}\` is shared by ${count(holders, "workload")} in ${count(stacks, "stack")}`,
  },
  {
    id: "no-cross-tenant-trust",
    title: "No principal can assume an identity of another tenant, or one that two tenants share",
    severity: "critical",
    remediation: "have each role trust only its own tenant's workload, by its exact subject or ARN",
    standards: ["NHI8:2025", "ASI03:2026", "NIST-800-53r5:AC-4"],
    sentence: ({ what, label, detail, tenants }) =>
      `${capitalised(what)} \`${label}\`${ofTenant(detail)} can be assumed from ${tenantsText(tenants)}`,
  },
  {
    id: "no-cross-tenant-access",
    title: "No identity may act on a resource of another tenant",
    severity: "critical",
    remediation: "allow only the tenant's own resources, by name or by the tag of the tenant",
    standards: ["NHI8:2025", "ASI03:2026", "NIST-800-53r5:AC-4"],
    sentence: ({ what, label, tenants }) =>
      `${capitalised(what)} \`${label}\` can be used from ${tenantsText(tenants)}`,
  },
  {
    id: "no-shared-namespace",
    title: "No namespace contains workloads of two tenants",
    severity: "high",
    remediation: "give each tenant its own namespace with the label `agentid.dev/tenant`",
    standards: ["NHI8:2025", "ASI03:2026", "NIST-800-53r5:SC-7(21)"],
    sentence: ({ label, tenants }) => `Namespace \`${label}\` is shared by ${tenantsText(tenants)}`,
  },
  {
    id: "no-spiffe-id-collision",
    title: "Each SPIFFE ID identifies one workload",
    severity: "critical",
    remediation:
      "give each workload a SPIFFE ID of its own, or each cluster a trust domain of its own",
    standards: ["NHI9:2025", "ASI03:2026", "NIST-800-53r5:IA-4"],
    sentence: ({ label, holders, stacks }) =>
      `SPIFFE ID \`${label}\` is issued to different workloads by ${count(holders, "registration")} in ${count(stacks, "stack")}`,
  },
  {
    id: "no-reused-cluster-name",
    title: "Each cluster has a name and a token issuer of its own",
    severity: "high",
    remediation:
      "name each cluster of an account differently, and trust an issuer in its own tenant alone",
    standards: ["NHI8:2025", "ASI03:2026", "NIST-800-53r5:IA-9"],
    sentence: ({ what, label, stacks, tenants }) =>
      what === "OIDC issuer"
        ? `OIDC issuer \`${label}\` is trusted by stacks of ${tenantsText(tenants)}`
        : `${what} \`${label}\` is declared by ${count(stacks, "stack")}: ${listed(stacks)}`,
  },
  {
    id: "no-shared-account",
    title: "Each tenant has AWS accounts of its own",
    severity: "low",
    remediation:
      "give each tenant an account of its own, or keep each identity to its tenant's tag",
    standards: ["NHI8:2025", "NIST-800-53r5:SC-7(21)"],
    sentence: ({ label, tenants }) =>
      `AWS account \`${label}\` has identities of ${tenantsText(tenants)}`,
  },
  {
    id: "require-own-identity",
    title: "Each declared workload authenticates as an identity",
    severity: "high",
    remediation:
      "give the workload an identity: an `Orchestrator`, `Agent` or `Tool`, or a role of its own",
    standards: ["NHI9:2025", "ASI03:2026", "NIST-800-53r5:IA-9"],
    sentence: ({ what, label }) => `${what} \`${label}\` has no identity`,
  },
];

function count(names: readonly string[], what: string): string {
  return `${names.length} ${what}${names.length === 1 ? "" : "s"}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(", ");
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown;
}

function ofTenant(tenant: Parts["detail"]): string {
  return tenant === "" ? "" : ` of tenant \`${tenant}\``;
}

function tenantsText(tenants: readonly string[]): string {
  const named = tenants.slice(0, mostNamed).map((tenant) => `\`${tenant}\``);
  const more = tenants.length - named.length;
  const all = more > 0 ? [...named, `${more} more`] : named;
  return `tenant${tenants.length === 1 ? "" : "s"} ${all.join(", ")}`;
}
