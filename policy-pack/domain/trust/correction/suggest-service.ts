import { isAccountId, parseArn } from "../../../../core/arn";
import { hasWildcard } from "../../../../core/pattern";
import { mayFitArn } from "../../../../core/policy/condition/arn";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import { parseOperator } from "../../../../core/policy/condition/operator";
import type { Condition } from "../../../../core/policy/statement";
import { breadthOfName } from "../certificate/breadth";
import { certificatePin, isTrustAnchor } from "../certificate/certificate";
import { asIntended, type ClaimPattern } from "../../../../core/trust/claim-pattern";
import { contextFor } from "../context";
import { isExact } from "../guard";
import { plainKey } from "../../../../core/trust/issuers";
import { retainOthers, mostCombinations, printTests, putTest, type Tests } from "../retained-tests";
import { namesBy } from "../naming";
import { namesCaller } from "../open-guards";
import { partsBySource, podParts, podTags, type PodPart } from "../pod-identity";
import { arnServiceOf } from "../source";
import type { Principal } from "../principal";
import { isGuard, testedKey } from "../tested";

/** What to fill in, in capitals. */
const podForms: Readonly<Record<PodPart, string>> = {
  cluster: "arn:aws:eks:REGION:ACCOUNT:cluster/CLUSTER",
  namespace: "NAMESPACE",
  ServiceAccount: "SERVICE_ACCOUNT",
};

/**
 * A `Condition` for the pods of one ServiceAccount by EKS Pod Identity, as JSON; fixed parts stay, and further narrowing.
 *
 * @param meant what is known of the intended ServiceAccount
 */
export function suggestPodCondition(
  conditions: readonly Condition[],
  meant: Readonly<Partial<Record<PodPart, string>>> = {},
): string {
  const tests: Tests = new Map();
  const bySource = partsBySource(conditions);
  for (const part of podParts) {
    const kept = retainedValues(conditions, podTags[part]);
    if (kept !== undefined) putTest(tests, podTags[part], kept);
    else if (!bySource.includes(part))
      putTest(tests, podTags[part], [meant[part] ?? podForms[part]]);
  }
  const replaced = podParts.map((part) => plainKey(podTags[part]));
  retainOthers(tests, conditions, ({ key }) => replaced.includes(plainKey(key)));
  return printTests(tests);
}

/** A `Condition` for one certificate of one trust anchor, as JSON; fixed parts stay. */
export function suggestCertificateCondition(conditions: readonly Condition[]): string {
  const tests: Tests = new Map();
  let isNamed = false;
  for (const key of keysOfNames(conditions)) {
    const values = retainedValues(conditions, key);
    if (values === undefined) continue;
    putTest(tests, key, values);
    isNamed ||= values.every(
      (text) => breadthOfName(plainKey(key), { text, literal: true, secret: false }) === "workload",
    );
  }
  if (!isNamed) {
    const [key, form] = nameToFill(conditions);
    putTest(tests, key, [form]);
  }
  const anchors = retainedValues(conditions, "aws:SourceArn")?.filter(isTrustAnchor);
  const isKept = anchors !== undefined && anchors.length > 0;
  putTest(tests, "aws:SourceArn", isKept ? anchors : [anchorForm]);
  retainOthers(
    tests,
    conditions,
    ({ key }) => certificatePin.isKey(plainKey(key)) || plainKey(key) === "aws:sourcearn",
  );
  return printTests(tests);
}

const uriKey = "aws:PrincipalTag/x509SAN/URI";
const anchorForm = "arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/TRUST_ANCHOR_ID";

function keysOfNames(conditions: readonly Condition[]): readonly string[] {
  const keys = conditions.flatMap((each) =>
    each.kind === "test" && certificatePin.isKey(plainKey(each.key)) ? [each.key] : [],
  );
  return [...new Map(keys.map((key) => [plainKey(key), key])).values()];
}

/** The name that the conditions require of a certificate, to be filled in; without one, its URI. */
function nameToFill(conditions: readonly Condition[]): readonly [key: string, form: string] {
  const requested = keysOfNames(conditions).map(plainKey);
  const other = otherNames.find(([key]) => requested.includes(plainKey(key)));
  const isUri = other === undefined || requested.includes(plainKey(uriKey));
  return isUri ? [uriKey, uriFor(conditions)] : other;
}

const otherNames = [
  ["aws:PrincipalTag/x509SAN/DNS", "DNS_NAME"],
  ["aws:PrincipalTag/x509Subject/CN", "COMMON_NAME"],
] as const;

/** The URI of one workload, with as much of it filled in as a loose one names. */
function uriFor(conditions: readonly Condition[]): string {
  const tested = testedKey(conditions, plainKey(uriKey), true);
  const values = tested.kind === "tested" ? tested.tests.flatMap(({ patterns }) => patterns) : [];
  const starts = values.flatMap(({ text, secret }) => {
    const start = /^spiffe:\/\/[a-z0-9._-]+\/(?:[A-Za-z0-9._-]+\/)*/.exec(text)?.[0];
    return start === undefined || secret ? [] : [start];
  });
  return starts[0] === undefined ? "spiffe://TRUST_DOMAIN/PATH" : `${starts[0]}PATH`;
}

/**
 * A `Condition` for a service that acts for one account's resources, as JSON; an account and ARNs that the conditions name
 * stay.
 *
 * @param meant the account, where it is known, and whether other services have to meet the condition too
 */
