import { printedJson } from "../../core/printed-json";
import { createHash } from "node:crypto";
import type { Grant } from "../../core/grants/grant";
import { sensitivities } from "../../core/grants/grant";
import { namedGrants, type NamedGrant } from "../../core/grants/named-grants";
import { regoPolicy, regoTests } from "./rego-policy";

/** Where the bundle's data is, and nothing else: OPA merges bundles by their roots. */
const root = "agentid";

/** The files of an OPA bundle, by their path in it. Source: openpolicyagent.org, bundles, bundle file format. */
export function regoBundle(grants: readonly Grant[]): Readonly<Record<string, string>> {
  const named = namedGrants(grants);
  const data = printedJson({ [root]: { grants: listed(named) } });
  const policy = regoPolicy();
  const revision = createHash("sha256").update(policy).update(data).digest("hex").slice(0, 16);
  return {
    ".manifest": printedJson({ revision, roots: [root], rego_version: 1 }),
    "data.json": data,
    "policy.rego": policy,
    "policy_test.rego": regoTests(named),
  };
}

/** Grants by tenant, tool and caller, in the order in which they are tried. */
function listed(grants: readonly NamedGrant[]): Nested {
  // Names may be any text, such as `__proto__`.
  const found = new Map<string, Map<string, Map<string, object[]>>>();
  for (const named of grants) {
    const { tenant, tool, caller } = named.grant;
    const tools = entry(found, tenant, () => new Map<string, Map<string, object[]>>());
    const callers = entry(tools, tool, () => new Map<string, object[]>());
    entry(callers, caller, (): object[] => []).push(grantData(named));
  }
  return Object.fromEntries(
    [...found].map(([tenant, tools]) => [
      tenant,
      Object.fromEntries([...tools].map(([tool, callers]) => [tool, Object.fromEntries(callers)])),
    ]),
  );
}

type Nested = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly object[]>>>>>
>;

function grantData({ id, grant, intents, bounds }: NamedGrant): object {
  const { sensitivity, approval, maxSeconds } = grant;
  return {
    id,
    intents,
    sensitivities: sensitivities.slice(0, sensitivities.indexOf(sensitivity) + 1),
    maxSeconds,
    needsApproval: approval !== "none",
    ...bounds,
  };
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
