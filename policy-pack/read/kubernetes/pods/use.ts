import { exemptKey, type Exempt } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import type { UseChannel } from "../../../facts/fact-values";
import type { Urn } from "../../../../core/snapshot/value";
import { atOf, sibling, type KubeObject } from "../object";
import type { textAt } from "../text";

/** The group of SecretProviderClass, of the Secrets Store CSI driver. */
export const csiGroup = "secrets-store.csi.x-k8s.io";

/** How something that a pod receives is referenced in it. */
export interface Use {
  readonly property: string;
  readonly through: UseChannel;
  readonly name: ReturnType<typeof textAt>;
  readonly key?: string | undefined;
  readonly keyDependsOn?: readonly Urn[] | undefined;
  readonly under?: string | undefined;
  readonly prefix?: string | undefined;
  readonly verifies?: readonly string[];
  readonly exempt?: Exempt | undefined;
}

/** That a pod receives a Secret, a ConfigMap or a provider class. */
export function useOf(object: KubeObject, kind: string, use: Use): Fact {
  const { key, keyDependsOn, under, prefix, verifies = [] } = use;
  const exempt = use.exempt ?? exemptKey(key);
  // A custom kind has its group in a name; a URN shows only its kind.
  const isCustom = kind === "SecretProviderClass" && use.name.kind === "text";
  const secret = sibling(object, isCustom ? `${kind}.${csiGroup}` : kind, use.name);
  return {
    kind: "uses",
    at: atOf(object, use.property),
    workload: object.thing,
    secret,
    through: use.through,
    ...(key !== undefined && { key }),
    ...(keyDependsOn !== undefined && secret.kind === "named" && { keyDependsOn }),
    ...(under !== undefined && { under }),
    ...(prefix !== undefined && { prefix }),
    ...(verifies.length > 0 && { verifies }),
    ...(exempt !== undefined && { exempt }),
  };
}
