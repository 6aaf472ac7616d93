import type { FactOf } from "../../../facts/fact";
import type { KnownArn, Labels } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import type { ContextValue } from "../../../../core/policy/condition/context";
import type { Urn } from "../../../../core/snapshot/value";
import type { Three } from "../../../../core/three-valued";
import type { ResourceKind } from "./kinds";

/** A resource of a tenant, or all that configuration assigns to one. */
export interface TenantResource {
  readonly kind: ResourceKind;
  readonly arn: KnownArn;
  /** The tenant, or a stand-in for an unknown one; undefined where it has none. */
  readonly tenant: string | undefined;
  /** What the tenant waits for, where it is not known. */
  readonly tenantDependsOn?: readonly Urn[];
  readonly tags: Labels;
  /** What stays the same from run to run, and decides the order. */
  readonly key: string;
  /** The resource; undefined for what configuration names. */
  readonly name: Name | undefined;
  readonly fact?: FactOf<"resource">;
  /** The aliases of a key; absent for what has none. */
  readonly aliases: ContextValue;
  /** Whether a setting of it has AWS look at its tags, where its kind has such a setting. Default: it has not. */
  readonly isByTag?: Three;
  /** Whether a resource policy decides who may use it. */
  readonly isGuarded: boolean;
  /** Whether configuration names it by its account alone. */
  readonly isAccount?: true;
}

/** The resource by whose making more is known of it. */
export function makingOf({ name }: TenantResource): readonly Urn[] {
  return name?.startsWith("urn:") === true ? [name] : [];
}

/** The account of a resource, which its ARN may not have. */
export function accountOf({ arn, fact }: TenantResource): string | undefined {
  return arn.account === undefined || arn.account === "" ? fact?.account : arn.account;
}
