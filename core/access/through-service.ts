import type { Graph } from "../graph/graph";
import { hasWildcard, patternsOverlap } from "../pattern";
import { parseOperator } from "../policy/condition/operator";
import type { Part } from "../policy/statement";
import { and, fromBoolean, no, or, unknown, yes, type Three } from "../three-valued";
import type { Caller } from "./caller";
import { encryptedBy } from "./encrypted";
import type { Held } from "./held";
import { anyService, isOfService, type Test } from "./key-services";
import type { KindIndex } from "./kind-index";

/** Who asks a service to use a key. */
export interface Through {
  readonly graph: Graph;
  readonly caller: Caller;
  readonly key: Held;
  /** Whether the policy names the caller itself, and not its account, whose own policies then have to allow the key too. */
  readonly isNamed: boolean;
  /** Whether the caller may have the service use the key of any resource of a kind. */
  readonly mayUse: (index: KindIndex) => Three;
}

/**
 * Whether a caller can have a service use a key for it: it may have the service read or write what the key encrypts.
 *
 * What is encrypted by a key that each call names, as an object of S3 may be, no program tells: of a caller that the policy
 * names it is then not known whether it can.
 *
 * Source: AWS KMS developer guide, `kms:ViaService`: who calls the service has to be allowed by the policy of the key, and to do
 * what it asks of the service.
 */
export function reachesThrough({ operator, values }: Test, through: Through): Three {
  const { graph, caller, key, isNamed, mayUse } = through;
  const base = parseOperator(operator)?.base;
  const services =
    base === "Null"
      ? [anyService]
      : values.filter((part) => base?.name === "StringLike" || !isPattern(part));
  const found = encryptedBy(graph, key).flatMap(({ byKind, waitsFor }) =>
    byKind.map((index): Three => {
      const isOf = or(services.map((part) => isService(part, index.kind.service, key)));
      if (isOf.kind === "no") return no;
      const isUnder = waitsFor === undefined ? yes : unknown(keyUnknown, waitsFor);
      return and([isOf, isUnder, mayUse(index), ownPolicies(index.kind.service, through)]);
    }),
  );
  const reached = or(found);
  if (reached.kind !== "no" || !isNamed) return reached;
  return or(services.map((part) => mayCall(caller, part)));
}

const keyUnknown = "the key that encrypts a resource is not known yet";
const serviceUnknown = "the service through which a key may be used is not known yet";

function isService(part: Part, service: string, { arn }: Held): Three {
  if (part.kind === "unknown") return unknown(serviceUnknown, part.waitsFor);
  const name = `${service}.${arn.region ?? "*"}.amazonaws.com*`;
  return fromBoolean(patternsOverlap(widened(part.text), name));
}

/** A text with `*` for what a variable stands for. */
function widened(text: string): string {
  return text.toLowerCase().replace(/\$\{[^}]*\}/g, "*");
}

/** Whether the caller's own policies let it use a key through a service. */
function ownPolicies(service: string, { caller, key, isNamed }: Through): Three {
  if (isNamed) return yes;
  return or(caller.keyServices.map((part) => isService(part, service, key)));
}

/** Whether a caller may call anything of a service. */
function mayCall({ authority, isAccount }: Caller, part: Part): Three {
  if (part.kind === "unknown") return unknown(serviceUnknown, part.waitsFor);
  const [service = "*"] = widened(part.text).split(".");
  const isCalled =
    isAccount === true ||
    authority.policies.some(
      ({ content }) =>
        content.kind === "unknown" ||
        content.document.statements.some(
          (each) =>
            each.kind === "unknown" || (each.effect !== "Deny" && isOfService(each, service)),
        ),
    );
  return isCalled ? unknown(`what of \`${service}\` a key encrypts no program tells`) : no;
}

function isPattern(part: Part): boolean {
  return part.kind === "text" && hasWildcard(part.text);
}
