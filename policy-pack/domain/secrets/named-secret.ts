import { isAccountId } from "../../../core/arn";
import type { ArnPattern } from "../paths/access/known-arn";
import { regionalScope, scopedName, type Name } from "../../facts/name";
import { hasWildcard } from "../../../core/pattern";

/**
 * A secret's name without the hyphen and six characters that Secrets Manager adds in ARNs.
 *
 * A word of six letters, or one with a number behind it, is taken as one of the name (`crm-secret`, `tenant-acme01`, `crm-Agent2`): of
 * suffixes made at random less than two in a hundred look like that.
 */
export function withoutSuffix(name: string): string {
  const suffix = /-[A-Za-z0-9]{6}$/.exec(name)?.[0];
  if (suffix === undefined || /^-[A-Za-z][a-z]*\d*$/.test(suffix)) return name;
  return name.slice(0, -suffix.length);
}

/**
 * The one secret or parameter that a policy names, whatever Secrets Manager adds to its name; undefined where a pattern
 * takes in several, or none of a known account. Of a pattern for all regions it is the name without a region.
 */
export function secretNamed({ service, region, account, resource }: ArnPattern): Name | undefined {
  if (!isAccountId(account) || (hasWildcard(region) && region !== "*")) return undefined;
  const [, kind, name = ""] = /^(secret:|parameter\/)(.+)$/.exec(resource) ?? [];
  const scope = regionalScope(account, region);
  if (service === "ssm" && kind === "parameter/") {
    return hasWildcard(name) ? undefined : scopedName("parameter", scope, name);
  }
  if (service !== "secretsmanager" || kind !== "secret:") return undefined;
  const own = name.replace(/-(?:\*|\?{6})$/, "");
  if (hasWildcard(own)) return undefined;
  return scopedName("secret", scope, own === name ? withoutSuffix(name) : own);
}
