import { hashOf } from "../hash";
import { isPermanent, Refused } from "../refused";
import { callApi, type ApiAnswer, type ApiServer } from "./kubernetes-api";

/** Seconds of an account's token: the fewest that the API makes (source: Kubernetes API, TokenRequestSpec). */
export const tokenSeconds = 600;

/** The account of one call, by name. */
export interface TaskAccount {
  /** Name of ServiceAccount and RoleBinding alike. */
  readonly name: string;
  /** Namespace of the Role and the RoleBinding. */
  readonly namespace: string;
  readonly role: string;
}

/** Labels of what the broker makes: the task, and the broker by a hash of its issuer. */
const taskLabel = "agentid/txn";
const brokerLabel = "agentid/broker";
/** Annotation of an account: the namespace of its binding. */
const roleNamespace = "agentid/role-namespace";
/** Accounts in one answer of the API server. */
const pageSize = 500;

/** An account that the API server has. */
export interface ListedAccount extends TaskAccount {
  /** Seconds since 1970, by the API server. */
  readonly madeAt: number;
}

/**
 * Accounts of calls: a ServiceAccount in the namespace of tasks, bound to the tool's Role.
 *
 * The API server keeps the outcome of a token's review for 10 s, so that deleting the account ends nothing at once. Deleting the
 * binding does: what ends a call deletes that first.
 */
export class TaskAccounts {
  readonly #api: ApiServer;
  readonly #tasksNamespace: string;
  readonly #broker: string;

  /** @param issuer of the broker, so that none touches the accounts of another */
  constructor(api: ApiServer, tasksNamespace: string, issuer: string) {
    this.#api = api;
    this.#tasksNamespace = tasksNamespace;
    this.#broker = hashOf(issuer).slice(0, 16);
  }

  /** Makes the account and its binding, and answers its token; throws {@link Refused} where the API server refuses. */
  async make({ name, namespace, role }: TaskAccount, txn: string): Promise<string> {
    const labels = { [taskLabel]: txn, [brokerLabel]: this.#broker };
    const metadata = { name, labels, annotations: { [roleNamespace]: namespace } };
    const accounts = `/api/v1/namespaces/${this.#tasksNamespace}/serviceaccounts`;
    this.#expect(
      await this.#ask("POST", accounts, {
        ...{ apiVersion: "v1", kind: "ServiceAccount", metadata },
        automountServiceAccountToken: false,
      }),
    );
    this.#expect(
      await this.#ask("POST", bindingsOf(namespace), {
        ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
        subjects: [{ kind: "ServiceAccount", name, namespace: this.#tasksNamespace }],
      }),
    );
    const { body } = this.#expect(
      await this.#ask("POST", `${accounts}/${name}/token`, {
        ...{ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" },
        spec: { expirationSeconds: tokenSeconds },
      }),
    );
    const { token } = (body["status"] ?? {}) as { readonly token?: unknown };
    if (typeof token !== "string") throw refusedBy(0);
    return token;
  }

  /** Takes an account's authority away, the binding first; false where it has to be tried again. */
  async remove({ name, namespace }: TaskAccount): Promise<boolean> {
    const binding = await this.#ask("DELETE", `${bindingsOf(namespace)}/${name}`);
    if (!isGone(binding)) return false;
    const path = `/api/v1/namespaces/${this.#tasksNamespace}/serviceaccounts/${name}`;
    return isGone(await this.#ask("DELETE", path));
  }

  /** The accounts of this broker; undefined where the API server does not list them. */
  async list(): Promise<readonly ListedAccount[] | undefined> {
    const found: ListedAccount[] = [];
    let next = "";
    do {
      const query = new URLSearchParams({
        labelSelector: `${taskLabel},${brokerLabel}=${this.#broker}`,
        limit: String(pageSize),
        ...(next !== "" && { continue: next }),
      });
      const path = `/api/v1/namespaces/${this.#tasksNamespace}/serviceaccounts?${query.toString()}`;
      const { status, body } = await this.#ask("GET", path);
      if (status !== 200) return undefined;
      const { items = [], metadata = {} } = body as AccountList;
      found.push(...items.map(listedAccount));
      next = metadata.continue ?? "";
    } while (next !== "");
    return found;
  }

  /** Whether a pod still exists, `<namespace>/<name>/<uid>`; the status where the API server does not say, 0 without an answer. */
  async hasPod(pod: string): Promise<boolean | number> {
    const [namespace = "", name = "", uid = ""] = pod.split("/");
    const { status, body } = await this.#ask("GET", `/api/v1/namespaces/${namespace}/pods/${name}`);
    if (status === 404) return false;
    const { uid: found } = (body["metadata"] ?? {}) as { readonly uid?: string };
    return status === 200 ? found === uid : status;
  }

  async #ask(
    method: "GET" | "POST" | "DELETE",
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<ApiAnswer> {
    try {
      return await callApi(this.#api, method, path, body);
    } catch {
      return { status: 0, body: {} };
    }
  }

  #expect(answer: ApiAnswer): ApiAnswer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusedBy(answer.status);
  }
}

/** A list of ServiceAccounts, as the API server answers it. */
interface AccountList {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly {
    readonly metadata: {
      readonly name: string;
      readonly creationTimestamp: string;
      readonly annotations?: Readonly<Record<string, string>>;
    };
  }[];
}

function listedAccount({ metadata }: NonNullable<AccountList["items"]>[number]): ListedAccount {
  const { name, creationTimestamp, annotations = {} } = metadata;
  const madeAt = Math.floor(Date.parse(creationTimestamp) / 1000);
  return { name, namespace: annotations[roleNamespace] ?? "", role: "", madeAt };
}

function bindingsOf(namespace: string): string {
  return `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
}

function isGone({ status }: ApiAnswer): boolean {
  return status === 200 || status === 202 || status === 404;
}

/** What an operator checks, by the status. */
const checks: Readonly<Record<number, string>> = {
  403: "what the broker may do in the namespace of tasks, and that it may `bind` the Role",
  404: "that the namespace of tasks and that of the Role exist",
  422: "the names of the Role and of its namespace",
};

function refusedBy(status: number): Refused {
  if (isPermanent(status)) {
    const check = checks[status] ?? "the broker's address of the API server";
    return new Refused(
      "invalid_target",
      `Kubernetes refuses an account for the call: the API server answers ${status}; an operator checks ${check}`,
    );
  }
  const what = status === 0 ? "the API server does not answer" : `the API server answers ${status}`;
  return new Refused(
    "temporarily_unavailable",
    `Kubernetes makes no account for the call: ${what}`,
  );
}
