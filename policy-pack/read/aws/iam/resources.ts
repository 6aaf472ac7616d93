import { isAccountId } from "../../../../core/arn";
import { agentcoreGatewayType } from "../../../../core/aws/bedrock";
import { awsTypes } from "../../../../core/aws/types";
import { arnOfText, arnByName, type KnownName } from "../../../domain/paths/access/known-arn";
import {
  kindOfType,
  otherKindsOf,
  resourceKinds,
  type ResourceKind,
} from "../../../domain/paths/access/kinds";
import type { FactBodies } from "../../../facts/fact";
import { named, type Flag, type KnownArn, type Text } from "../../../facts/fact-values";
import { knownString } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, flagAt, textAt } from "../../resource/values";
import { addGuards } from "./documents";
import { addTenants } from "../naming";
import { parameter, placeFor } from "../refs";
import { isRelay } from "../events/relays";
import { isNamedByPolicies, resourceName, addAccessByTags, shortIn } from "./resource-policies";
import { tagsOf } from "../tags";
import { addWebsite } from "../endpoints/load-balancers";

/** Reads resources as policies name them: their ARNs as far as a program has them, their tags, their tenants. */
export const resourceReader: Reader = {
  name: "aws resources",
  besideIdentity: true,
  types: [...new Set(resourceKinds.flatMap((kind) => kind.types))],
  read: (resource, context) => {
    const list = new FactList(resource);
    const kind = kindOfType(resource.type);
    if (kind === undefined) return [];
    const { workload, hasTenantReader, policyInput } = awsTypes.get(resource.type) ?? {};
    if (workload === undefined && hasTenantReader !== true) {
      addTenants(list, context, resource.urn, kind.input);
    }
    const name = nameOf(kind, resource);
    if (isNamedByPolicies(kind) || isRelay(resource.type)) addShortNames(list, context, kind, name);
    const arn = outputArn(kind, resource);
    const place = placeOf(resource, context);
    list.add("resource", "", {
      resource: resource.urn,
      is: kind.what,
      arn: arn ?? arnByName(kind, name, place, hasParts(kind, resource)),
      ...(place.account !== undefined && { account: place.account }),
      tags: tagsOf(resource, context),
      ...usedAs(kind, resource),
      ...otherAuthorization(resource),
      ...otherArns(resource, arn ?? place),
    });
    if (policyInput !== undefined) addGuards(list, context, policyInput, named(resource.urn));
    if (kind.what === "bucket") {
      addWebsite(list, named(resource.urn), "website", "indexDocument");
      // Of AWS Cloud Control, whose buckets have the setting themselves.
      addAccessByTags(list, named(resource.urn), "abacStatus");
    }
    return list.all();
  },
};

/** States by which short names policies and rules of events name a resource: the program's, and what is behind the prefix of its ARN. */
function addShortNames(
  list: FactList,
  context: ReadContext,
  kind: ResourceKind,
  name: KnownName,
): void {
  const { resource } = list;
  const inArn = knownString(resource.outputs, kind.arnOutput);
  const property = kind.input;
  const shorts = [
    [property, kind.made ? undefined : knownText(name)],
    ["id", kind.made ? knownString(resource.outputs, "id") : undefined],
    [property, inArn === undefined ? undefined : shortIn(inArn, kind)],
  ] as const;
  const stated = new Set<string>();
  for (const [at, short] of shorts) {
    if (short === undefined || stated.has(short)) continue;
    stated.add(short);
    const also = resourceName(kind, short, placeFor(resource, context));
    list.add("alias", at, { thing: resource.urn, also });
  }
}

/** The name in a program; where AWS generates it (`made`), the program's other name need not be unique and counts as none. */
function knownText(name: KnownName): string | undefined {
  return name.kind === "known" ? name.text : undefined;
}

/** The ARN of a resource that is there. */
function outputArn(kind: ResourceKind, resource: Resource): KnownArn | undefined {
  const given = knownString(resource.outputs, kind.arnOutput);
  return given === undefined ? undefined : arnOfText(kind, given, hasParts(kind, resource));
}

/** Whether a resource has parts with ARNs of their own: a table without an index and a stream has none. */
function hasParts({ partInputs }: ResourceKind, { inputs }: Resource): boolean {
  if (partInputs.length === 0) return true;
  return partInputs.some((name) => {
    const value = inputs[name];
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  });
}

