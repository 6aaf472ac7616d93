import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../argument-error";
import { kindIn, readFederation, type KnownFederation } from "../federation";
import type { Place } from "../federations/place";
import { part } from "../known";
import type { TenantRef } from "../tenant";
import { checkChoice, namedIn, type NamedFederation } from "../tenant-federations";

/** Where a gateway is, and whether its tenant has runtimes of AgentCore. */
interface Serving {
  readonly place: Place;
  readonly hasRuntimes: boolean;
}

const kinds: readonly string[] = ["lambda", "agentCore"];

const fronts =
  "a gateway fronts functions of AWS Lambda or runtimes of Bedrock AgentCore; give a tenant whose federation is `lambda` or `agentCore`";

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
          ? `none of the tenant's federations is \`lambda\` or \`agentCore\`, and ${fronts}`
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
  federations: readonly pulumi.Unwrap<NamedFederation>[],
  chosen: string | undefined,
): Serving {
  const places = federations.flatMap(({ name, federation }) => {
    const known = readFederation(subject, federation);
    return isPlace(known) ? [{ name, place: known }] : [];
  });
  const [first, ...others] = places.filter(({ name }) => chosen === undefined || name === chosen);
  if (first === undefined) throw argumentError(subject, fronts);
  if (others.every(({ place }) => place.region === first.place.region)) {
    return {
      place: first.place,
      hasRuntimes: places.some(({ place }) => place.kind === "agentCore"),
    };
  }
  const choices = places.map(({ name }) => `\`${String(name)}\``).join(", ");
  throw argumentError(
    subject,
    `federation is missing, and the tenant has functions or runtimes in several regions; give one of ${choices}`,
  );
}

function isPlace(
  known: KnownFederation,
): known is KnownFederation & { kind: "lambda" | "agentCore" } {
  return kinds.includes(known.kind);
}
