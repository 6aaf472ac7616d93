import { isAccountId } from "../../../core/arn";
import { accountOf } from "../../domain/paths/access/tenant-resource";
import {
  isAbout,
  isAboutPlace,
  isOutside,
  resourceKinds,
  type ResourceKind,
} from "../../domain/paths/access/kinds";
import { resourcesOf, type TenantPatterns } from "../../domain/paths/access/resources";
import { compareText } from "../../../core/compare-text";
import { textOf, type Pattern, type Permission } from "../delta/permission";
import { nameIn, type KnownArn } from "../../facts/fact-values";
import type { Name } from "../../facts/name";
import { hasWildcard, matches } from "../../../core/pattern";
import { rolesOf } from "../../domain/iam/roles";
import { knownTenant } from "../../domain/workloads/tenancy";
import {
  distinctRows,
  placeOfThing,
  placedAt,
  shownLabel,
  tenantText,
  type RowContext,
} from "./row-context";
import type { FactRow } from "./schema";

/** The AWS resources that tenants own. */
export function resourceRows(
  context: RowContext,
  tenants: Readonly<Record<string, TenantPatterns>>,
): readonly FactRow<"resources">[] {
  const { stack, graph } = context;
  return distinctRows(
    [...resourcesOf(graph, tenants).byThing.values()].flatMap((each) => {
      const { name, kind, tenant } = each;
      const known = tenant === undefined ? undefined : knownTenant(tenant);
      const resource = arnIn(each.arn);
      if (name === undefined || known === undefined || resource === undefined) return [];
      if ([known, resource].some((text) => graph.masks.over(text) !== text)) return [];
      const account = accountOf(each) ?? "";
      const { urn, source } = placeOfThing(context, name);
      return [
        {
          ...{ stack, resource, label: shownLabel(context, name), what: kind.what },
          ...{ service: kind.service, account: isAccountId(account) ? account : "" },
          ...{ tenant: known, urn, source },
        },
      ];
    }),
  );
}

/** The ARN of a resource that is known whole. */
function arnIn({ service, region, account, widest }: KnownArn): string | undefined {
  const [resource] = widest;
  if (resource === undefined || region === undefined || account === undefined) return undefined;
  return hasWildcard(resource) ? undefined : `arn:aws:${service}:${region}:${account}:${resource}`;
}

/**
 * What identities may do, whatever the request, to resources that the stack does not declare.
 *
 * Of an identity that no tenant owns, also what it may do to those of the stack: a tenant of another stack may assume it.
 */
export function permissionRows(context: RowContext): readonly FactRow<"permissions">[] {
  const { stack, graph, names } = context;
  const own = new Set(graph.all("resource").flatMap(({ arn }) => arnIn(arn) ?? []));
  return distinctRows(
    rolesOf(graph).flatMap(({ name }) => {
      const identity = names.of(name);
      const authority = context.authorityOf(name);
      if (identity === undefined || authority === undefined) return [];
      const label = shownLabel(context, name);
      const account = identity.startsWith("iam-role|") ? (identity.split("|")[1] ?? "") : "";
      const tenant = tenantText(context, name);
      const { urn, source } = placeOfThing(context, name);
      return authority.may.filter(isForEachRequest).flatMap((permission) => {
        const actions = textsOf(permission.actions);
        const assumes = actions.some((action) => matches(action.toLowerCase(), assume));
        return objectsOf(permission, tenant === "" ? none : own).flatMap(
          ({ object, kinds, isInside }) => {
            const about = kinds === undefined ? actions : actionsOn(kinds, isInside, actions);
            if (about.length === 0 && !assumes) return [];
            return {
              ...{ stack, identity, label, account, tenant },
              ...object,
              actions: [...about].sort(compareText).join(" "),
              assumes: assumes ? "yes" : "no",
              ...{ urn, source },
            };
          },
        );
      });
    }),
  );
}

const assume = "sts:assumerole";
const none: ReadonlySet<string> = new Set();

/** Those of some actions that are about a resource of one of some kinds; the rest give nothing there. */
function actionsOn(
  kinds: readonly ResourceKind[],
  isInside: boolean | undefined,
  actions: readonly string[],
): readonly string[] {
  return actions.filter((action) =>
    kinds.some(
      (kind) =>
        isAbout(kind, action) &&
        !isOutside(kind, action) &&
        (isInside === undefined || isAboutPlace(kind, isInside, action)),
    ),
  );
}

