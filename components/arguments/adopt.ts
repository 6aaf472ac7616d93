import * as pulumi from "@pulumi/pulumi";
import { iamRole } from "../../core/arn";
import { argumentError, exactlyOne, fitting } from "./argument-error";
import { claim } from "./claimed";
import { shownText } from "./exact-text";
import { accountNames, roleName, rolePath, workloadPath } from "./naming";

/** What exists already and a workload takes over, in place of what would be made for it. */
export interface Adopt {
  /**
   * A role of the account of the tenant's roles. It keeps name, path and ARN. Its trust policy, its boundary, its longest
   * session and its tags become the workload's. Default: one is made.
   */
  role?: AdoptedRole;
  /** A ServiceAccount of the tenant's namespace. It keeps its name; its labels and annotations become the workload's. Default: one is made, of the workload's name. */
  serviceAccount?: AdoptedServiceAccount;
}

/** A role that exists. */
export interface AdoptedRole {
  /** Name of the role in IAM. */
  name: string;
  /** Path of the role in IAM, with `/` at both ends. Default: `/`. */
  path?: string;
  /** Whether no Pulumi program has it yet, so that it is imported; leave this out once it is. Default: false. */
  import?: boolean;
  /** Where this stack has it so far, so that it is moved and not made again; leave this out once it is. Default: it is with the workload already. */
  formerly?: FormerPlace;
}

/** A ServiceAccount that exists. */
export interface AdoptedServiceAccount {
  /** Name of the ServiceAccount. */
  name: string;
  /** Whether no Pulumi program has it yet, so that it is imported; leave this out once it is. Default: false. */
  import?: boolean;
  /** Where this stack has it so far, so that it is moved and not made again; leave this out once it is. Default: it is with the workload already. */
  formerly?: FormerPlace;
}

/** Where a resource is in the state of a stack; give exactly one of `name` and `urn`. */
export interface FormerPlace {
  /** Name of the resource in the program. */
  name?: string;
  /** URN of its parent, set with `name`. Default: it has none. */
  parentUrn?: string;
  /** Whole URN of the resource, as `pulumi stack --show-urns` shows it. */
  urn?: string;
}

/** The types of what can be adopted. */
const types = {
  role: "aws:iam/role:Role",
  serviceAccount: "kubernetes:core/v1:ServiceAccount",
} as const;

type Kind = keyof typeof types;

/** The parts of a workload that decide what it adopts. */
interface Adopting {
  readonly name: string;
  readonly adopt?: Adopt;
}

/** Name and path of a role in IAM. */
interface RoleName {
  readonly name: string;
  readonly path: string;
}

/** Source: IAM API, CreateRole; of what a path may have, what no pattern of ARNs reads as a wildcard. */
const names = /^[\w+=,.@-]{1,64}$/;
const paths = /^(?=.{1,512}$)\/(?:[\w+=,.@/-]+\/)?$/;

/** Paths whose roles AWS itself keeps. Source: IAM user guide, service-linked roles; IAM Identity Center user guide, AWS managed roles. */
const pathsOfAws = ["/aws-service-role/", "/aws-reserved/"];

const urns = /^(?=[^\p{C}]+$)urn:pulumi:[^:]+::[^:]+::(?:[^:]+(?::[^:]+)*)::.+$/u;

/** Checks at once what a workload adopts. */
export function checkAdopt(subject: string, adopt: Adopt, isOutside: boolean): void {
  const { role, serviceAccount } = adopt;
  if (role === undefined && serviceAccount === undefined) {
    throw argumentError(subject, "adopt is empty; give `role`, `serviceAccount` or both");
  }
  if (role !== undefined) checkRole(subject, role);
  if (serviceAccount === undefined) return;
  if (isOutside) {
    throw argumentError(
      subject,
      "adopt.serviceAccount is set, but a workload with a `subject` has no ServiceAccount; leave one of the two out",
    );
  }
  const wanted = "the name of a ServiceAccount other than `default`";
  fitting(subject, "adopt.serviceAccount.name", serviceAccount.name, accountNames, wanted);
  checkOrigin(subject, "serviceAccount", serviceAccount);
}

