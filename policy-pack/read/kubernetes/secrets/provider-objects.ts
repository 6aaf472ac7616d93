import { exemptContent, exemptOf } from "../../../domain/secrets/apart";
import { longestText } from "../../../domain/secrets/longest-text";
import { regionalScope, scopedName, type Name } from "../../../facts/name";
import { listAt } from "../../../../core/snapshot/read";
import { isList, type Value } from "../../../../core/snapshot/value";
import { secretInArn } from "../../aws/refs";
import { embeddedYaml } from "../../resource/embedded-yaml";
import type { KubeObject } from "../object";
import { nameTextAt } from "../text";

/** A secret that a provider class mounts, or one key of it. */
export interface Mounted {
  readonly content: Name;
  readonly key?: string | undefined;
  /** The file that has it, as `secretObjects` calls it. */
  readonly file?: string | undefined;
}

/** How a provider of the CSI driver lists the secrets that it mounts. */
interface Provider {
  readonly parameter: "objects" | "secrets";
  readonly read: (object: KubeObject, objects: Value) => readonly Mounted[];
}

/** Source: the README or documentation of each provider of kubernetes-sigs/secrets-store-csi-driver. */
const providers: Readonly<Record<string, Provider>> = {
  aws: { parameter: "objects", read: each(awsObject) },
  vault: { parameter: "objects", read: each(vaultObject) },
  azure: { parameter: "objects", read: azureObjects },
  gcp: { parameter: "secrets", read: each(googleSecret) },
};

/**
 * What a SecretProviderClass mounts, as far as it is known; of an unsupported provider nothing.
 *
 * Undefined where its text cannot be read.
 */
export function mountedBy(object: KubeObject): readonly Mounted[] | undefined {
  const name = nameTextAt(object.body, "spec", "provider") ?? "aws";
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  const text = provider && nameTextAt(object.body, "spec", "parameters", provider.parameter);
  if (provider === undefined || text === undefined) return [];
  const objects = parsed(text);
  return objects === undefined ? undefined : provider.read(object, objects);
}

/**
 * github.com/aws/secrets-store-csi-driver-provider-aws: fields that `jmesPath` picks are mounted beside the whole, and
 * `failoverObject` in its place where the first region does not answer.
 */
function awsObject(object: KubeObject, item: Value): readonly Mounted[] {
  const regionAt = (of: string): string | undefined =>
    nameTextAt(object.body, "spec", "parameters", of);
  const region = regionAt("region");
  const content = awsSecret(object, nameTextAt(item, "objectName"), item, region);
  if (content === undefined) return [];
  const file = nameTextAt(item, "objectAlias") ?? nameTextAt(item, "objectName");
  const failoverName = nameTextAt(item, "failoverObject", "objectName");
  const failover = awsSecret(object, failoverName, item, regionAt("failoverRegion") ?? region);
  const fields = listAt(item, "jmesPath").map((field) => ({
    content,
    key: nameTextAt(field, "path"),
    file: nameTextAt(field, "objectAlias"),
  }));
  return [
    { content, file },
    ...(failover === undefined ? [] : [{ content: failover, file }]),
    ...fields,
  ];
}

function awsSecret(
  object: KubeObject,
  name: string | undefined,
  item: Value,
  region: string | undefined,
): Name | undefined {
  if (name === undefined) return undefined;
  const inArn = secretInArn(name);
  if (inArn !== undefined) return inArn.name;
  const account = object.context.accountOf(object.resource);
  // The provider of a Kubernetes object has no account; what it has is not the scope of AWS names.
  const scope = regionalScope(/^\d{12}$/.test(account) ? account : "default", region);
  const kind = nameTextAt(item, "objectType") === "ssmparameter" ? "parameter" : "secret";
  return scopedName(kind, scope, kind === "parameter" ? withoutSlash(name) : name);
}

