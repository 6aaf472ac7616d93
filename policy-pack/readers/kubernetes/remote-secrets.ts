import { scopedName, type Name } from "../../../core/graph/name";
import type { Value } from "../../../core/snapshot/value";
import { secretInArn } from "../aws/refs";
import type { KubeObject } from "./object";
import { nameTextAt } from "./text";

/**
 * The name of a remote secret of the External Secrets Operator: by its ARN, else by its key within the store.
 *
 * What a store stands for is not known here, so its scope is one that may be any account: two namespaces' stores of
 * one name may be one, and may be two.
 *
 * @param store the reference to it; none, and a store of any sort is meant
 */
export function remoteSecret(
  object: KubeObject,
  namespace: string,
  store: Value | undefined,
  key: string,
): Name {
  const inArn = secretInArn(key);
  if (inArn !== undefined) return inArn.name;
  const name = nameTextAt(store, "name");
  if (name === undefined) return scopedName("secret", "default", key);
  const isWide = nameTextAt(store, "kind") === "ClusterSecretStore";
  const space = isWide ? "" : namespace;
  return scopedName("secret", storeScope(object.cluster, space, name), inVault(key));
}

/** What stands for the account and region of a store; the namespace is empty for one of the whole cluster. */
export function storeScope(cluster: string, namespace: string, name: string): string {
  return `urn:store:${cluster}/${namespace}/${name}`;
}

/**
 * A key as it is below the mount `secret` of Vault, which may stand before it with the `data/` of version 2 or be left out.
 *
 * Source: github.com/external-secrets/external-secrets, providers/v1/vault/client_get.go, `buildPath`.
 */
function inVault(key: string): string {
  return /^secret\/data\/(.+)$/s.exec(key)?.[1] ?? key;
}