function checkRole(subject: string, role: AdoptedRole): void {
  const { name, path = "/" } = role;
  const letters = "letters, digits and `_+=,.@-`";
  fitting(subject, "adopt.role.name", name, names, `the name of a role: 1 to 64 ${letters}`);
  const wanted = `a path such as \`/teams/\`: \`/\` at both ends, and inside ${letters} and \`/\``;
  fitting(subject, "adopt.role.path", path, paths, wanted);
  if (pathsOfAws.some((start) => path.toLowerCase().startsWith(start))) {
    throw argumentError(
      subject,
      `adopt.role.path \`${path}\` is that of roles that only AWS changes; leave \`adopt.role\` out, and a role is made`,
    );
  }
  checkOrigin(subject, "role", role);
}

/** Refuses direct callers of an adopted role: their own boundary allows them to assume only roles of their tenant's path. */
export function checkNoCallers(subject: string, directCallers: readonly string[]): void {
  if (directCallers.length === 0) return;
  throw argumentError(
    subject,
    "directCallers are set, but their boundary allows callers to assume only roles of the tenant's own path, and an adopted role may have another; leave them out, and give the tenant a `broker`",
  );
}

/** Refuses that a workload with an adopted role calls tools itself: they trust callers by their usual role. */
export function checkCallsNone(
  subject: string,
  { adopt }: Adopting,
  tools: readonly string[],
): void {
  if (adopt?.role === undefined || tools.length === 0) return;
  throw argumentError(
    subject,
    `grant to \`${tools.join("`, `")}\` makes the workload call the tool directly, and a tool trusts no caller with an adopted role; leave \`adopt.role\` out, or give the tenant a \`broker\` in place of \`directCallers\``,
  );
}

/** Where what is adopted comes from: an import, another place of the stack, or neither any more. */
function checkOrigin(
  subject: string,
  kind: Kind,
  { import: isImported = false, formerly }: Pick<AdoptedRole, "import" | "formerly">,
): void {
  const argument = `adopt.${kind}`;
  if (formerly === undefined) return;
  if (isImported) {
    throw argumentError(
      subject,
      `${argument} has both \`import\` and \`formerly\`; what the stack has already is not imported, so leave \`import\` out`,
    );
  }
  const { name, urn, parentUrn } = formerly;
  exactlyOne(subject, `${argument}.formerly`, { name, urn });
  if (name === "") throw argumentError(subject, `${argument}.formerly.name is empty; give a name`);
  if (name !== undefined) {
    const wanted = "the name of a resource, as `pulumi stack --show-urns` shows it";
    fitting(subject, `${argument}.formerly.name`, name, shownText, wanted);
  }
  const given = Object.entries({ urn, parentUrn });
  for (const [key, value] of given) {
    if (value === undefined) continue;
    const wanted = "a whole URN, as `pulumi stack --show-urns` shows it";
    fitting(subject, `${argument}.formerly.${key}`, value, urns, wanted);
  }
  if (urn === undefined) return;
  if (parentUrn !== undefined) {
    throw argumentError(
      subject,
      `${argument}.formerly.parentUrn is set beside \`urn\`, which has the parent in it; leave it out`,
    );
  }
  const type = (urn.split("::")[2] ?? "").split("$").pop() ?? "";
  if (type !== types[kind]) {
    throw argumentError(
      subject,
      `${argument}.formerly.urn is of a \`${type}\`; give that of a \`${types[kind]}\``,
    );
  }
}

/** Name and path of a workload's role: those of the one that it adopts, else its tenant's. */
export function roleOf({ name, adopt }: Adopting, tenant: string): RoleName {
  if (adopt?.role === undefined) return { name: roleName(tenant, name), path: rolePath(tenant) };
  return { name: adopt.role.name, path: adopt.role.path ?? "/" };
}

