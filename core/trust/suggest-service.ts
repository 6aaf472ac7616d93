import { isAccountId, parseArn } from "../arn";
import type { Condition } from "../policy/statement";
import type { ClaimPattern } from "./claim-pattern";
import { isExact } from "./guard";
import { plainKey } from "./issuers";
import { namesBy } from "./naming";
import { podParts, podTags, type PodPart } from "./pod-identity";
import { arnServiceOf } from "./source";
import { testedKey } from "./tested";

/** Most values that are kept: nobody reads more of a suggestion. */
const mostKept = 50;

/** What to fill in, in capitals. */
const podForms: Readonly<Record<PodPart, string>> = {
  cluster: "arn:aws:eks:REGION:ACCOUNT:cluster/CLUSTER",
  namespace: "NAMESPACE",
  ServiceAccount: "SERVICE_ACCOUNT",
};

/**
 * A `Condition` for the pods of one ServiceAccount by EKS Pod Identity, as JSON; what the conditions already hold fast is
 * kept.
 *
 * @param meant what is known of the ServiceAccount that is meant
 */
export function suggestPodCondition(
  conditions: readonly Condition[],
  meant: Readonly<Partial<Record<PodPart, string>>> = {},
): string {
  const tags = podParts.map((part) => {
    const kept = keptValues(conditions, podTags[part]) ?? [meant[part] ?? podForms[part]];
    return [podTags[part], oneOrMore(kept)] as const;
  });
  return JSON.stringify({ StringEquals: Object.fromEntries(tags) });
}

/** A `Condition` for one certificate of one trust anchor, as JSON; what the conditions already hold fast is kept. */
export function suggestCertificateCondition(conditions: readonly Condition[]): string {
  const names = conditions.flatMap((each) =>
    each.kind === "test" && /^aws:principaltag\/x509(?:subject|san)\//i.test(each.key)
      ? [each.key]
      : [],
  );
  const kept = [...new Set(names)].flatMap((key) => {
    const values = keptValues(conditions, key);
    return values === undefined ? [] : [[key, oneOrMore(values)] as const];
  });
  const form = [["aws:PrincipalTag/x509SAN/URI", "spiffe://TRUST_DOMAIN/PATH"] as const];
  const anchors = keptValues(conditions, "aws:SourceArn")?.filter((text) =>
    /^arn:[^:]+:rolesanywhere:[^:]*:[^:]*:trust-anchor\//.test(text),
  );
  const anchor =
    anchors === undefined || anchors.length === 0
      ? "arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/TRUST_ANCHOR_ID"
      : oneOrMore(anchors);
  return JSON.stringify({
    StringEquals: Object.fromEntries(kept.length > 0 ? kept : form),
    ArnEquals: { "aws:SourceArn": anchor },
  });
}

/**
 * A `Condition` for a service that acts on behalf of one account's resources, as JSON; an account and ARNs that the
 * conditions name are kept.
 */
export function suggestSourceCondition(
  service: string,
  account = "ACCOUNT",
  conditions: readonly Condition[] = [],
): string {
  const arns = keptArns(conditions);
  const accounts = keptValues(conditions, "aws:SourceAccount") ?? accountsIn(arns) ?? [account];
  const name = arnServiceOf(service);
  const form = `arn:aws:${name}:REGION:${accounts[0] ?? account}:*`;
  return JSON.stringify({
    StringEquals: { "aws:SourceAccount": oneOrMore(accounts) },
    ArnLike: { "aws:SourceArn": oneOrMore(arns.length > 0 ? arns : [form]) },
  });
}

/** The ARNs that the conditions ask of the source, where each of them names whose it is. */
function keptArns(conditions: readonly Condition[]): readonly string[] {
  const key = "aws:sourcearn";
  const tested = testedKey(conditions, key, true);
  if (tested.kind !== "tested") return [];
  const values = tested.tests.flatMap((test) => test.patterns);
  const names = namesBy(key);
  const isKept = values.every((value) => !value.secret && names?.(value) === true);
  return isKept ? values.slice(0, mostKept).map(({ text }) => text) : [];
}

/** The account that all ARNs name; undefined where they name none, or several. */
function accountsIn(arns: readonly string[]): readonly string[] | undefined {
  const accounts = new Set(
    arns.map((text) => {
      const parsed = parseArn(text);
      return parsed.ok ? parsed.arn.account : "";
    }),
  );
  const [only = "", ...more] = accounts;
  return isAccountId(only) && more.length === 0 ? [only] : undefined;
}

/** A `Condition` for a caller of another account, as JSON; an external id that the conditions hold fast is kept. */
export function suggestStrangerCondition(conditions: readonly Condition[] = []): string {
  const kept = keptValues(conditions, "sts:ExternalId") ?? ["EXTERNAL_ID"];
  return JSON.stringify({ StringEquals: { "sts:ExternalId": oneOrMore(kept) } });
}

/** A `Condition` for callers of one organisation, as JSON; one that the conditions hold fast is kept. */
export function suggestOrganisationCondition(conditions: readonly Condition[] = []): string {
  const kept = keptValues(conditions, "aws:PrincipalOrgID") ?? ["o-ORGANIZATION"];
  return JSON.stringify({ StringEquals: { "aws:PrincipalOrgID": oneOrMore(kept) } });
}

/** The exact values that the conditions ask of a key; undefined where there is none, or one must not be shown. */
function keptValues(conditions: readonly Condition[], key: string): readonly string[] | undefined {
  const tested = testedKey(conditions, plainKey(key), true);
  if (tested.kind !== "tested") return undefined;
  const values = tested.tests.flatMap((test) => test.patterns);
  if (values.length === 0 || !values.every(mayBeKept)) return undefined;
  return values.slice(0, mostKept).map(({ text }) => text);
}

function mayBeKept(value: ClaimPattern): boolean {
  return isExact(value) && !/[*?]/.test(value.text) && !value.secret;
}

function oneOrMore(values: readonly string[]): string | readonly string[] {
  const [only = "", ...more] = values;
  return more.length === 0 ? only : values;
}
