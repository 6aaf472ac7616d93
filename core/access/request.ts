import { isAccountId } from "../arn";
import { inTheCall } from "../authority/selected";
import type { Context, ContextValue } from "../policy/condition/context";
import type { Urn } from "../snapshot/value";
import type { Caller } from "./caller";
import { accountOf, makingOf, type Held } from "./held";
import { tagOf } from "./kind-index";

const resourceTag = /^[\w-]+:resourcetag\//;
const principalTag = "aws:principaltag/";
const absent: ContextValue = { kind: "absent" };

/** Keys that the request of every session of a role has. */
const ofAll: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:principalarn",
  "aws:requestedregion",
  "aws:tokenissuetime",
  "aws:userid",
]);

/** Keys that it never has, as long as no service asks in the role's name. */
const ofNone: ReadonlySet<string> = new Set([
  "aws:calledvia",
  "aws:calledviafirst",
  "aws:calledvialast",
  "aws:username",
]);

/** What the keys hold when a caller asks for a resource itself. */
export function requestOf(caller: Caller, held: Held): Context {
  return (key) => {
    const value = variableIn(caller, held, key);
    return value.kind === "unknown" && key.startsWith(principalTag)
      ? { ...value, decides: true }
      : value;
  };
}

/**
 * What a variable of a policy stands for when a caller asks for a resource itself.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
export function variableIn(caller: Caller, held: Held, key: string): ContextValue {
  if (resourceTag.test(key)) return tagOf(held, key.replace(resourceTag, ""));
  switch (key) {
    case "aws:resourceaccount":
    case "s3:resourceaccount":
      return accountValue(
        accountOf(held),
        "the account of a resource is not known",
        makingOf(held),
      );
    case "kms:resourcealiases":
      return held.aliases;
    default:
      return saidBy(caller, key);
  }
}

/** What a key holds when a caller asks itself, whatever it asks for. */
export function saidBy(caller: Caller, key: string): ContextValue {
  if (key.startsWith(principalTag)) return caller.tag(key.slice(principalTag.length));
  switch (key) {
    case "aws:principalaccount":
      return accountValue(caller.account, "the account of a role is not known", caller.arn.urns);
    case "aws:viaawsservice":
    case "aws:principalisawsservice":
      return { kind: "present", values: ["false"] };
    case "aws:securetransport":
      return { kind: "present", values: ["true"] };
    case "aws:principaltype":
      return { kind: "present", values: ["AssumedRole"] };
    default:
      if (ofNone.has(key)) return absent;
      return { kind: ofAll.has(key) ? "some" : "unknown", reason: inTheCall };
  }
}

/** There always is an account, so that one that is not known decides nothing. */
function accountValue(
  account: string | undefined,
  reason: string,
  waitsFor: readonly Urn[],
): ContextValue {
  return account !== undefined && isAccountId(account)
    ? { kind: "present", values: [account] }
    : { kind: "some", reason, waitsFor };
}
