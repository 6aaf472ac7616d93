import type { Fact, FactOf } from "../../../facts/fact";
import type { StatedCondition, Text } from "../../../facts/fact-values";
import { between } from "../../../../core/grants/grant";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import { named } from "../../../facts/fact-values";
import { role, refTo } from "../refs";
import { effectsAt } from "./declared-harm";
import { brokerRoleOf } from "./declared-trust";
import type { ReadContext } from "../../resource/reader";
import { tenantOfComponent } from "../../resource/tenancy";
import { flagAt, secondsAt, textAt, dependenciesAt, unknownAt } from "../../resource/values";

const unnamed: Text = { kind: "known", text: "" };

/** The grants that one of our components declares, and what of them is not known. */
export function* declaredGrants(resource: Resource): Iterable<Fact> {
  const found = read(resource.inputs, "grants");
  if (found.kind === "unknown") {
    const dependsOn = dependenciesAt(resource, "grants", found);
    yield grantAt(resource, "grants", { kind: "unknown", dependsOn });
    return;
  }
  for (const index of listAt(resource.inputs, "grants").keys()) {
    const property = `grants[${index}]`;
    const one = read(resource.inputs, "grants", index);
    const dependsOn = one.kind === "unknown" ? dependenciesAt(resource, "grants", one) : undefined;
    yield grantAt(resource, property, dependsOn && { kind: "unknown", dependsOn }, index);
  }
}

/** @param whole what all of the grant is, where it is not known */
function grantAt(
  resource: Resource,
  property: string,
  whole: Text | undefined,
  ...path: readonly number[]
): Fact {
  const text = (...steps: readonly string[]): Text | undefined =>
    whole ?? textAt(resource, "grants", ...path, ...steps);
  const known = whole === undefined ? path : [];
  const maxCalls = whole ? undefined : secondsAt(resource, "grants", ...path, "maxCalls");
  const isWithoutDetails = known.some((index) => {
    const flag = flagAt(resource, "grants", index, "withoutDetails");
    return flag?.kind === "known" && flag.value;
  });
  const decidedBy = known.flatMap((index) => decidedByIn(resource, index) ?? [])[0];
  return {
    kind: "grants",
    at: { urn: resource.urn, property },
    caller: resource.urn,
    ...(decidedBy !== undefined && { decidedBy }),
    grant: {
      tenant: tenantOfComponent(resource) ?? unnamed,
      caller: textAt(resource, "name") ?? { kind: "known", text: resource.name },
      toolTenant: text("tool", "tenant") ?? unnamed,
      tool: text("tool", "name") ?? unnamed,
      intents: whole === undefined ? effectsAt(resource, "grants", ...path, "intents") : [whole],
      conditions:
        whole?.kind === "unknown"
          ? [whole]
          : path.flatMap((index) => conditionsAt(resource, index)),
      sensitivity: text("tool", "risk", "sensitivity"),
      effects:
        whole === undefined
          ? effectsAt(resource, "grants", ...path, "tool", "risk", "effects")
          : [whole],
      approval: text("approval"),
      maxSeconds:
        whole?.kind === "unknown" ? whole : secondsAt(resource, "grants", ...path, "maxSeconds"),
      ...(maxCalls !== undefined && { maxCalls }),
      ...(isWithoutDetails && { withoutDetails: true }),
    },
  };
}

/** What decides the calls of a grant in place of a broker. */
function decidedByIn(resource: Resource, grant: number): FactOf<"grants">["decidedBy"] | undefined {
  if (read(resource.inputs, "grants", grant, "gateway").kind !== "absent") return "gateway";
  const direct = flagAt(resource, "grants", grant, "direct");
  if (direct?.kind === "unknown") return direct;
  return direct?.value === true ? "none" : undefined;
}

/** The conditions of one grant. An unreadable one is never met, so that it allows nothing. */
function conditionsAt(resource: Resource, grant: number): readonly StatedCondition[] {
  const found = read(resource.inputs, "grants", grant, "conditions");
  if (found.kind === "unknown") {
    return [unknownAt(resource, "grants", found)];
  }
  const items = listAt(resource.inputs, "grants", grant, "conditions");
  return [...items.keys()].map((index) => {
    const path = ["grants", grant, "conditions", index] as const;
    const key = textAt(resource, ...path, "key") ?? unnamed;
    const values = effectsAt(resource, ...path, "oneOf");
    const most = secondsAt(resource, ...path, "atMost");
    const least = secondsAt(resource, ...path, "atLeast");
    const sum = secondsAt(resource, ...path, "sumAtMost");
    const is = flagAt(resource, ...path, "is");
    const unknown = [key, ...values, most, least, sum, is].find((part) => part?.kind === "unknown");
    if (unknown?.kind === "unknown") return unknown;
    const range = { atLeast: numberOf(least), atMost: numberOf(most) };
    return { kind: "known", condition: { key: textOf(key), ...bound() } };

    function bound() {
      if (sum?.kind === "known") return { kind: "sum" as const, most: sum.seconds };
      if (most !== undefined || least !== undefined) {
        return between(textOf(key), range);
      }
      if (is?.kind === "known") return { kind: "is" as const, value: is.value };
      return { kind: "one-of" as const, values: values.map(textOf) };
    }
  });
}

function textOf(text: Text): string {
  return text.kind === "known" ? text.text : "";
}

/** The broker of a tenant, where a component of it has its role. */
export function* declaredBroker(resource: Resource, context: ReadContext): Iterable<Fact> {
  const isTenant = resource.type === "agentid:index:Tenant";
  const [top, ...path] = isTenant ? ["broker", "roleArn"] : ["tenant", "broker", "roleArn"];
  const tenant = tenantOfComponent(resource);
  const text = textAt(resource, top, ...path);
  const own = text?.kind === "unknown" ? brokerRoleOf(resource, context) : undefined;
  const ref = own === undefined ? refTo(role, text, context.accountOf(resource)) : named(own);
  if (tenant === undefined || ref === undefined) return;
  const at = { urn: resource.urn, property: [top, ...path].join(".") };
  yield { kind: "tenant", at, tenant, brokerRole: ref };
}

function numberOf(value: ReturnType<typeof secondsAt>): number | undefined {
  return value?.kind === "known" ? value.seconds : undefined;
}
