import { isAccountId, parseArn } from "../../../../core/arn";
import { regionalScope, scopedName, type Name, scopeOf } from "../../../facts/name";
import { atOf, type KubeObject } from "../object";
import { readerOf } from "../reader-of";
import { nameTextAt, textAt } from "../text";
import { type Value, isList, isRecord } from "../../../../core/snapshot/value";
import { secretInArn } from "../../aws/refs";
import type { Fact } from "../../../facts/fact";
import type { At } from "../../../facts/fact-values";
import { entriesAt, listAt } from "../../../../core/snapshot/read";
import { partsOf } from "../../catalogue/paths";
import { namedFields } from "../custom/named-fields";

/** Where the provider of a store is in its spec. */
const aws = ["spec", "provider", "aws"] as const;

/**
 * Reads stores of the External Secrets Operator: the AWS account and region of their secrets, as far as their role shows it.
 * The credentials that they log in by are named as not read.
 *
 * Source: external-secrets.io, provider/aws-secrets-manager, `role`: the role that the store assumes, whose account has the
 * secrets.
 */
export const secretStoreReader = readerOf({
  name: "secret-store",
  kinds: ["external-secrets.io/SecretStore", "external-secrets.io/ClusterSecretStore"],
  *facts(object) {
    const parts = partsOf({ value: object.body["spec"] ?? {}, path: "spec" });
    for (const fact of namedFields(object, parts, [])) {
      if (fact.kind === "not-read") yield fact;
    }
    const name = nameTextAt(object.body, "metadata", "name");
    const role = nameTextAt(object.body, ...aws, "role");
    const parsed = role === undefined ? undefined : parseArn(role);
    if (name === undefined || parsed?.ok !== true || !isAccountId(parsed.arn.account)) return;
    const isWide = object.kind === "ClusterSecretStore";
    if (!isWide && object.namespace.kind === "unknown") return;
    const space = isWide || object.namespace.kind === "unknown" ? "" : object.namespace.text;
    const service = nameTextAt(object.body, ...aws, "service");
    yield {
      kind: "store-scope",
      at: atOf(object, "spec.provider.aws.role"),
      store: storeScope(object.cluster, space, name),
      of: service === "ParameterStore" ? "parameter" : "secret",
      scope: regionalScope(parsed.arn.account, nameTextAt(object.body, ...aws, "region")),
    };
  },
});

/**
 * The name of a remote secret of the External Secrets Operator: by its ARN, else by its key within the store.
 *
 * The account of a store is unknown here, so its scope may be any account: two namespaces' stores of one name may be one, and
 * may be two.
 *
 * @param store the reference to it; without one, a store of any kind
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

/** The stand-in for the account and region of a store; the namespace is empty for a cluster-wide one. */
function storeScope(cluster: string, namespace: string, name: string): string {
  return `urn:store:${cluster}/${namespace}/${name}`;
}

/**
 * A key as it is below the mount `secret` of Vault, which may come before it with the `data/` of version 2 or be left out.
 *
 * Source: github.com/external-secrets/external-secrets, providers/v1/vault/client_get.go, `buildPath`.
 */
function inVault(key: string): string {
  return /^secret\/data\/(.+)$/s.exec(key)?.[1] ?? key;
}

/** A search of the External Secrets Operator as the name of what it finds: two that are equal are written alike. */
export function wordsOf(search: Value): string {
  return `search ${JSON.stringify(inOrder(search))}`;
}

/** A value whose entries are in the order of their names, so that equal ones are written alike. */
function inOrder(value: Value): Value {
  if (isList(value)) return value.map(inOrder);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

/** What a search of a store can find, for what others take of that store by name. */
export function* searchFacts(
  at: At,
  given: {
    readonly container: Name;
    readonly search: Name;
    /** The item of `dataFrom`. */
    readonly item: Value;
    readonly find: Value;
  },
): Iterable<Fact> {
  const { container, search, item, find } = given;
  const store = scopeOf(search);
  if (store === undefined) return;
  const regexp = nameTextAt(find, "name", "regexp");
  const names = regexp === undefined ? undefined : patternOfRegexp(regexp);
  const path = nameTextAt(find, "path");
  const tags = entriesAt(find, "tags").flatMap(([tag, value]) => {
    const text = textAt(value);
    return text.kind === "text" ? [[tag, text.text] as const] : [];
  });
  const strategy = nameTextAt(find, "conversionStrategy") ?? "Default";
  const content = {
    kind: "search",
    store,
    search,
    ...(names !== undefined && { names }),
    ...(path !== undefined && { path }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
    isRenamed: strategy !== "Default" || listAt(item, "rewrite").length > 0,
  } as const;
  yield { kind: "contains", at, container, content, derived: true };
}

/**
 * A regular expression as a pattern with `*` and `?`; undefined where it is more than such a pattern.
 *
 * It is not run itself: an author of a program could make it run without end.
 */
function patternOfRegexp(regexp: string): string | undefined {
  const starts = regexp.startsWith("^");
  const ends = /(?:^|[^\\])\$$/.test(regexp);
  const inner = regexp.slice(starts ? 1 : 0, ends ? -1 : undefined);
  const pieces = inner.match(/\\[^A-Za-z0-9]|\.[*+]?|[^\\^$.*+?()[\]{}|]/g) ?? [];
  if (pieces.join("") !== inner) return undefined;
  const pattern = pieces.map((piece) => {
    if (piece === ".") return "?";
    if (piece === ".*") return "*";
    if (piece === ".+") return "?*";
    return piece.replace(/^\\/, "");
  });
  // No pattern can have these as they are.
  if (pieces.some((piece) => piece === "\\*" || piece === "\\?")) return undefined;
  return `${starts ? "" : "*"}${pattern.join("")}${ends ? "" : "*"}`;
}