export function suggestSourceCondition(
  service: string,
  conditions: readonly Condition[],
  { account = "ACCOUNT", shared = false }: { readonly account?: string; readonly shared?: boolean },
): string {
  const tests: Tests = new Map();
  const arns = retainedArns(conditions);
  const accounts = retainedValues(conditions, "aws:SourceAccount") ?? accountsIn(arns) ?? [account];
  const owner = accounts[0] ?? account;
  const known = arns.length > 0 ? arns : completedArns(conditions, owner);
  const partition = /\.cn$/i.test(service) ? "aws-cn" : "aws";
  const form = `arn:${partition}:${arnServiceOf(service)}:REGION:${owner}:*`;
  putTest(tests, "aws:SourceAccount", accounts);
  if (known.length > 0 || !shared)
    putTest(tests, "aws:SourceArn", known.length > 0 ? known : [form]);
  const replaced = ["aws:sourceaccount", "aws:sourcearn"];
  retainOthers(tests, conditions, ({ key }) => replaced.includes(plainKey(key)));
  return printTests(tests);
}

/** Those of the required source ARNs that identify the owner. */
function retainedArns(conditions: readonly Condition[]): readonly string[] {
  const names = namesBy(sourceArn);
  return arnsRequested(conditions).flatMap((value) =>
    mayFitArn(value.text) && names?.(value) === true ? [value.text] : [],
  );
}

const sourceArn = "aws:sourcearn";

/** The ARNs that the conditions require of the source; none where one must not be shown. */
function arnsRequested(conditions: readonly Condition[]): readonly ClaimPattern[] {
  const tested = testedKey(conditions, sourceArn, true);
  if (tested.kind !== "tested") return [];
  const values = tested.tests.flatMap((test) => test.patterns.map(asIntended));
  return values.some(({ secret }) => secret) ? [] : values.slice(0, mostCombinations);
}

/** Those of the required source ARNs that identify a service, with the account that they leave open. */
function completedArns(conditions: readonly Condition[], account: string): readonly string[] {
  const completed = arnsRequested(conditions).flatMap(({ text }) => {
    const [arn, partition = "", service = "", region = "", owner = "", ...resource] =
      text.split(":");
    if (arn !== "arn" || service === "" || hasWildcard(service)) return [];
    const isCut = resource.length === 0;
    // An ARN without an account, such as that of a bucket, has none to fill in.
    if (!isCut && !hasWildcard(owner)) return [];
    const start = `arn:${hasWildcard(partition) ? "aws" : partition}:${service}`;
    const rest = isCut ? "*" : resource.join(":");
    return [`${start}:${isCut ? "REGION" : region}:${account}:${rest}`];
  });
  return [...new Set(completed)];
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

/** A `Condition` for a caller of another account, as JSON; a fixed external id stays. */
export function suggestExternalCondition(conditions: readonly Condition[]): string {
  return suggestOne("sts:ExternalId", "EXTERNAL_ID", conditions);
}

/** A `Condition` for callers of the own account, as JSON; what selects them stays, else one role does. */
export function suggestCallerCondition(conditions: readonly Condition[], account: string): string {
  const kept: Tests = new Map();
  retainOthers(kept, conditions, () => false);
  if ([...kept].some(namesCallerBy)) return printTests(kept);
  const tests: Tests = new Map();
  putTest(tests, "aws:PrincipalArn", [`arn:aws:iam::${account}:role/ROLE`]);
  retainOthers(tests, conditions, () => false);
  return printTests(tests);
}

function namesCallerBy([name, keys]: readonly [string, ReadonlyMap<string, unknown>]): boolean {
  const operator = parseOperator(name);
  const isTested = operator !== undefined && isGuard(operator);
  return isTested && [...keys.keys()].some((key) => namesCaller(plainKey(key)));
}

/**
 * A `Condition` for callers of one organisation, or for services that act for one where only services meet the conditions, as
 * JSON; a fixed one stays.
 */
export function suggestOrganisationCondition(conditions: readonly Condition[]): string {
  const { result } = evaluateConditions(conditions, contextFor(anyAccount));
  const key = result.kind === "no" ? "aws:SourceOrgID" : "aws:PrincipalOrgID";
  return suggestOne(key, "o-ORGANIZATION", conditions);
}

const anyAccount: Principal = { kind: "account", account: "ACCOUNT" };

function suggestOne(key: string, form: string, conditions: readonly Condition[]): string {
  const tests: Tests = new Map();
  putTest(tests, key, retainedValues(conditions, key) ?? [form]);
  retainOthers(tests, conditions, (test) => plainKey(test.key) === plainKey(key));
  return printTests(tests);
}

/** The exact values that the conditions require of a key; undefined where there is none, or one must not be shown. */
function retainedValues(
  conditions: readonly Condition[],
  key: string,
): readonly string[] | undefined {
  const tested = testedKey(conditions, plainKey(key), true);
  if (tested.kind !== "tested") return undefined;
  const values = tested.tests.flatMap((test) => test.patterns);
  if (values.length === 0 || !values.every(mayRetain)) return undefined;
  return values.slice(0, mostCombinations).map(({ text }) => text);
}

function mayRetain(value: ClaimPattern): boolean {
  return isExact(value) && !/[*?]/.test(value.text) && !value.secret;
}
