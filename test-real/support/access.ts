import assert from "node:assert/strict";
import type { ApiServer } from "./servers/api-server";

/** A kind of objects that the API server serves. */
export interface Kind {
  /** API group; empty for the core. */
  readonly group: string;
  /** In the plural, with a part where it is one: `pods/log`. */
  readonly resource: string;
}

/** A resource that an API server serves. */
export interface Served extends Kind {
  readonly namespaced: boolean;
}

/** A reviewed request. */
export interface Requested extends Kind {
  /** Empty for all namespaces, or for what is in none. */
  readonly namespace: string;
  readonly verb: string;
  /** One object's name. Default: all. */
  readonly name?: string;
  /** Whether it is to be allowed. */
  readonly expected: boolean;
}

/** A user as the API server identifies it. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Every kind of objects that an API server serves, once a group. */
export async function resourcesOf(cluster: ApiServer): Promise<readonly Served[]> {
  const { body } = await cluster.query<{
    groups: { name: string; preferredVersion: { groupVersion: string } }[];
  }>("/apis");
  const groups = body.groups.map(({ name, preferredVersion }) => ({
    group: name,
    path: `/apis/${preferredVersion.groupVersion}`,
  }));
  const all = [{ group: "", path: "/api/v1" }, ...groups];
  const found = await Promise.all(
    all.map(async ({ group, path }) => {
      const listed = await cluster.query<{ resources: { name: string; namespaced: boolean }[] }>(
        path,
      );
      return listed.body.resources.map(({ name, namespaced }) => ({
        group,
        resource: name,
        namespaced,
      }));
    }),
  );
  const kinds = found.flat();
  assert.ok(kinds.length > 80, "the API server says what it serves");
  return kinds;
}

/** Whether each request would be allowed, by SubjectAccessReview. */
export async function reviewAccess(
  cluster: ApiServer,
  user: User,
  requested: readonly Requested[],
): Promise<readonly boolean[]> {
  const allowed = new Array<boolean>(requested.length);
  let next = 0;
  const query = async () => {
    for (let index = next++; index < requested.length; index = next++) {
      allowed[index] = await isAllowed(cluster, user, requested[index] as Requested);
    }
  };
  await Promise.all(Array.from({ length: 16 }, query));
  return allowed;
}

async function isAllowed(cluster: ApiServer, user: User, requested: Requested): Promise<boolean> {
  const { group, namespace, verb, name } = requested;
  const [resource, subresource] = requested.resource.split("/");
  const { status, body } = await cluster.query<{ status: { allowed: boolean } }>(
    "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    {
      method: "POST",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        spec: {
          user: user.name,
          groups: user.groups,
          resourceAttributes: {
            group,
            resource,
            verb,
            namespace,
            ...(subresource !== undefined && { subresource }),
            ...(name !== undefined && { name }),
          },
        },
      },
    },
  );
  assert.equal(status, 201);
  return body.status.allowed;
}
