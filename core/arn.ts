/** An Amazon Resource Name in its parts; region and account are empty where the service leaves them out. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** All after the fifth colon, colons and slashes included. */
  readonly resource: string;
}

/** An ARN that could be read, or what is wrong with it (lowercase, no final period). */
export type ParsedArn =
  | { readonly ok: true; readonly arn: Arn }
  | { readonly ok: false; readonly problem: string };

/** A role, user or other IAM thing with a path, which starts and ends with `/`. */
export interface IamName {
  readonly partition: string;
  readonly account: string;
  readonly path: string;
  readonly name: string;
}

/** A session of a role. STS leaves the role's path out of it, so it names the role by account and name alone. */
export interface RoleSession {
  readonly partition: string;
  readonly account: string;
  readonly roleName: string;
  readonly session: string;
}

/** The partitions of AWS, the commercial one first. Source: AWS SDK partition metadata, 2026-11. */
export const partitions: readonly string[] = [
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
  "aws-eusc",
];

/** Pattern of all accounts' ids, which have twelve digits. */
export const anyAccountId = "?".repeat(12);

/** Longest ARN that AWS documents (the `Arn` type of the IAM API). */
const longestArn = 2048;

/** Reads `arn:partition:service:region:account:resource`. Wildcards in the parts stay: an ARN pattern reads the same. */
export function parseArn(text: string): ParsedArn {
  if (text.length > longestArn) {
    return { ok: false, problem: `an ARN has at most ${longestArn} characters` };
  }
  const [scheme, partition, service, region, account, ...resource] = text.split(":");
  if (scheme !== "arn") return { ok: false, problem: "an ARN starts with `arn:`" };
  if (account === undefined || resource.length === 0) {
    return {
      ok: false,
      problem: "an ARN has six parts: `arn:partition:service:region:account:resource`",
    };
  }
  if (!partition || !service || resource.join("") === "") {
    return { ok: false, problem: "an ARN names a partition, a service and a resource" };
  }
  return {
    ok: true,
    arn: {
      partition,
      service,
      region: region ?? "",
      account,
      resource: resource.join(":"),
    },
  };
}

/** Writes an ARN; the inverse of {@link parseArn}. */
export function printArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
}

/** Whether a text is an account's id: twelve digits. */
export function isAccountId(text: string): boolean {
  return /^[0-9]{12}$/.test(text);
}

/** The role an ARN names, else undefined. */
export function iamRole(arn: Arn | string): IamName | undefined {
  return iamName(arn, "role");
}

/** The IAM user an ARN names, else undefined. */
export function iamUser(arn: Arn | string): IamName | undefined {
  return iamName(arn, "user");
}

/** Writes a role's ARN; the inverse of {@link iamRole}. */
export function printRoleArn(role: IamName): string {
  return printArn({
    partition: role.partition,
    service: "iam",
    region: "",
    account: role.account,
    resource: `role${role.path}${role.name}`,
  });
}

/** The session of a role that an `arn:aws:sts::account:assumed-role/role/session` names, else undefined. */
export function roleSession(arn: Arn | string): RoleSession | undefined {
  const parts = toArn(arn);
  if (parts?.service !== "sts") return undefined;
  const [type, roleName, session, ...more] = parts.resource.split("/");
  if (type !== "assumed-role" || !roleName || !session || more.length > 0) return undefined;
  return { partition: parts.partition, account: parts.account, roleName, session };
}

/** The issuer (host and path, without `https://`) in the ARN of an IAM OIDC provider, else undefined. */
export function oidcIssuer(arn: Arn | string): string | undefined {
  const parts = toArn(arn);
  const prefix = "oidc-provider/";
  if (parts?.service !== "iam" || !parts.resource.startsWith(prefix)) return undefined;
  const issuer = parts.resource.slice(prefix.length);
  return issuer === "" ? undefined : issuer;
}

/** The account of `arn:aws:iam::account:root`, which as a principal is all of that account; else undefined. */
export function accountRoot(arn: Arn | string): string | undefined {
  const parts = toArn(arn);
  return parts?.service === "iam" && parts.resource === "root" ? parts.account : undefined;
}

function iamName(arn: Arn | string, type: "role" | "user"): IamName | undefined {
  const parts = toArn(arn);
  if (parts?.service !== "iam" || !parts.resource.startsWith(`${type}/`)) return undefined;
  const end = parts.resource.lastIndexOf("/") + 1;
  const name = parts.resource.slice(end);
  if (name === "") return undefined;
  return {
    partition: parts.partition,
    account: parts.account,
    path: parts.resource.slice(type.length, end),
    name,
  };
}

function toArn(arn: Arn | string): Arn | undefined {
  if (typeof arn !== "string") return arn;
  const parsed = parseArn(arn);
  return parsed.ok ? parsed.arn : undefined;
}

/** The first ARN of a text that has only characters of ARNs. */
function arnIn(text: string): readonly string[] {
  const parts = text.split(":");
  for (let at = 0; at + 5 < parts.length; at += 1) {
    const [mark = "", partition = "", service = "", region = "", account = ""] = parts.slice(
      at,
      at + 5,
    );
    const isArn =
      /(?:^|\W)arn$/.test(mark) &&
      /^[\w*-]+$/.test(partition) &&
      /^[\w*-]*$/.test(service) &&
      /^[\w*-]*$/.test(region) &&
      /^[\d*]*$/.test(account);
    if (isArn) return [`arn:${parts.slice(at + 1).join(":")}`];
  }
  return [];
}

/** The ARNs, and patterns of ARNs, in a text. */
export function arnsIn(text: string): readonly string[] {
  if (!text.includes("arn:")) return [];
  return (text.match(/\barn:[\w+=,.@/:*?-]+/g) ?? []).flatMap(arnIn);
}