/** Whether a resource is of the sort that is shared by use: a parameter is where it is a `SecureString`. */
function usedAs({ usedAs: as }: ResourceKind, resource: Resource): { readonly used?: Flag } {
  if (as === undefined) return {};
  const text = textAt(resource, as.input);
  if (text?.kind === "unknown") return { used: text };
  return { used: { kind: "known", value: text?.text === as.is } };
}

/** The other ARNs of a resource; whether it has any may be up to an input. */
function otherArns(resource: Resource, place: Place): Pick<FactBodies["resource"], "also"> {
  const also = otherKindsOf(resource.type).flatMap((kind) => {
    const needed = kind.needs === undefined ? undefined : flagAt(resource, kind.needs);
    const isThere =
      needed === undefined ? kind.needs === undefined : needed.kind === "unknown" || needed.value;
    if (!isThere) return [];
    const arn = arnByName(kind, nameOf(kind, resource), place);
    const uncertainty = needed?.kind === "unknown" && {
      authorizedOtherwise: { actions: kind.actions, dependsOn: needed.dependsOn },
    };
    return [{ is: kind.what, arn, ...uncertainty }];
  });
  return also.length === 0 ? {} : { also };
}

interface Place {
  readonly region: string | undefined;
  readonly account: string | undefined;
}

function placeOf(resource: Resource, context: ReadContext): Place {
  const account = context.accountOf(resource);
  return {
    region: context.regionOf(resource),
    account: isAccountId(account) ? account : undefined,
  };
}

function nameOf(kind: ResourceKind, resource: Resource): KnownName {
  const parent = parentOf(kind, resource);
  if (parent?.kind === "unknown") return parent;
  if (kind.made) {
    const start = parent?.text ?? "";
    const id = knownString(resource.outputs, kind.idOutput);
    return id === undefined ? { kind: "made", start } : { kind: "known", text: start + lastOf(id) };
  }
  const input = kind.input;
  const text = textAt(resource, input);
  const prefix = knownString(resource.inputs, `${input}Prefix`);
  const path = kind.hasPath ? textAt(resource, "path") : undefined;
  if (text?.kind === "unknown") return text;
  if (path?.kind === "unknown") return path;
  const before = kind.hasPath ? (path?.text ?? "/") : (parent?.text ?? "");
  if (text === undefined) return { kind: "made", start: before + (prefix ?? resource.name) };
  const short = kind.what === "parameter" ? parameter.tidy(text.text) : text.text;
  return { kind: "known", text: before + short };
}

/** The last part of an ARN or of an id with several parts: `arn:aws:rds:…:db-proxy:prx-1`, `AGENT,ALIAS`. */
function lastOf(id: string): string {
  return id.slice(Math.max(...[":", "/", ","].map((mark) => id.lastIndexOf(mark))) + 1);
}

/** The prefix of a name, with what follows: a bus, a group, a cluster, which may be named by its ARN. */
function parentOf(
  { parent, between, parentDefault, parentLeftOut }: ResourceKind,
  resource: Resource,
): Text | undefined {
  if (parent === undefined) return undefined;
  const given = textAt(resource, parent);
  if (given?.kind === "unknown") return given;
  const text =
    given === undefined ? parentDefault : given.text.slice(given.text.lastIndexOf("/") + 1);
  return {
    kind: "known",
    text: text === undefined || text === parentLeftOut ? "" : `${text}${between}`,
  };
}

/**
 * A gateway that authenticates by tokens of an issuer, or not at all, does not use IAM. A domain with its own access control
 * evaluates it after IAM, and no program shows which principals that allows.
 *
 * Source: Amazon OpenSearch Service developer guide, "Fine-grained access control".
 */
function otherAuthorization(
  resource: Resource,
): Pick<FactBodies["resource"], "authorizedOtherwise"> {
  if (kindOfType(resource.type)?.what === "search domain") {
    const isFine = flagAt(resource, "advancedSecurityOptions", "enabled");
    if (isFine === undefined || (isFine.kind === "known" && !isFine.value)) return {};
    const dependsOn = isFine.kind === "unknown" ? isFine.dependsOn : [];
    const reason = "fine-grained access control of a domain has the last word";
    return { authorizedOtherwise: { actions: ["es:ESHttp*"], dependsOn, reason } };
  }
  if (resource.type !== agentcoreGatewayType) return {};
  const type = textAt(resource, "authorizerType");
  if (type === undefined || (type.kind === "known" && type.text === "AWS_IAM")) return {};
  const actions = ["bedrock-agentcore:InvokeGateway"];
  return {
    authorizedOtherwise: { actions, ...(type.kind === "unknown" && { dependsOn: type.dependsOn }) },
  };
}