/** The path of a workload's role; none for an adopted one at `/`, which is IAM's default. */
export function pathOf(workload: Adopting, tenant: string): string | undefined {
  const { path } = roleOf(workload, tenant);
  return path === "/" ? undefined : path;
}

/** Name of a workload's ServiceAccount. */
export function accountOf({ name, adopt }: Adopting): string {
  return adopt?.serviceAccount?.name ?? name;
}

/**
 * Name of an inline policy of a workload's role.
 *
 * An adopted role may have one of the usual name, which another resource of the program would delete later.
 */
export function policyName({ adopt }: Adopting, name: string): string {
  return adopt?.role === undefined ? name : `agentid-${name}`;
}

/** Refuses a role under the path of another tenant's roles. */
export function checkTenantOfRole(subject: string, workload: Adopting, tenant: string): void {
  const { path } = roleOf(workload, tenant);
  const ownPath = rolePath(tenant);
  if (!path.toLowerCase().startsWith(workloadPath) || path.startsWith(ownPath)) return;
  throw argumentError(
    subject,
    `adopt.role.path \`${path}\` is that of another tenant's roles; give a role of \`${ownPath}\` or from outside \`${workloadPath}\``,
  );
}

/** Claims a role for one workload. Source: IAM user guide, IAM identifiers: names do not differ by case, nor by path. */
export function claimRole(
  subject: string,
  workload: Adopting & object,
  tenant: string,
  account: string,
): void {
  checkTenantOfRole(subject, workload, tenant);
  const { name } = roleOf(workload, tenant);
  const isAdopted = workload.adopt?.role !== undefined;
  const known = `${account}/${name.toLowerCase()}`;
  claim(
    subject,
    workload,
    `role ${known}`,
    isAdopted
      ? `adopt.role.name \`${name}\` is the role of another workload; a role has one, so leave \`adopt.role\` out for this one`
      : `role name \`${name}\` is already that of another workload; give another \`name\``,
  );
  if (!isAdopted) return;
  const problem = `adopt.role.name \`${name}\` is already that of a tenant's broker, or of a role that writes secrets; give the workload a role of its own`;
  claim(subject, workload, `adopted ${known}`, problem);
}

/** Claims the role of what is no workload, such as a broker, so that no workload adopts it. */
export function claimForOther(subject: string, argument: string, roleArn: string): void {
  const role = iamRole(roleArn);
  if (role === undefined) return;
  const problem = `${argument} \`${roleArn}\` is the role that a workload adopts; give a role that is no workload's`;
  claim(subject, "none", `adopted ${role.account}/${role.name.toLowerCase()}`, problem);
}

/** Options under which a workload's role is registered. */
export function roleOptions({ adopt }: Adopting): pulumi.CustomResourceOptions {
  return adopt?.role === undefined ? {} : optionsOf("role", adopt.role, adopt.role.name);
}

/**
 * Options under which a workload's ServiceAccount is registered.
 *
 * @param namespace The tenant's, which an import needs.
 */
export function accountOptions(
  subject: string,
  { adopt }: Adopting,
  namespace: pulumi.Input<string>,
): pulumi.CustomResourceOptions {
  const account = adopt?.serviceAccount;
  if (account === undefined) return {};
  if (account.import !== true) return optionsOf("serviceAccount", account, "");
  if (typeof namespace !== "string") {
    throw argumentError(
      subject,
      "adopt.serviceAccount.import is set, but the tenant's namespace is an output, which is known too late; give it as a text",
    );
  }
  return optionsOf("serviceAccount", account, `${namespace}/${account.name}`);
}

/**
 * While something is being adopted it is protected: with a name or path that is not its own, an update would delete it to
 * make another.
 */
function optionsOf(
  kind: Kind,
  { import: isImported, formerly }: Pick<AdoptedRole, "import" | "formerly">,
  id: string,
): pulumi.CustomResourceOptions {
  if (isImported === true) return { import: id, protect: true };
  if (formerly === undefined) return {};
  const { urn, name = "", parentUrn } = formerly;
  return { aliases: [urn ?? pulumi.createUrn(name, types[kind], parentUrn)], protect: true };
}
