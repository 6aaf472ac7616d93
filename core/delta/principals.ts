import type { FactOf } from "../graph/fact";
import type { ParsedDocument } from "../policy/statement";
import { admissions } from "../trust/admission";
import { lookupsIn } from "../trust/in-graph";
import { principalOf, type Principal } from "../trust/principal";
import type { Name } from "../graph/name";
import { inOrder, permission, type Making, type Origin } from "./making";
import type { Pattern, Permission } from "./permission";
import { assume } from "./sentence";

/** Which principals may assume a role, on which conditions. */
export function assumedBy(making: Making, identity: Name): readonly Permission[] {
  const facts = making.graph.facts("admits", "identity", identity);
  return inOrder(facts.flatMap((fact) => trustsIn(making, fact)));
}

function trustsIn(making: Making, { trust, at }: FactOf<"admits">): readonly Permission[] {
  const origin = making.originOf(at);
  const { of, source } = origin;
  if (trust.kind === "problem") return [];
  if (trust.kind === "unknown") return [openUse(making, trust.waitsFor, origin)];
  return admissions(trust.document, lookupsIn(making.graph)).map(({ principal, conditions }) =>
    permission({
      actions: [assume],
      objects: [principalPattern(making, principal, origin)],
      conditions: making.testsOf(conditions, origin),
      of,
      ...(source && { source }),
    }),
  );
}

/** Which principals a resource's own policy lets use it. Its Deny statements are not looked at. */
export function usedBy(
  making: Making,
  policy: ParsedDocument,
  at: FactOf<"guards">["at"],
): readonly Permission[] {
  const origin = making.originOf(at);
  const { of, source } = origin;
  if (policy.kind === "problem") return [];
  if (policy.kind === "unknown") return [openUse(making, policy.waitsFor, origin)];
  const lookups = lookupsIn(making.graph);
  return policy.document.statements.flatMap((statement) => {
    if (statement.kind === "unknown") return [openUse(making, statement.waitsFor, origin)];
    const { principals, actions, conditions, effect } = statement;
    if (effect === "Deny" || principals === undefined) return [];
    const who: readonly Principal[] = principals.negated
      ? [{ kind: "everyone" }]
      : principals.values.map((part) => principalOf(part, lookups));
    const selected = making.selected(actions, origin);
    return [
      permission({
        actions: selected.values,
        objects: who.map((each) => principalPattern(making, each, origin)),
        exceptActions: selected.except,
        conditions: making.testsOf(conditions, origin),
        of,
        ...(source && { source }),
      }),
    ];
  });
}

function openUse(making: Making, waitsFor: readonly string[], origin: Origin): Permission {
  const { label, of } = making.openPattern(waitsFor, origin);
  const open = { label, of: [...new Set([...of, origin.own])].sort() };
  const { source } = origin;
  return permission({ actions: [open], objects: [open], of: origin.of, ...(source && { source }) });
}

/** A principal as a pattern: what takes in all of an account takes in each of its roles. */
function principalPattern(making: Making, principal: Principal, origin: Origin): Pattern {
  switch (principal.kind) {
    case "everyone":
      return { text: "*", label: "any principal", of: [] };
    case "account": {
      const { account } = principal;
      const text = making.graph.masks.over(account);
      return { text: `arn:aws*:??*::${text}:*`, label: `account ${text}`, of: [] };
    }
    case "role":
    case "user":
    case "session":
      return ofArn(making, principal.arn, origin);
    case "service":
      // What is no name of a service may be a secret that stands in its place.
      return /^[a-z0-9.*?-]+$/.test(principal.service)
        ? { text: `service ${principal.service}`, label: principal.service, of: [] }
        : { text: "service", label: "what is no service", of: [] };
    case "federated": {
      const { issuer, provider } = principal;
      if (issuer.kind === "known") {
        // The slash that ends the URL of some issuers is a part of an ARN, and not of a provider that the stack makes.
        const host = making.graph.masks.over(issuer.host).replace(/\/$/, "");
        return { text: `issuer ${host}`, label: host, of: providerKeys(making, provider) };
      }
      const waitsFor = provider.kind === "unknown" ? provider.waitsFor : issuer.waitsFor;
      return making.openPattern(waitsFor, origin);
    }
    case "saml": {
      const text = making.graph.masks.over(principal.provider);
      return { text: `saml ${text}`, label: text, of: [] };
    }
    case "canonical": {
      const text = making.graph.masks.over(principal.id);
      return { text: `canonical ${text}`, label: `canonical user ${text}`, of: [] };
    }
    case "other":
      return making.textPattern(principal.text, origin);
    case "unknown":
      return making.openPattern(principal.waitsFor, origin);
  }
}

/** The ARN of a role or user; of one of the stack by what it is called. */
function ofArn(making: Making, arn: string, origin: Origin): Pattern {
  const { graph } = making;
  const canonical = graph.canonical(arn);
  if (!canonical.startsWith("urn:")) return making.textPattern(arn, origin);
  return { text: graph.masks.over(arn), label: making.labelOf(arn), of: [making.keyOf(arn)] };
}

function providerKeys(
  making: Making,
  provider: Extract<Principal, { kind: "federated" }>["provider"],
): readonly string[] {
  const names = provider.kind === "named" ? [provider.text] : provider.waitsFor;
  return names
    .filter((name) => making.graph.canonical(name).startsWith("urn:"))
    .map((name) => making.keyOf(name))
    .sort();
}
