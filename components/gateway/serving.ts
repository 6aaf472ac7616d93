import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import {
  federationKinds,
  federations,
  kindIn,
  readFederation,
} from "../federations/all-federations";
import type { Place } from "../federations/place";
import { part } from "../arguments/known";
import type { TenantRef } from "../tenant/tenant";
import { checkChoice, namedIn, type NamedFederation } from "../tenant/tenant-federations";

/** Where a gateway is, and whether its tenant has runtimes of AgentCore. */
interface Serving {
  readonly place: Place;
  readonly hasRuntimes: boolean;
}

const kinds = federationKinds.filter((kind) => federations[kind].fronted !== undefined);

const served = kinds.map((kind) => `\`${kind}\``).join(" or ");

const fronts = `a gateway fronts functions of AWS Lambda or runtimes of Bedrock AgentCore; give a tenant whose federation is ${served}`;

/**
 * The federations of a tenant whose workloads a gateway can front.
 *
 * The others are left out before their values are known: a gateway does not depend on them.
 */
export function servingFederations(
  subject: string,
  tenant: pulumi.Input<TenantRef>,
  chosen: string | undefined,
): pulumi.Input<readonly NamedFederation[]> {
  return part(tenant, (ref) =>
    part(namedIn(subject, ref), (all: readonly NamedFederation[]) => {
      if (chosen !== undefined) checkChoice(subject, all, chosen);
      const serving = all.filter(({ federation }) => kinds.includes(kindIn(subject, federation)));
      const isServed = serving.some(({ name }) => chosen === undefined || name === chosen);
      if (isServed) return serving;
      const given =
        all.find(({ name }) => name === chosen) ?? (all.length === 1 ? all[0] : undefined);
      throw argumentError(
        subject,
        given === undefined
          ? `none of the tenant's federations is ${served}, and ${fronts}`
          : `${called(given)} is \`${kindIn(subject, given.federation)}\`, and ${fronts}`,
      );
    }),
  );
}

function called({ name }: NamedFederation): string {
  return name === undefined ? "the tenant's federation" : `federation \`${name}\``;
}

/** Where a gateway is: in the region of the federation that it names, else in the only region that there is. */
export function readServing(
  subject: string,
  named: readonly pulumi.Unwrap<NamedFederation>[],
  chosen: string | undefined,
): Serving {
  const places = named.flatMap(({ name, federation }) => {
    const { kind, region, ...home } = readFederation(subject, federation);
    const is = federations[kind].fronted?.is;
    return is === undefined || region === undefined
      ? []
      : [{ name, is, place: { region, ...home } }];
  });
  const [first, ...others] = places.filter(({ name }) => chosen === undefined || name === chosen);
  if (first === undefined) throw argumentError(subject, fronts);
  if (others.every(({ place }) => place.region === first.place.region)) {
    return {
      place: first.place,
      hasRuntimes: places.some(({ is }) => is === "runtime"),
    };
  }
  const choices = places.map(({ name }) => `\`${String(name)}\``).join(", ");
  throw argumentError(
    subject,
    `federation is missing, and the tenant has functions or runtimes in several regions; give one of ${choices}`,
  );
}
