import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { asObject, asResource, withMarks, type CaseResource } from "./cases";
import { outputOf, resource, urnOf } from "./resources";

/** An IAM role of account 111122223333, as far as a case has more of it than its name. */
interface CaseRole {
  /** The service that may assume it, or the statements of its trust policy. Default: AWS Lambda. */
  readonly trust?: string | readonly Value[];
  /** Statements of an inline policy, named after the role and `calls`. */
  readonly allows?: Value;
  /** Managed policies: those of AWS's own by their short names, others by ARN or by resource. */
  readonly attached?: readonly Value[];
  /** Statements of its permissions boundary, or a managed policy like those above. */
  readonly boundary?: Value;
}

/** What a case about authority has in its stack. */
export interface AuthorityStack {
  readonly roles?: Readonly<Record<string, CaseRole>>;
  /** Managed policies of the stack, by name, each as its statements. */
  readonly policies?: Readonly<Record<string, Value>>;
  readonly resources?: readonly CaseResource[];
  /** Kubernetes objects, as in a folder of YAML. */
  readonly objects?: readonly Value[];
}

const provider = resource("pulumi:providers:aws", "prod", { allowedAccountIds: ["111122223333"] });
const policyType = "aws:iam/policy:Policy";

/** The resources of a case about authority. */
export function authorityStack(given: AuthorityStack): readonly Resource[] {
  const { roles = {}, policies = {}, resources = [], objects = [] } = given;
  return [
    provider,
    ...Object.entries(roles).flatMap(([name, role]) => asRole(name, role)),
    ...Object.entries(policies).map(([name, statements]) => asPolicy(name, statements)),
    ...resources.map(asResource).map(inAccount),
    ...objects.flatMap(asObject),
  ];
}

function asRole(name: string, { trust, allows, attached = [], boundary }: CaseRole): Resource[] {
  const isOwn = Array.isArray(boundary);
  const inputs: ValueRecord = {
    name,
    assumeRolePolicy: document(asTrust(trust)),
    ...(boundary !== undefined && {
      permissionsBoundary: isOwn
        ? outputOf(urnOf(policyType, `${name}-boundary`))
        : asManaged(boundary),
    }),
  };
  const all = [resource("aws:iam/role:Role", name, inputs)];
  if (allows !== undefined) {
    const policy = { role: name, policy: document(allows) };
    all.push(resource("aws:iam/rolePolicy:RolePolicy", `${name}-calls`, policy));
  }
  if (isOwn) all.push(asPolicy(`${name}-boundary`, boundary));
  attached.forEach((given, at) => {
    const gives = { role: name, policyArn: asManaged(given) };
    const type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
    all.push(resource(type, `${name}-gives-${at + 1}`, gives));
  });
  return all.map(inAccount);
}

function asTrust(given: CaseRole["trust"] = "lambda.amazonaws.com"): Value {
  if (typeof given !== "string") return given;
  return [{ Effect: "Allow", Principal: { Service: given }, Action: "sts:AssumeRole" }];
}

function asPolicy(name: string, statements: Value): Resource {
  return inAccount(resource(policyType, name, { name, policy: document(statements) }));
}

/** Statements as a document; a document that is not known stays so. */
function document(statements: Value): Value {
  const marked = withMarks(statements);
  return Array.isArray(marked) ? { Version: "2012-10-17", Statement: marked } : marked;
}

function asManaged(given: Value): Value {
  const isShort = typeof given === "string" && !given.includes(":");
  return isShort ? `arn:aws:iam::aws:policy/${given}` : withMarks(given);
}

function inAccount(of: Resource): Resource {
  return of.type.startsWith("aws:") ? { ...of, provider: provider.urn } : of;
}
