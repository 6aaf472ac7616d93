import assert from "node:assert/strict";
import { typeInUrn, type Resource } from "../../../../core/snapshot/resource";
import type { Value } from "../../../../core/snapshot/value";
import noOpenGateway from "../../../../policy-pack/rules/no-open-gateway";
import requireRuntimePolicy from "../../../../policy-pack/rules/require-runtime-policy";
import type { Rule } from "../../../../policy-pack/findings/define-rule";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import { account, allows, functionArn, inAccount, refunds, triage } from "../../../support/tools";

const functionType = "aws:lambda/function:Function";
const httpType = "aws:apigatewayv2/api:Api";
const integrationType = "aws:apigatewayv2/integration:Integration";
const restType = "aws:apigateway/restApi:RestApi";
const busType = "aws:cloudwatch/eventBus:EventBus";
const stackType = "pulumi:pulumi:StackReference";

/** How much of a stack is known: each part an output, all ids, or ids of one side alone. */
const stages = ["unknown", "known", "known at the caller", "known at the called"] as const;
type Stage = (typeof stages)[number];

/** A reference to a parent: its id where it is known, with the resource that it is of. */
function reference(
  type: string,
  name: string,
  input: string,
  isKnown: boolean,
): { readonly value: Value; readonly by: Readonly<Record<string, readonly string[]>> } {
  const urn = urnOf(type, name);
  return { value: isKnown ? `id-${name}` : outputOf(urn), by: { [input]: [urn] } };
}

function isKnownAt(side: "caller" | "called", stage: Stage): boolean {
  return stage === "known" || stage === `known at the ${side}`;
}

const tool = resource(functionType, "desk", {
  name: "desk",
  tags: { "agentid.dev/kind": "tool" },
});

/** A tool behind API `one`; an anonymous route of an API to an integration with the same id. */
function http(routeOf: string, stage: Stage): readonly Resource[] {
  const called = reference(httpType, "one", "apiId", isKnownAt("called", stage));
  const caller = reference(httpType, routeOf, "apiId", isKnownAt("caller", stage));
  return [
    tool,
    ...["one", "two"].map((name) => resource(httpType, name, { protocolType: "HTTP" })),
    resource(
      integrationType,
      "calls",
      {
        apiId: called.value,
        integrationType: "AWS_PROXY",
        integrationUri: outputOf(urnOf(functionType, "desk")),
      },
      { outputs: { id: "abc1234" }, propertyDependencies: called.by },
    ),
    resource(
      "aws:apigatewayv2/route:Route",
      "ask",
      { apiId: caller.value, routeKey: "POST /ask", target: "integrations/abc1234" },
      { propertyDependencies: caller.by },
    ),
  ];
}

/** The integration of a method of API `one`; an anonymous method of an API at a resource with the same id. */
function rest(methodOf: string, stage: Stage): readonly Resource[] {
  const called = reference(restType, "one", "restApi", isKnownAt("called", stage));
  const caller = reference(restType, methodOf, "restApi", isKnownAt("caller", stage));
  const place = { resourceId: "abc1234", httpMethod: "POST" };
  return [
    tool,
    ...["one", "two"].map((name) => resource(restType, name, {})),
    resource(
      "aws:apigateway/method:Method",
      "ask",
      { restApi: caller.value, ...place, authorization: "NONE" },
      { propertyDependencies: caller.by },
    ),
    resource(
      "aws:apigateway/integration:Integration",
      "calls",
      {
        restApi: called.value,
        ...place,
        type: "AWS_PROXY",
        uri: outputOf(urnOf(functionType, "desk")),
      },
      { propertyDependencies: called.by },
    ),
  ];
}

/** A target of a rule on bus `one`; a rule with the same name on a bus, which sends events of that. */
function events(ruleOf: string, stage: Stage): readonly Resource[] {
  const called = reference(busType, "one", "eventBusName", isKnownAt("called", stage));
  const caller = reference(busType, ruleOf, "eventBusName", isKnownAt("caller", stage));
  const busArn = `arn:aws:events:eu-west-1:${account}:event-bus/id-${ruleOf}`;
  const of = (
    type: string,
    name: string,
    bus: typeof called,
    inputs: Readonly<Record<string, Value>>,
  ): Resource => ({
    ...inAccount(type, name, { ...inputs, eventBusName: bus.value }),
    propertyDependencies: bus.by,
  });
  return [
    ...refunds(),
    ...triage(),
    ...["one", "two"].map((name) => inAccount(busType, name, { name: `id-${name}` })),
    of("aws:cloudwatch/eventRule:EventRule", "each", caller, {
      name: "each",
      eventPattern: JSON.stringify({ source: ["orders"] }),
    }),
    of("aws:cloudwatch/eventTarget:EventTarget", "do", called, {
      rule: "each",
      arn: functionArn("refunds"),
    }),
    allows("triage", "events:PutEvents", busArn),
  ];
}

/** The same with an unknown parent of two at the caller. */
function orOther(resources: readonly Resource[]): readonly Resource[] {
  return resources.map((each) => {
    if (!/^(ask|each)$/.test(each.name)) return each;
    const [input = ""] = Object.keys(each.propertyDependencies);
    const type = typeInUrn(each.propertyDependencies[input]?.[0] ?? "");
    const either = ["one", "two"].map((name) => urnOf(type, name));
    return {
      ...each,
      inputs: { ...each.inputs, [input]: outputOf(...either) },
      propertyDependencies: { [input]: either },
    };
  });
}

async function verdicts(rule: Rule, resources: readonly Resource[]): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [rule] };
  const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
  return findings.map(({ verdict }) => verdict);
}

for (const { what, stack, rule } of [
  { what: "an integration of an HTTP API", stack: http, rule: noOpenGateway },
  { what: "a resource of a REST API", stack: rest, rule: noOpenGateway },
  { what: "a rule of an event bus", stack: events, rule: requireRuntimePolicy },
]) {
  describe(`${what} with an id that is unique there alone`, () => {
    for (const stage of stages) {
      it(`is joined within one parent whose id is ${stage}`, async () => {
        assert.deepEqual(await verdicts(rule, stack("one", stage)), ["violated"]);
      });

      if (stage !== "known at the caller") {
        it(`is undetermined if its parent is one of two where that of the other is ${stage}`, async () => {
          assert.deepEqual(await verdicts(rule, orOther(stack("one", stage))), ["undetermined"]);
        });
      }

      it(`is not joined with that of another parent whose id is ${stage}`, async () => {
        assert.deepEqual(await verdicts(rule, stack("two", stage)), []);
      });
    }
  });
}

describe("APIs of another stack", () => {
  /** A route and an integration whose APIs are outputs of one other stack. */
  function ofOtherStack(routeOf: string): readonly Resource[] {
    const by = { apiId: [urnOf(stackType, "platform")] };
    return http(routeOf, "known").map((each) => ({ ...each, propertyDependencies: by }));
  }

  it("are joined by their ids", async () => {
    assert.deepEqual(await verdicts(noOpenGateway, ofOtherStack("one")), ["violated"]);
  });

  it("are two by their ids, though one resource has both", async () => {
    assert.deepEqual(await verdicts(noOpenGateway, ofOtherStack("two")), []);
  });
});
