import type { Ask } from "./client";

/** What an API server lists: metadata and the parts that are looked at. */
interface Listed {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
  readonly status?: { readonly hard?: unknown };
}

/**
 * Does what two controllers of a whole cluster do, until it is stopped: every namespace has an account `default`, and
 * every quota says how much of it is used, without which the API server lets nothing in. No pod runs, so nothing is used.
 */
export function runControllers(ask: Ask): { stop(): Promise<void> } {
  const stop = new AbortController();
  const turning = (async () => {
    while (!stop.signal.aborted) {
      await Promise.all([makeAccounts(ask), countQuotas(ask)]);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    stop: async () => {
      stop.abort();
      await turning;
    },
  };
}

async function makeAccounts(ask: Ask): Promise<void> {
  const accounts = await listed(ask, "/api/v1/serviceaccounts");
  const have = new Set(
    accounts.flatMap(({ metadata }) => (metadata.name === "default" ? [metadata.namespace] : [])),
  );
  for (const { metadata } of await listed(ask, "/api/v1/namespaces")) {
    if (have.has(metadata.name)) continue;
    await ask(`/api/v1/namespaces/${metadata.name}/serviceaccounts`, {
      method: "POST",
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } },
    });
  }
}

async function countQuotas(ask: Ask): Promise<void> {
  for (const { metadata, spec, status } of await listed(ask, "/api/v1/resourcequotas")) {
    const hard = spec?.hard ?? {};
    if (status?.hard !== undefined) continue;
    const used = Object.fromEntries(Object.keys(hard).map((name) => [name, "0"]));
    await ask(`/api/v1/namespaces/${metadata.namespace}/resourcequotas/${metadata.name}/status`, {
      method: "PATCH",
      body: { status: { hard, used } },
    });
  }
}

async function listed(ask: Ask, path: string): Promise<Listed[]> {
  const { status, body } = await ask<{ items: Listed[] }>(path);
  return status === 200 ? body.items : [];
}
