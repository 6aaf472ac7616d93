import * as pulumi from "@pulumi/pulumi";
import { argumentError, subjectOf } from "../arguments/argument-error";
import { checkBrokerIssuer, checkMtlsUrl, mtlsPortOf, type BrokerMtls } from "../tenant/broker";
import { claim } from "../arguments/claimed";
import {
  federationKinds,
  federations,
  kindIn,
  readFederation,
  trustFor,
  type FederationKind,
  type KnownFederation,
  type TenantFederation,
} from "../federations/all-federations";
import { derive, isPlain } from "../arguments/known";
import { safeName } from "../arguments/naming";
import { trustPolicy } from "../workload/trust-policy";

/** What a task broker is made from. */
export interface TaskBrokerArgs {
  /** Name of the only tenant that the broker serves, as the `Tenant` has it: lowercase letters, digits and single `-`, at most 63. The tenant is made after the broker. */
  tenant: string;
  /** How the broker's pods assume its role: `eksIrsa` or `eksPodIdentity`, of the cluster and account of the tenant. */
  federation: TenantFederation;
  /** Address at which workloads reach the broker, `https` and without a path, such as `https://broker.acme.example`; the audience of the tokens by which they prove who they are. */
  issuer: string;
  /** Where it also answers by mutual TLS, for workloads with an X.509-SVID of SPIFFE. Default: nowhere; they prove who they are by tokens. */
  mtls?: BrokerMtls;
  /** Name of the broker, of its ServiceAccount, and within its tenant, where no workload has it. Any other than lowercase letters, digits and single `-`, 63 at most, is changed to such a one that ends in a hash. Default: the resource's name. */
  name?: string;
  /** Name of the namespace to make for the broker alone, changed as `name` is. Default: the tenant's name and `-broker`. */
  namespace?: string;
  /** Name of the namespace to make for the ServiceAccounts of tasks, which takes no pods; changed as `name` is. Default: the tenant's name and `-tasks`. */
  tasksNamespace?: string;
}

/** A task broker's arguments, checked and with their defaults: the inputs under which the component is in the stack. */
export interface TaskBrokerDeclaration {
  readonly tenant: string;
  readonly name: string;
  readonly issuer: string;
  readonly mtls?: BrokerMtls;
  readonly federation: TenantFederation;
  readonly namespace: string;
  readonly tasksNamespace: string;
}

/** Federations by which a broker's pods assume its role: those that identify them only by their ServiceAccount. */
export const brokerKinds = federationKinds.filter(
  (kind) => federations[kind].knownBy === "account",
);

/** Checks a task broker's arguments before anything is registered, and fills in their defaults. */
export function declareTaskBroker(
  resourceName: string,
  args: TaskBrokerArgs,
): TaskBrokerDeclaration {
  const subject = subjectOf("task broker", resourceName);
  const { tenant, federation, issuer, mtls } = args;
  if (safeName(tenant) !== tenant) {
    throw argumentError(
      subject,
      `tenant \`${tenant}\` is no name of a tenant; give lowercase letters, digits and single \`-\` inside, at most 63`,
    );
  }
  checkBrokerIssuer(subject, "issuer", issuer);
  if (mtls !== undefined) {
    mtlsPortOf(subject, "mtls", mtls);
    if (typeof mtls.url === "string") checkMtlsUrl(subject, "mtls", mtls.url, issuer);
  }
  checkKind(subject, kindIn(subject, federation));
  const declaration: TaskBrokerDeclaration = {
    tenant,
    name: safeName(args.name ?? resourceName),
    issuer,
    ...(mtls !== undefined && { mtls }),
    federation,
    namespace: safeName(args.namespace ?? `${tenant}-broker`),
    tasksNamespace: safeName(args.tasksNamespace ?? `${tenant}-tasks`),
  };
  const { namespace, tasksNamespace } = declaration;
  if (namespace === tasksNamespace) {
    throw argumentError(
      subject,
      `tasksNamespace \`${tasksNamespace}\` is the broker's own namespace; give one of its own, so that tasks reach nothing of the broker`,
    );
  }
  if (isPlain(federation)) {
    brokerTrust(subject, declaration, federation as pulumi.Unwrap<TenantFederation>);
  }
  return declaration;
}

/** A broker's federation with all values known and checked; throws where it is none of a broker. */
function readBrokerFederation(
  subject: string,
  federation: pulumi.Unwrap<TenantFederation>,
): KnownFederation {
  const known = readFederation(subject, federation);
  checkKind(subject, known.kind);
  return known;
}

/** Trust policy of a broker's role: its own ServiceAccount alone. Claims its names, each for one broker of the stack. */
export function brokerTrust(
  subject: string,
  declaration: TaskBrokerDeclaration,
  federation: pulumi.Unwrap<TenantFederation>,
): string {
  const known = readBrokerFederation(subject, federation);
  const { tenant, name, namespace } = declaration;
  claim(
    subject,
    declaration,
    `task broker ${known.account}/${tenant}`,
    `tenant \`${tenant}\` already has a task broker; make one for each tenant`,
  );
  claim(
    subject,
    declaration,
    `workload ${known.account}/${tenant}/${name}`,
    `name \`${name}\` is already that of a workload of tenant \`${tenant}\`; give another \`name\``,
  );
  const { statement, proof } = trustFor(subject, known, { tenant, namespace, name });
  claim(
    subject,
    declaration,
    `proof ${proof}`,
    `\`${proof}\` already proves a workload, which could act as the broker; give another \`namespace\``,
  );
  return trustPolicy(subject, statement, []);
}

/** Derives something of a broker's federation: at once where that is plain, else once it is known. */
export function fromBrokerFederation<R>(
  subject: string,
  { federation }: TaskBrokerDeclaration,
  take: (federation: KnownFederation) => R,
): R | pulumi.Output<R> {
  return derive(federation, (known) => take(readBrokerFederation(subject, known)));
}

function checkKind(subject: string, kind: FederationKind): void {
  if (brokerKinds.includes(kind)) return;
  const allowed = brokerKinds.map((each) => `\`${each}\``).join(" or ");
  throw argumentError(
    subject,
    `federation is \`${kind}\`, which pods of EKS do not use; give ${allowed}`,
  );
}
