import type { Fact } from "../../../../core/graph/fact";
import { named } from "../../../../core/graph/fact-values";
import { k8sName, type Name } from "../../../../core/graph/name";
import { listAt } from "../../../../core/snapshot/read";
import type { Reader } from "../../reader";
import { aliasOf, atOf, spaceOf, type KubeObject } from "../object";
import { readerOf } from "../reader-of";
import { nameTextAt } from "../text";

type Path = readonly string[];

/** How a kind says which remote secret its operator copies, and to which Secret. */
interface Copying {
  /** Where the Secret's name stands, and its namespace where that may be another; without a path it is called like the object. */
  readonly name?: Path;
  readonly namespace?: Path;
  /** What tells remote secrets apart; the first has to be there. */
  readonly remote: readonly [Path, ...Path[]];
  /** What says by which login, where two logins may lead to two servers. */
  readonly login?: Path;
}

const infisical = ["universalAuth", "kubernetesAuth", "awsIamAuth"].map((way): Copying => {
  const scope = ["spec", "authentication", way, "secretsScope"];
  return {
    name: ["spec", "managedSecretReference", "secretName"],
    namespace: ["spec", "managedSecretReference", "secretNamespace"],
    remote: [
      [...scope, "projectSlug"],
      [...scope, "envSlug"],
      [...scope, "secretsPath"],
      ["spec", "hostAPI"],
    ],
  };
});

/**
 * Kinds by which operators copy remote secrets into the cluster.
 *
 * Source: developer.hashicorp.com, Vault Secrets Operator API (VaultStaticSecret); github.com/1Password/onepassword-operator; docs.doppler.com, Kubernetes
 * operator; infisical.com/docs, InfisicalSecret.
 */
const kinds: Readonly<Record<string, readonly Copying[]>> = {
  "secrets.hashicorp.com/VaultStaticSecret": [
    {
      name: ["spec", "destination", "name"],
      remote: [
        ["spec", "path"],
        ["spec", "mount"],
        ["spec", "namespace"],
      ],
      login: ["spec", "vaultAuthRef"],
    },
  ],
  "onepassword.com/OnePasswordItem": [{ remote: [["spec", "itemPath"]] }],
  "secrets.doppler.com/DopplerSecret": [
    {
      name: ["spec", "managedSecret", "name"],
      namespace: ["spec", "managedSecret", "namespace"],
      remote: [
        ["spec", "project"],
        ["spec", "config"],
      ],
    },
  ],
  "secrets.infisical.com/InfisicalSecret": infisical,
};

const bitwarden = "k8s.bitwarden.com/BitwardenSecret";

/** Reads which remote secrets operators copy into which Secrets: two copies of one are one secret. */
export const syncedSecretReader: Reader = readerOf({
  name: "copied secrets",
  kinds: [...Object.keys(kinds), bitwarden],
  *facts(object) {
    const kind = `${object.group}/${object.kind}`;
    const own = spaceOf(object);
    if (own === undefined) return;
    yield* aliasOf(object);
    if (kind === bitwarden) yield* ofBitwarden(object, own);
    for (const copying of kinds[kind] ?? []) yield* copied(object, own, copying);
  },
});

function* copied(object: KubeObject, own: string, copying: Copying): Iterable<Fact> {
  const at = (path: Path): string | undefined => nameTextAt(object.body, ...path);
  const name = at(copying.name ?? ["metadata", "name"]);
  const [first] = copying.remote;
  if (name === undefined || at(first) === undefined) return;
  const space = (copying.namespace && at(copying.namespace)) ?? own;
  const container = k8sName(object.cluster, space, "Secret", name);
  const parts = copying.remote.map((path) => at(path) ?? "");
  const remote = remoteName(object, parts);
  const place = { kind: "contains", at: atOf(object, first.join(".")), container } as const;
  if (copying.login === undefined) {
    yield { ...place, content: named(remote), derived: false };
    return;
  }
  const login = at(copying.login) ?? "";
  const by = login.includes("/") || login === "" ? login : `${own}/${login}`;
  yield { ...place, content: named(remoteName(object, [...parts, by])), derived: false };
  // Two logins lead to one server more often than not.
  yield { ...place, content: named(remote), derived: true };
}

/** The name of what an operator copies from elsewhere. */
function remoteName({ cluster, kind }: KubeObject, parts: readonly string[]): Name {
  return k8sName(cluster, "", `remote of ${kind}`, parts.filter((part) => part !== "").join(" "));
}

function* ofBitwarden(object: KubeObject, own: string): Iterable<Fact> {
  const name = nameTextAt(object.body, "spec", "secretName");
  if (name === undefined) return;
  const container = k8sName(object.cluster, own, "Secret", name);
  for (const [index, item] of listAt(object.body, "spec", "map").entries()) {
    const id = nameTextAt(item, "bwSecretId");
    const key = nameTextAt(item, "secretKeyName");
    if (id === undefined || key === undefined) continue;
    const content = named(remoteName(object, [id]));
    const at = atOf(object, `spec.map[${index}].bwSecretId`);
    yield { kind: "contains", at, container, key, content, derived: false };
  }
}
