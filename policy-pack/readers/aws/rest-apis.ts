import { named, type Ref } from "../../../core/graph/fact-values";
import type { Name } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { ReadContext, Reader } from "../reader";
import { FactList, onlyOf, textAt, waitsForIn } from "../values";
import { letInBy } from "./api-policy";
import { askingOf } from "./asking";
import { referred, sayNames } from "./naming";
import { sayIntegrated } from "./integrated";
import { restApi } from "./refs";

const methodType = "aws:apigateway/method:Method";

/** Reads REST APIs: a resource policy, and being private, say of all methods at once who may call. */
export const restApiReader: Reader = {
  name: "aws rest apis",
  types: [...restApi.types],
  read: (resource, context) => {
    const list = new FactList(resource);
    const api = resource.urn;
    sayNames(list, context, restApi);
    sayPolicy(list, api);
    if (listAt(resource.inputs, "endpointConfiguration", "types").includes("PRIVATE")) {
      list.say("asks-for-all", "endpointConfiguration.types", { api, by: "network" });
    }
    if (textAt(resource, "body") !== undefined) {
      const entry = `${api}#body`;
      const asks = { kind: "unclear", by: "its `body`" } as const;
      list.say("lets-in", "body", { entry, way: "route", asks });
      sayIntegrated(list, context, entry, "body");
    }
    return list.all();
  },
};

/** Reads resource policies that stand beside their REST API. */
export const restApiPolicyReader: Reader = {
  name: "aws rest api policies",
  types: ["aws:apigateway/restApiPolicy:RestApiPolicy"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const api = referred(list, context, restApi, "restApiId");
    if (api?.kind === "named") sayPolicy(list, api.name);
    return list.all();
  },
};

/** States what a policy says of all methods of an API; one that lets everyone in says nothing. */
function sayPolicy(list: FactList, api: Name): void {
  const policy = list.resource.inputs["policy"];
  if (policy === undefined || policy === null) return;
  const letIn = letInBy(policy);
  if (letIn === "everyone") return;
  const by = letIn === "principals" ? "principals" : "policy";
  const waitsFor = waitsForIn(list.resource, "policy");
  list.say("asks-for-all", "policy", { api, by, ...(waitsFor && { waitsFor }) });
}

/** Reads methods of REST APIs. A key for usage plans is no authorizer (API Gateway developer guide, "API keys"). */
export const methodReader: Reader = {
  name: "aws methods",
  types: [methodType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const also = methodName(list);
    if (also !== undefined) list.say("alias", "resourceId", { thing: resource.urn, also });
    const type = textAt(resource, "authorization");
    const of = referred(list, context, restApi, "restApi");
    if (type === undefined) return list.all();
    list.say("lets-in", "authorization", {
      entry: resource.urn,
      way: "route",
      asks: askingOf(type),
      ...(of && { of }),
    });
    return list.all();
  },
};

/** Reads what methods of REST APIs are integrated with. */
export const methodIntegrationReader: Reader = {
  name: "aws method integrations",
  types: ["aws:apigateway/integration:Integration"],
  read: (resource, context: ReadContext) => {
    const list = new FactList(resource);
    const from = methodName(list);
    if (from !== undefined) sayIntegrated(list, context, from, "uri");
    return list.all();
  },
};

/** The name of a method by its place: whatever of it is known, the integration of a method has the same. */
function methodName(list: FactList): Name | undefined {
  const method = textAt(list.resource, "httpMethod");
  if (method?.kind === "unknown") return onlyOf(method.waitsFor, [methodType]);
  const place = placeOf(list);
  return method === undefined || place === undefined ? undefined : `${place}#${method.text}`;
}

/** The resource of an API at which a method is, by what it waits for or by its id. */
function placeOf(list: FactList): Name | undefined {
  const id = textAt(list.resource, "resourceId");
  if (id === undefined) return undefined;
  const ref: Ref | undefined =
    id.kind === "known" ? named(`api-resource:${id.text}`) : onlyResource(id.waitsFor);
  return ref?.kind === "named" ? ref.name : undefined;
}

function onlyResource(waitsFor: readonly string[]): Ref | undefined {
  const own = waitsFor.filter((urn) => typeInUrn(urn) === "aws:apigateway/resource:Resource");
  const all = own.length > 0 ? own : waitsFor;
  const [first, ...more] = new Set(all);
  return first === undefined || more.length > 0 ? undefined : named(first);
}
