import { argumentError, exactlyOne, fitting } from "../arguments/argument-error";
import { shownText } from "../arguments/exact-text";
import { accountNames, checkNamespace } from "../arguments/naming";

/** Who may deploy a tenant's workloads; give exactly one of `user`, `group` and `serviceAccount`. */
export interface Deployer {
  /** Name of a user in the API server. */
  user?: string;
  /** Name of a group in the API server; none that includes everybody, such as `system:authenticated`. */
  group?: string;
  /** A ServiceAccount, of this namespace or another. */
  serviceAccount?: DeployerAccount;
}

/** A ServiceAccount that deploys. */
export interface DeployerAccount {
  /** Its namespace. */
  namespace: string;
  /** Its name. */
  name: string;
}

/** A subject of an RBAC binding. */
export interface DeployerSubject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

const rbacGroup = "rbac.authorization.k8s.io";

/** Groups that everybody or every workload is in. Source: kubernetes.io, RBAC, default roles and subjects. */
const everybody = /^system:(?:authenticated|unauthenticated|serviceaccounts(?::.*)?)$/;

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];

/**
 * What deployers may do in the tenant's namespace: run workloads, and see their state.
 *
 * They read no Secret, request no token, exec into no pod and pass no rights on. A creator of pods can run them as any account
 * of the namespace, so only deployers have this right. Source: kubernetes.io, RBAC good practices.
 */
export const deployerRules = [
  {
    apiGroups: ["apps"],
    resources: ["deployments", "statefulsets", "daemonsets"],
    verbs,
  },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs },
  { apiGroups: [""], resources: ["services", "configmaps"], verbs },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
  {
    apiGroups: [""],
    resources: ["pods", "pods/log", "events"],
    verbs: ["get", "list", "watch"],
  },
];

/** Subjects of the binding of deployers, or an error that names `subject`. */
export function deployerSubjects(
  subject: string,
  deployers: readonly Deployer[],
): DeployerSubject[] {
  return deployers.map((deployer, index) => {
    const argument = `deployers[${index}]`;
    const { user, group, serviceAccount } = deployer;
    exactlyOne(subject, argument, { user, group, serviceAccount });
    if (serviceAccount !== undefined) {
      checkAccount(subject, `${argument}.serviceAccount`, serviceAccount);
      return { kind: "ServiceAccount", ...serviceAccount };
    }
    const name = user ?? group ?? "";
    if (!shownText.test(name) || name === "system:anonymous" || everybody.test(name)) {
      throw argumentError(
        subject,
        `${argument} is \`${name}\`, which names no deployer or everybody; give a user or group of deployers`,
      );
    }
    return { kind: user === undefined ? "Group" : "User", name, apiGroup: rbacGroup };
  });
}

function checkAccount(
  subject: string,
  argument: string,
  { namespace, name }: DeployerAccount,
): void {
  checkNamespace(subject, `${argument}.namespace`, namespace);
  const wanted = "the name of a ServiceAccount other than `default`, which all pods may have";
  fitting(subject, `${argument}.name`, name, accountNames, wanted);
}
