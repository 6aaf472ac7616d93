import { excessesOf, type LimitingGrant, type SessionRuleOf } from "../../../core/session-rules";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import type { Fact } from "../../facts/fact";
import { taskBrokerDeploymentType } from "../aws/components/workload-components";
import { embeddedYaml } from "../resource/embedded-yaml";
import { componentAbove } from "../resource/tenancy";
import { atOf, type KubeObject } from "./object";
import { nameTextAt, textAt } from "./text";

/** Names of a task broker's configuration, as its page has them. */
const configurationKey = /^broker\.(?:ya?ml|json)$/;

/** What the configuration of a task broker, in a ConfigMap or a Secret, gives credentials beyond its grants. */
export function* brokerConfiguration(object: KubeObject, property: string): Iterable<Fact> {
  for (const [key, value] of entriesAt(object.body, property)) {
    if (!configurationKey.test(key)) continue;
    const at = atOf(object, `${property}.${key}`);
    const text = textAt(value);
    if (text.kind === "unknown") {
      // Our component refuses to write such a configuration.
      const above = componentAbove(object.resource, object.context);
      if (above?.type === taskBrokerDeploymentType) continue;
      yield { kind: "broker-excess", at, broker: object.thing, dependsOn: text.dependsOn };
    }
    if (text.kind !== "text") continue;
    for (const excess of excessesIn(embeddedYaml(text.text))) {
      yield { kind: "broker-excess", at, broker: object.thing, ...(!text.secret && { excess }) };
    }
  }
}

function* excessesIn(configuration: Value | undefined): Iterable<string> {
  const grants = listAt(configuration, "grants");
  for (const tool of listAt(configuration, "tools")) {
    const name = nameTextAt(tool, "name") ?? "";
    const own = grants.filter((grant) => nameTextAt(grant, "tool") === name).map(grantOf);
    for (const path of [
      ["aws", "sessions"],
      ["kubernetes", "roles"],
    ] as const) {
      for (const { text } of excessesOf(listAt(tool, ...path).map(ruleOf), own)) {
        yield `a rule of tool \`${name}\` ${text}`;
      }
    }
  }
}

function ruleOf(rule: Value): SessionRuleOf {
  const whole = read(rule, "wholeRole");
  return {
    intents: textsAt(rule, "intents"),
    wholeRole: whole.kind === "present" && whole.value === true,
  };
}

function grantOf(grant: Value): LimitingGrant {
  return {
    caller: nameTextAt(grant, "caller") ?? "",
    intents: textsAt(grant, "intents"),
    approval: nameTextAt(grant, "approval") ?? "none",
    conditions: listAt(grant, "conditions").map((each) => ({ key: nameTextAt(each, "key") ?? "" })),
  };
}

function textsAt(value: Value, field: string): readonly string[] {
  return listAt(value, field).flatMap((each) => nameTextAt(each) ?? []);
}