/** Whether a permission is unconditional and has no exception. */
function isForEachRequest({
  conditions = [],
  exceptActions = [],
  exceptObjects = [],
}: Permission): boolean {
  return conditions.length + exceptActions.length + exceptObjects.length === 0;
}

function textsOf(patterns: readonly Pattern[]): readonly string[] {
  return patterns.flatMap((each) => textOf(each) ?? []);
}

interface PermittedObject {
  readonly object: Pick<
    FactRow<"permissions">,
    "service" | "resource" | "pattern" | "pattern_start"
  >;
  /** What it may be; undefined for anything. */
  readonly kinds: readonly ResourceKind[] | undefined;
  /** Whether it names what is in the resource; undefined where it may be either. */
  readonly isInside: boolean | undefined;
}

function objectsOf({ objects }: Permission, own: ReadonlySet<string>): readonly PermittedObject[] {
  return textsOf(objects).flatMap((text): readonly PermittedObject[] => {
    if (text === "*") {
      const object = { service: "*", resource: "", pattern: "%", pattern_start: "" };
      return [{ object, kinds: undefined, isInside: undefined }];
    }
    if (text.includes("${")) return [];
    const whole = wholeOf(text);
    const [, , service = "*", , , ...rest] = whole.split(":");
    const ofService = resourceKinds.filter((kind) => kind.service === service);
    if (hasWildcard(whole)) {
      const isAny = hasWildcard(service);
      const [pattern_start = ""] = text.split(/[*?]/);
      const like = { pattern: likeOf(text), pattern_start };
      const object = { service: isAny ? "*" : service, resource: "", ...like };
      return [{ object, kinds: isAny ? undefined : ofService, isInside: undefined }];
    }
    if (own.has(whole)) return [];
    const kinds = ofService.filter(({ resource }) =>
      matches(resource.replace("{}", "*"), rest.join(":")),
    );
    const object = { service, resource: whole, pattern: "", pattern_start: "" };
    return [{ object, kinds: kinds.length > 0 ? kinds : undefined, isInside: whole !== text }];
  });
}

/**
 * The ARN of a resource by a pattern for what is in it: `arn:aws:s3:::acme/*` is of bucket `acme`, `…:log-group:acme:*` of the log
 * group. Of a secret the six characters that Secrets Manager adds are left as they are.
 */
function wholeOf(text: string): string {
  return text.replace(/[/:]\*$/, "");
}

/** A pattern of IAM as one of LIKE: `*` is any text, `?` one character. */
function likeOf(text: string): string {
  return text.replace(/[!%_]/g, "!$&").replace(/\*+/g, "%").replace(/\?/g, "_");
}

/** Principals that policies of resources let use these. */
export function resourceTrustRows(context: RowContext): readonly FactRow<"trusts">[] {
  const { stack, graph, names } = context;
  return distinctRows(
    graph.all("guards").flatMap(({ resource, at }) => {
      const name = nameIn(resource) ?? at.urn;
      const target = resourceArn(context, name);
      const authority = context.authorityOf(name);
      if (target === undefined || authority === undefined) return [];
      const { urn, source } = placedAt(context, at.urn);
      return authority.usedBy.filter(isForEachRequest).flatMap(({ actions, objects }) =>
        textsOf(objects).flatMap((text) => {
          const principal =
            text.startsWith("arn:") && !hasWildcard(text) ? names.of(text) : undefined;
          const how = [...textsOf(actions)].sort(compareText).join(" ");
          return principal === undefined || how === ""
            ? []
            : [
                {
                  stack,
                  principal,
                  target,
                  target_what: "resource",
                  how,
                  only_tenant: "",
                  urn,
                  source,
                },
              ];
        }),
      );
    }),
  );
}

function resourceArn({ graph }: RowContext, name: Name): string | undefined {
  const [fact] = graph.facts("resource", "resource", name);
  const arn = fact === undefined ? undefined : arnIn(fact.arn);
  return arn === undefined || graph.masks.over(arn) !== arn ? undefined : arn;
}