/** developer.hashicorp.com/vault/docs/platform/k8s/csi: the path is the secret, `objectName` only the file's name. */
function vaultObject(object: KubeObject, item: Value): readonly Mounted[] {
  const path = nameTextAt(item, "secretPath");
  if (path === undefined) return [];
  const file = nameTextAt(item, "objectName");
  const stated = (name: string): string | undefined =>
    nameTextAt(object.body, "spec", "parameters", name);
  const server = { address: stated("vaultAddress"), namespace: stated("vaultNamespace") };
  const content = vaultSecret(object, path, server);
  if (exemptOf(content) !== undefined) return [{ content, file }];
  return [{ content, key: nameTextAt(item, "secretKey"), file }];
}

/** The secret at a path of a Vault; content that is no static secret where each request gets its own. */
export function vaultSecret(
  object: KubeObject,
  path: string,
  { address, namespace }: Readonly<Record<"address" | "namespace", string | undefined>>,
): Name {
  if (isMadeAnew(path) || isPublic(path)) return exemptContent("no static secret");
  const scope = address ?? `urn:vault:${object.cluster}`;
  const within = namespace === undefined ? [] : [withoutSlash(namespace)];
  return scopedName("secret", scope, [...within, withoutSlash(path)].join("/"));
}

/**
 * Whether a path of Vault is one at which each request gets a credential of its own, which ends by itself:
 * `database/creds/app`, `pki/issue/web` (developer.hashicorp.com/vault/api-docs/secret). Mounts of key-value secrets,
 * which may have such paths as well, are called `secret` or `kv`.
 */
function isMadeAnew(path: string): boolean {
  const [mount = "", ...rest] = withoutSlash(path).split("/");
  if (/^(?:secrets?|kv\w*|[\w-]+-kv|cubbyhole)$/.test(mount) || rest.includes("data")) return false;
  return ["creds", "issue", "sts"].includes(rest.at(-2) ?? "");
}

/**
 * Whether a path is one of the public certificates of an authority: `pki/cert/ca`
 * (developer.hashicorp.com/vault/api-docs/secret/pki).
 */
function isPublic(path: string): boolean {
  return /\/(?:cert\/(?:ca|ca_chain|crl)|ca\/pem|ca_chain)$/.test(withoutSlash(path));
}

/** azure.github.io/secrets-store-csi-driver-provider-azure: each item of `array` is YAML in a string of its own. */
function azureObjects(object: KubeObject, objects: Value): readonly Mounted[] {
  const vault = nameTextAt(object.body, "spec", "parameters", "keyvaultName") ?? "default";
  return listAt(objects, "array").flatMap((text) => {
    const item = parsed(nameTextAt(text)) ?? text;
    const name = nameTextAt(item, "objectName");
    const file = nameTextAt(item, "objectAlias") ?? name;
    switch (nameTextAt(item, "objectType")) {
      case "cert":
        return [{ content: exemptContent("tls"), file }];
      // Of a key the provider gives the public part alone.
      case "key":
        return [{ content: exemptContent("public key"), file }];
      case undefined:
      default:
        return name === undefined ? [] : [{ content: scopedName("secret", vault, name), file }];
    }
  });
}

/** github.com/GoogleCloudPlatform/secrets-store-csi-driver-provider-gcp. */
function googleSecret(_object: KubeObject, item: Value): readonly Mounted[] {
  const name = nameTextAt(item, "resourceName")?.replace(/\/versions\/[^/]*$/, "");
  if (name === undefined) return [];
  const file = nameTextAt(item, "fileName") ?? nameTextAt(item, "path");
  return [{ content: scopedName("secret", "google", name), file }];
}

function each(one: (object: KubeObject, item: Value) => readonly Mounted[]): Provider["read"] {
  return (object, objects) => (isList(objects) ? objects.flatMap((item) => one(object, item)) : []);
}

/** The value of a YAML text; undefined for none, and for one that is no YAML. */
function parsed(text: string | undefined): Value | undefined {
  if (text === undefined || text.length > longestText) return undefined;
  return embeddedYaml(text);
}

function withoutSlash(path: string): string {
  return path.replace(/^\//, "");
}
