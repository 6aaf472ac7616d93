import { apartContent } from "../../../core/credential/apart";
import { scopedName, type Name } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { isList, type Value } from "../../../core/snapshot/value";
import { secretInArn } from "../aws/refs";
import { embeddedYaml } from "../embedded-yaml";
import type { KubeObject } from "./object";
import { nameTextAt } from "./text";

/** A secret that a provider class mounts, or one key of it. */
export interface Mounted {
  readonly content: Name;
  readonly key?: string | undefined;
}

const longestObjects = 262_144;

/** How a provider of the CSI driver says which secrets it mounts. */
type Read = (object: KubeObject) => readonly Mounted[];

/** Source: the README or documentation of each provider of kubernetes-sigs/secrets-store-csi-driver. */
const providers: Readonly<Record<string, Read>> = {
  aws: (object) => objectsOf(object, "objects").flatMap((item) => awsObject(object, item)),
  vault: vaultObjects,
  azure: azureObjects,
  gcp: (object) => objectsOf(object, "secrets").flatMap(googleSecret),
};

/** What a SecretProviderClass mounts, as far as it is known; of a provider that nobody knows nothing. */
export function mountedBy(object: KubeObject): readonly Mounted[] {
  const provider = nameTextAt(object.body, "spec", "provider") ?? "aws";
  return Object.hasOwn(providers, provider) ? (providers[provider]?.(object) ?? []) : [];
}

/** github.com/aws/secrets-store-csi-driver-provider-aws: fields that `jmesPath` picks are mounted beside the whole. */
function awsObject(object: KubeObject, item: Value): readonly Mounted[] {
  const name = nameTextAt(item, "objectName");
  if (name === undefined) return [];
  const inArn = secretInArn(name);
  if (inArn !== undefined) return [{ content: inArn.name }];
  const account = object.context.accountOf(object.resource);
  // The provider of a Kubernetes object knows no account; what it does know is not the scope of AWS names.
  const scope = /^\d{12}$/.test(account) ? account : "default";
  const kind = nameTextAt(item, "objectType") === "ssmparameter" ? "parameter" : "secret";
  return [{ content: scopedName(kind, scope, kind === "parameter" ? withoutSlash(name) : name) }];
}

/** developer.hashicorp.com/vault/docs/platform/k8s/csi: the path is the secret, `objectName` only the file's name. */
function vaultObjects(object: KubeObject): readonly Mounted[] {
  const address = nameTextAt(object.body, "spec", "parameters", "vaultAddress");
  const scope = address ?? `urn:vault:${object.cluster}`;
  return objectsOf(object, "objects").flatMap((item) => {
    const path = nameTextAt(item, "secretPath");
    if (path === undefined) return [];
    const content = scopedName("secret", scope, withoutSlash(path));
    return [{ content, key: nameTextAt(item, "secretKey") }];
  });
}

/** azure.github.io/secrets-store-csi-driver-provider-azure: each item of `array` is YAML in a string of its own. */
function azureObjects(object: KubeObject): readonly Mounted[] {
  const vault = nameTextAt(object.body, "spec", "parameters", "keyvaultName") ?? "default";
  const objects = nameTextAt(object.body, "spec", "parameters", "objects");
  return listAt(parsed(objects), "array").flatMap((text) => {
    const item = parsed(nameTextAt(text)) ?? text;
    const name = nameTextAt(item, "objectName");
    switch (nameTextAt(item, "objectType")) {
      case "cert":
        return [{ content: apartContent("tls") }];
      // Of a key the provider gives the public part alone.
      case "key":
        return [{ content: apartContent("public key") }];
      case undefined:
      default:
        return name === undefined ? [] : [{ content: scopedName("secret", vault, name) }];
    }
  });
}

/** github.com/GoogleCloudPlatform/secrets-store-csi-driver-provider-gcp. */
function googleSecret(item: Value): readonly Mounted[] {
  const name = nameTextAt(item, "resourceName")?.replace(/\/versions\/[^/]*$/, "");
  return name === undefined ? [] : [{ content: scopedName("secret", "google", name) }];
}

function objectsOf(object: KubeObject, parameter: string): readonly Value[] {
  const items = parsed(nameTextAt(object.body, "spec", "parameters", parameter));
  return isList(items) ? items : [];
}

/** The value of a YAML text; undefined for none, and for one that is no YAML. */
function parsed(text: string | undefined): Value | undefined {
  if (text === undefined || text.length > longestObjects) return undefined;
  return embeddedYaml(text);
}

function withoutSlash(path: string): string {
  return path.replace(/^\//, "");
}
