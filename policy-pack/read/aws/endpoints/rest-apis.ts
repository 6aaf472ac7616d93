import type { Name } from "../../../facts/name";
import { restApiPolicyType } from "../../../../core/aws/apis";
import { listAt } from "../../../../core/snapshot/read";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, onlyOf, textAt, dependsOnIn, unknownAt } from "../../resource/values";
import { authenticationOf } from "./authentication";
import { referred, addNames } from "../naming";
import { addIntegrated } from "../events/integrated";
import { namesWithin, oneOf, type Parent } from "../parents";
import { restApi } from "../refs";
import { parsePolicyDocument, type Statement } from "../../../../core/policy/document";
import type { PolicyDocument } from "../../../../core/policy/statement";
import type { Value } from "../../../../core/snapshot/value";

const methodType = "aws:apigateway/method:Method";
const resourceType = "aws:apigateway/resource:Resource";

/** The API of a method or its integration. */
const ofApi: Parent = { input: "restApi", types: restApi.types };

/** Reads REST APIs: a resource policy, and being private, decide at once who may call all methods. */
export const restApiReader: Reader = {
  name: "aws rest apis",
  types: [...restApi.types],
  read: (resource, context) => {
    const list = new FactList(resource);
    const api = resource.urn;
    addNames(list, context, restApi);
    addPolicy(list, api);
    if (listAt(resource.inputs, "endpointConfiguration", "types").includes("PRIVATE")) {
      list.add("restricts-calls", "endpointConfiguration.types", { entry: api, by: "network" });
    }
    if (textAt(resource, "body") !== undefined) {
      const entry = `${api}#body`;
      const authentication = { kind: "unclear", by: "its `body`" } as const;
      list.add("exposes", "body", { entry, way: "route", authentication });
      addIntegrated(list, context, entry, "body");
    }
    return list.all();
  },
};

/** Reads resource policies that are resources beside their REST API. */
export const restApiPolicyReader: Reader = {
  name: "aws rest api policies",
  types: [restApiPolicyType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const api = referred(list, context, restApi, "restApiId");
    if (api?.kind === "named") addPolicy(list, api.name);
    return list.all();
  },
};

/** States what a policy decides for all methods of an API; one that allows everyone decides nothing. */
function addPolicy(list: FactList, api: Name): void {
  const policy = list.resource.inputs["policy"];
  if (policy === undefined || policy === null) return;
  const letIn = allowedBy(policy);
  if (letIn === "everyone") return;
  const by = letIn === "principals" ? "principals" : "policy";
  const dependsOn = dependsOnIn(list.resource, "policy");
  list.add("restricts-calls", "policy", { entry: api, by, ...(dependsOn && { dependsOn }) });
}

/** Reads methods of REST APIs. A key for usage plans is no authorizer (API Gateway developer guide, "API keys"). */
export const methodReader: Reader = {
  name: "aws methods",
  types: [methodType],
  read: (resource, context) => {
    const list = new FactList(resource);
    for (const also of methodNames(list)) {
      list.add("alias", "resourceId", { thing: resource.urn, also });
    }
    const type = textAt(resource, "authorization");
    const of = referred(list, context, restApi, "restApi");
    if (type === undefined) return list.all();
    list.add("exposes", "authorization", {
      entry: resource.urn,
      way: "route",
      authentication: authenticationOf(type),
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
    const from = oneOf(list, "resourceId", methodNames(list));
    if (from !== undefined) addIntegrated(list, context, from, "uri");
    return list.all();
  },
};

/** The names of a method by its place: whatever of it is known, the integration of a method has the same. */
function methodNames(list: FactList): readonly Name[] {
  const method = textAt(list.resource, "httpMethod");
  if (method?.kind === "unknown") {
    const only = onlyOf(method, [methodType]);
    return only === undefined ? [] : [only];
  }
  return method === undefined ? [] : placesOf(list).map((place) => `${place}#${method.text}`);
}

/**
 * The resource of an API at which a method is: by its id, which is unique within its API alone, and by what it waits for.
 *
 * Source: API Gateway API reference, `GET /restapis/{restapi_id}/resources/{resource_id}`.
 */
function placesOf(list: FactList): readonly Name[] {
  const { resource } = list;
  const id = textAt(resource, "resourceId");
  if (id === undefined) return [];
  if (id.kind === "unknown") return onlyResource(id.dependsOn);
  const only = onlyOf(unknownAt(resource, "resourceId", { dependsOn: [] }), [resourceType]);
  const byId = namesWithin(list, ofApi, (api) => `api-resource:${api}/${id.text}`);
  return only === undefined ? byId : [...byId, only];
}

function onlyResource(dependsOn: readonly string[]): readonly Name[] {
  const own = dependsOn.filter((urn) => typeInUrn(urn) === resourceType);
  const all = [...new Set(own.length > 0 ? own : dependsOn)];
  return all.length === 1 ? all : [];
}

/** The callers that the policy of a REST API allows for methods without authentication. */
type AllowedCallers = "everyone" | "principals" | "unclear";

/** Resources that are all methods of an API. */
const allMethods = /^(?:\*|(?:execute-api:|arn:[^:]+:execute-api:[^:]*:[^:]*:[^/]*)\/\*(?:\/\*)*)$/;

/**
 * The callers that a policy of a REST API allows: everyone where it allows all methods to all without a condition, and the
 * named ones where it allows nothing to all. Unsigned callers are never named ones. Other policies are not analysed.
 *
 * Source: API Gateway developer guide, "How API Gateway resource policies affect authorization workflow".
 */
function allowedBy(policy: Value): AllowedCallers {
  const parsed = parsePolicyDocument(policy);
  return parsed.kind === "document" ? allowedByDocument(parsed.document) : "unclear";
}

function allowedByDocument({ statements }: PolicyDocument): AllowedCallers {
  const known = statements.filter((each) => each.kind === "statement");
  if (known.length < statements.length) return "unclear";
  const allows = known.filter((each) => each.effect !== "Deny");
  if (allows.every(isForPrincipals)) return "principals";
  const isNarrowed = known.some((each) => each.effect !== "Allow");
  return !isNarrowed && allows.some(isForAll) ? "everyone" : "unclear";
}

function isForPrincipals({ principals }: Statement): boolean {
  return (
    principals?.negated === false &&
    principals.values.every(({ value }) => value.kind === "text" && value.text !== "*")
  );
}

function isForAll(statement: Statement): boolean {
  const { principals, conditions, resources } = statement;
  return (
    principals?.negated === false &&
    principals.values.some(({ value }) => value.kind === "text" && value.text === "*") &&
    conditions.length === 0 &&
    resources?.negated === false &&
    resources.values.some((part) => part.kind === "text" && allMethods.test(part.text))
  );
}
