import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import { resource } from "./resources";

/** The account of everything. */
export const account = "111122223333";
/** A statement by which Lambda assumes a role. */
export const byLambda = {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
};

/** So many of something. */
export function times<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** The ARN of a role. */
export function arn(name: string): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** A role by its name, of a tenant or of none. */
export function role(name: string, trust: readonly Value[], tenant?: string): Resource {
  const tags = tenant === undefined ? {} : { tags: { "agentid.dev/tenant": tenant } };
  const assumeRolePolicy = { Version: "2012-10-17", Statement: trust };
  return resource("aws:iam/role:Role", name, { name, assumeRolePolicy, ...tags });
}

/** The policy of a role. */
export function policy(of: string, statements: readonly Value[]): Resource {
  return resource("aws:iam/rolePolicy:RolePolicy", `of-${of}`, {
    role: of,
    policy: { Version: "2012-10-17", Statement: statements },
  });
}

/** A function that runs as a role. */
export function callable(name: string, by: Value): Resource {
  return resource("aws:lambda/function:Function", name, { name, role: by });
}
