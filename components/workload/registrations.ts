import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../arguments/adopt";
import {
  blockOf,
  checkSubject,
  federations,
  readFederation,
  subjectKind,
  type FederationKind,
  type KnownFederation,
} from "../federations/all-federations";
import type { Registered } from "../federations/federation";
import { derive, part, whenKnown } from "../arguments/known";
import { trustingOf, type Declaration } from "./workload";

/** What the children of a workload are made from. */
export interface Making {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the workload. */
  readonly subject: string;
  readonly declaration: Declaration;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly kind: FederationKind | pulumi.Output<FederationKind>;
}

/** What of a workload decides what its federation adds to it. */
type Federated = Pick<Declaration, "name" | "tenant" | "provenBy" | "subject">;

/** Registers the workload's subject with its federation; some federations need no registration. */
export function register(making: Making, role: aws.iam.Role): Registered {
  const { parent, resourceName, subject, declaration, labels } = making;
  const { tenant, namespace } = trustingOf(declaration);
  const registerAs = (kind: FederationKind): Registered | undefined =>
    federations[kind].register?.({
      parent,
      resourceName,
      subject,
      tenant,
      name: declaration.name,
      namespace,
      serviceAccount: accountOf(declaration),
      labels,
      roleArn: role.arn,
      given: blockOf(declaration.subject, kind),
      from: (take) =>
        derive(declaration.provenBy, (federation) => {
          const known = readFederation(subject, federation);
          checkSubject(subject, known.kind, declaration.subject);
          return take(known);
        }),
    });
  // Where there is a subject it names the federation, whatever else is known later.
  const given = subjectKind(declaration.subject);
  if (given !== undefined) return registerAs(given) ?? {};
  whenKnown(making.kind, registerAs);
  return {};
}

/** What a federation adds to the policies of its workloads' roles; for most nothing. */
export function ownStatements(
  subject: string,
  declaration: Federated,
): pulumi.Output<readonly object[]> | readonly object[] {
  const given = subjectKind(declaration.subject);
  // Where nothing is added the policy rests on no federation, which may be known later.
  if (given === undefined || federations[given].statements === undefined) return [];
  return bySubject(
    subject,
    declaration,
    (place, workload, block) =>
      federations[place.kind].statements?.(subject, place, workload, block) ?? [],
  );
}

/** Where a service of AWS has a tool, as its reference has it; nothing of a tool that no gateway fronts. */
export function serviceArnOf(
  subject: string,
  declaration: Federated,
): { serviceArn?: pulumi.Input<string> } {
  const given = subjectKind(declaration.subject);
  if (given === undefined || federations[given].fronted === undefined) return {};
  const serviceArn = bySubject(
    subject,
    declaration,
    (place, workload, block) =>
      federations[place.kind].fronted?.arn(subject, place, workload, block) ?? "",
  );
  return { serviceArn };
}

function bySubject<R>(
  subject: string,
  { name, tenant, provenBy: federation, subject: given }: Federated,
  take: (
    place: KnownFederation,
    workload: { readonly tenant: string; readonly name: string },
    block: object,
  ) => R,
): R | pulumi.Output<R> {
  const resting = { tenant: part(tenant, (ref) => ref.name), federation, given };
  return derive(resting, (known) => {
    const place = readFederation(subject, known.federation);
    // A subject of another kind is refused where trust is made.
    return take(place, { tenant: known.tenant, name }, blockOf(known.given, place.kind) ?? {});
  });
}
