import type { Ask } from "./client";

/** What an API server lists: metadata and the parts that are looked at. */
interface Listed {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
  readonly status?: { readonly hard?: unknown };
}

/** Kinds that are deleted in tests; what is deleted in the foreground waits for the garbage collector. */
const deletable = [
  "/api/v1/configmaps",
  "/api/v1/namespaces",
  "/api/v1/resourcequotas",
  "/api/v1/secrets",
  "/api/v1/serviceaccounts",
  "/api/v1/services",
  "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
  "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
  "/apis/apps/v1/deployments",
  "/apis/networking.k8s.io/v1/networkpolicies",
  "/apis/rbac.authorization.k8s.io/v1/rolebindings",
  "/apis/rbac.authorization.k8s.io/v1/roles",
];

/**
 * Does the work of a whole cluster's controllers, until it is stopped: every namespace has an account `default`; every quota
 * has its usage, without which the API server accepts nothing; and deletions finish. No pod runs, so nothing is used and
 * nothing is left behind.
 */
export function runControllers(query: Ask): { stop(): Promise<void> } {
  const stop = new AbortController();
  const turning = (async () => {
    while (!stop.signal.aborted) {
      await Promise.all([
        makeAccounts(query),
        countQuotas(query),
        ...deletable.map((path) => finish(query, path)),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  })();
  return {
    stop: async () => {
      stop.abort();
      await turning;
    },
  };
}

async function makeAccounts(query: Ask): Promise<void> {
  const accounts = await listed(query, "/api/v1/serviceaccounts");
  const have = new Set(
    accounts.flatMap(({ metadata }) => (metadata.name === "default" ? [metadata.namespace] : [])),
  );
  for (const { metadata } of await listed(query, "/api/v1/namespaces")) {
    if (have.has(metadata.name)) continue;
    await query(`/api/v1/namespaces/${metadata.name}/serviceaccounts`, {
      method: "POST",
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } },
    });
  }
}

async function countQuotas(query: Ask): Promise<void> {
  for (const { metadata, spec, status } of await listed(query, "/api/v1/resourcequotas")) {
    const hard = spec?.hard ?? {};
    if (status?.hard !== undefined) continue;
    const used = Object.fromEntries(Object.keys(hard).map((name) => [name, "0"]));
    await query(`/api/v1/namespaces/${metadata.namespace}/resourcequotas/${metadata.name}/status`, {
      method: "PATCH",
      body: { status: { hard, used } },
    });
  }
}

/** Lets go of what waits to be deleted. */
async function finish(query: Ask, path: string): Promise<void> {
  const [, prefix, plural] = /^(.*)\/([a-z]+)$/.exec(path) ?? [];
  for (const { metadata } of await listed(query, path)) {
    if (metadata.deletionTimestamp === undefined) continue;
    const within = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
    const own = `${prefix}${within}/${plural}/${metadata.name}`;
    await query(own, { method: "PATCH", body: { metadata: { finalizers: null } } });
    if (plural === "namespaces") {
      const body = { apiVersion: "v1", kind: "Namespace", metadata, spec: { finalizers: [] } };
      await query(`${own}/finalize`, { method: "PUT", body });
    }
  }
}

/** From the API server's memory: it reads its store for every list otherwise. */
async function listed(query: Ask, path: string): Promise<Listed[]> {
  const { status, body } = await query<{ items: Listed[] }>(`${path}?resourceVersion=0`);
  return status === 200 ? body.items : [];
}
