import { statSync } from "node:fs";
import { resolve } from "node:path";
import { restApiType } from "../../../core/aws/apis";
import { rolePolicyAttachmentType, rolePolicyType, roleType } from "../../../core/aws/iam";
import { functionPermissionType } from "../../../core/aws/lambda";
import { knownString, opened } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import {
  PartialText,
  Unknown,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";
import {
  copied,
  dependenciesIn,
  fromOf,
  made,
  nameHash,
  opaque,
  output,
  referring,
  type Expanded,
  type Place,
} from "../children";

/** The component of `@pulumi/aws-apigateway`. */
export const restApiComponentType = "aws-apigateway:index:RestAPI";

const deploymentType = "aws:apigateway/deployment:Deployment";
const stageType = "aws:apigateway/stage:Stage";
const allOfS3 = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

/** Makes a child of the component, by type, name and inputs. */
type MakeChild = (type: string, name: string, inputs: ValueRecord) => Resource;

/** What of a route or an authorizer carries an identity. */
interface Part {
  readonly children: readonly Resource[];
  /** The functions that the API calls. */
  readonly calls: readonly Value[];
}

/**
 * Makes the API with its stage, the permissions to call its functions, and the roles by which it reads files from S3 and calls
 * authorizers, as the plugin of `@pulumi/aws-apigateway` does. The bucket and its objects carry no identity and are left out.
 *
 * Source: https://github.com/pulumi/pulumi-aws-apigateway, `aws-apigateway/apigateway/api.ts` and `lambdaAuthorizer.ts`, read on
 * 2026-12-02.
 *
 * @param directory the program's folder, which paths of files are from
 */
export function expandRestApi(component: Resource, place: Place, directory: string): Expanded {
  const { inputs, name, urn } = component;
  const given = inputs["swaggerString"];
  const routes = given === undefined || given === null ? opened(inputs["routes"]) : [];
  if (!isList(routes)) return opaque(component, "routes");
  const records = routes.map(opened);
  if (!records.every(isRecord)) return opaque(component, "routes");
  const listed = records.flatMap((route) => authorizersIn(route));
  if (listed.some((each) => each instanceof Unknown)) return opaque(component, "authorizers");
  const child: MakeChild = (type, called, own) => made(component, place, urn, type, called, own);
  const apiUrn = place.urnOf(urn, restApiType, name);
  const parts = [
    ...records.map((route) => ofRoute(route, { apiUrn, name, child, directory })),
    ...authorizersOf(records, name).map((authorizer) => ofAuthorizer(authorizer, child)),
  ];
  const calls = parts.flatMap((part) => part.calls);
  const body = given ?? new Unknown([...new Set(calls.flatMap(dependenciesIn))]);
  const api = child(restApiType, name, { name, body, ...copied(inputs, "tags") });
  const restApi = output(api, "id");
  const deployment = child(deploymentType, name, { restApi });
  const stageName = inputs["stageName"] ?? "stage";
  const stage = child(stageType, name, {
    ...{ restApi, deployment: output(deployment, "id"), stageName },
    ...copied(inputs, "tags"),
  });
  const children = [api, ...uniqueByUrn(parts.flatMap((part) => part.children)), deployment, stage];
  const outputs = { url: output(stage), ...referring({ api, deployment, stage }) };
  const from = {
    ...fromOf(outputs),
    api: [api.urn],
    deployment: [deployment.urn],
    stage: [stage.urn],
  };
  return { children, notes: [], outputs, from };
}

interface OfApi {
  readonly apiUrn: string;
  /** The component's name. */
  readonly name: string;
  readonly child: MakeChild;
  readonly directory: string;
}

/** The permission to call a route's function, or the role by which the API reads a route's files. */
function ofRoute(route: ValueRecord, { apiUrn, name, child, directory }: OfApi): Part {
  const given = knownString(route, "path") ?? "";
  const path = given.startsWith("/") ? given : `/${given}`;
  const { eventHandler } = route;
  if (eventHandler !== undefined && eventHandler !== null) {
    const method = knownString(route, "method") ?? "ANY";
    const methodAndPath = `${method === "ANY" ? "*" : method}${path}`;
    const permission = child(functionPermissionType, `${name}-${nameHash(methodAndPath)}`, {
      action: "lambda:invokeFunction",
      function: eventHandler,
      principal: "apigateway.amazonaws.com",
      sourceArn: new PartialText([
        new Unknown([apiUrn], false, "executionArn"),
        `/*/${methodAndPath}`,
      ]),
    });
    return { children: [permission], calls: [eventHandler] };
  }
  const { localPath } = route;
  if (localPath === undefined || localPath === null) return { children: [], calls: [] };
  const isFolder = isDirectory(directory, knownString(localPath));
  const served = isFolder && !path.endsWith("/") ? `${path}/` : path;
  const key = name + nameHash(`get:${served}`);
  const role = child(roleType, key, { assumeRolePolicy: trustOf("apigateway.amazonaws.com") });
  const attached = { role: output(role, "name"), policyArn: allOfS3 };
  return { children: [role, child(rolePolicyAttachmentType, key, attached)], calls: [] };
}

interface Authorizer {
  readonly name: string;
  readonly handler: Value;
}

/** The authorizers that are functions, each once; one without a name is called by how many schemes the API has before it. */
function authorizersOf(routes: readonly ValueRecord[], title: string): readonly Authorizer[] {
  const schemes = new Map<string, Value>();
  for (const route of routes) {
    for (const authorizer of authorizersIn(route)) {
      if (!isRecord(authorizer)) continue;
      const named = knownString(authorizer, "authorizerName");
      const name = named ?? `${title}-authorizer-${schemes.size}`;
      if (!schemes.has(name)) schemes.set(name, opened(authorizer["handler"]) ?? null);
    }
    if (route["apiKeyRequired"] === true) schemes.set("api_key", null);
  }
  // An object names a function and a role of the program.
  return [...schemes].flatMap(([name, handler]) =>
    handler === null || isRecord(handler) ? [] : [{ name, handler }],
  );
}

/** The authorizers of a route: one, or a list. */
function authorizersIn(route: ValueRecord): readonly (Value | undefined)[] {
  const given = opened(route["authorizers"]);
  return (isList(given) ? given : [given]).map(opened);
}

/** The role by which the API calls an authorizer. */
function ofAuthorizer({ name, handler }: Authorizer, child: MakeChild): Part {
  const assumeRolePolicy = trustOf(["lambda.amazonaws.com", "apigateway.amazonaws.com"]);
  const role = child(roleType, `${name}-authorizer-role`, { assumeRolePolicy });
  const arn = new Unknown(dependenciesIn(handler), false, "arn");
  const statement = { Action: "lambda:InvokeFunction", Effect: "Allow", Resource: arn };
  const policy = { Version: "2012-10-17", Statement: [statement] };
  const inline = child(rolePolicyType, `${name}-invocation-policy`, {
    role: output(role, "id"),
    policy,
  });
  return { children: [role, inline], calls: [handler] };
}

function trustOf(service: string | readonly string[]): string {
  const statement = { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: service } };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

function isDirectory(directory: string, path: string | undefined): boolean {
  if (path === undefined) return false;
  return statSync(resolve(directory, path), { throwIfNoEntry: false })?.isDirectory() === true;
}

function uniqueByUrn(resources: readonly Resource[]): readonly Resource[] {
  return [...new Map(resources.map((each) => [each.urn, each])).values()];
}
