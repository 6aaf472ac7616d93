import { arnOfText } from "../../domain/paths/access/known-arn";
import { kindOfType } from "../../domain/paths/access/kinds";
import { isAccountId, parseArn } from "../../../core/arn";
import { awsTypes } from "../../../core/aws/types";
import { knownString, listAt } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";

/** What one resource reveals of the place where its provider works. */
interface Revealed {
  readonly account?: string;
  readonly region?: string;
}

const nothing: Revealed = {};

/** How many resources reveal an account or region. */
type Counts = Map<string, number>;

/** Keeps where providers work, as far as their own resources reveal it. */
export class RevealedPlaces {
  readonly #byProvider = new Map<string, { accounts: Counts; regions: Counts }>();
  readonly #byResource = new Map<Urn, Revealed>();
  /** What readers are shown of a provider's place; another object once it is another place. */
  readonly #shown = new Map<string, Resource>();

  /** Takes in what a resource reveals of the place of its provider. */
  remember(provider: string, resource: Resource): void {
    const now = revealedBy(resource);
    const before = this.#byResource.get(resource.urn) ?? nothing;
    if (now.account === before.account && now.region === before.region) return;
    this.#byResource.set(resource.urn, now);
    let place = this.#byProvider.get(provider);
    if (place === undefined) {
      place = { accounts: new Map(), regions: new Map() };
      this.#byProvider.set(provider, place);
    }
    const { accounts, regions } = place;
    const isOther = [
      count(accounts, now.account, 1),
      count(regions, now.region, 1),
      count(accounts, before.account, -1),
      count(regions, before.region, -1),
    ];
    if (isOther.includes(true)) this.#shown.delete(provider);
  }

  /**
   * The location of a provider, as a resource with it as inputs; no account or region where resources contradict each other.
   */
  of(provider: string): Resource {
    let shown = this.#shown.get(provider);
    if (shown === undefined) {
      const { accounts, regions } = this.#byProvider.get(provider) ?? {};
      const [account, region] = [onlyIn(accounts), onlyIn(regions)];
      shown = {
        ...nowhere,
        urn: placeUrn(provider),
        inputs: {
          ...(account !== undefined && { account }),
          ...(region !== undefined && { region }),
        },
      };
      this.#shown.set(provider, shown);
    }
    return shown;
  }

  /** Those of which resources reveal something. */
  providers(): readonly string[] {
    return [...this.#byProvider.keys()];
  }

  /** The location that a name of {@link RevealedPlaces.of} represents; undefined for other URNs. */
  at(urn: string): Resource | undefined {
    return urn.startsWith(prefix) ? this.of(urn.slice(prefix.length)) : undefined;
  }
}

const prefix = "place:";

/** The stand-in for the location of a provider among URNs. */
function placeUrn(provider: string): string {
  return prefix + provider;
}

const nowhere: Resource = {
  urn: "",
  type: "place",
  name: "",
  custom: false,
  inputs: {},
  dependencies: [],
  propertyDependencies: {},
};

/** Counts a resource more or less; answers whether there is now another set of values. */
function count(counts: Counts, value: string | undefined, by: 1 | -1): boolean {
  if (value === undefined) return false;
  const now = (counts.get(value) ?? 0) + by;
  if (now > 0) counts.set(value, now);
  else counts.delete(value);
  return now === (by > 0 ? 1 : 0);
}

function onlyIn(values: ReadonlyMap<string, number> | undefined): string | undefined {
  const [only] = values?.keys() ?? [];
  return values?.size === 1 ? only : undefined;
}

/** What a resource reveals: by the ARN that AWS gave it, else by ARNs that can only be of its own account. */
function revealedBy(resource: Resource): Revealed {
  const given = placeOfArn(resource);
  if (given !== undefined) return given;
  for (const input of awsTypes.get(resource.type)?.ownAccountInputs ?? []) {
    for (const text of textsAt(resource, input)) {
      const parsed = parseArn(text);
      if (parsed.ok && isAccountId(parsed.arn.account)) return { account: parsed.arn.account };
    }
  }
  return {};
}

function placeOfArn({ type, inputs, outputs }: Resource): Revealed | undefined {
  const kind = outputs === undefined ? undefined : kindOfType(type);
  if (kind === undefined) return undefined;
  const text = knownString(outputs, kind.arnOutput);
  const arn = text === undefined ? undefined : arnOfText(kind, text);
  if (arn === undefined) return undefined;
  const { account = "", region = "" } = arn;
  return {
    ...(isAccountId(account) && { account }),
    // A name with a region of its own shows nothing of the provider's.
    ...(region !== "" && inputs["region"] === undefined && { region }),
  };
}

function textsAt({ inputs }: Resource, path: string): readonly string[] {
  const steps = path.split(".");
  const text = knownString(inputs, ...steps);
  return text === undefined
    ? listAt(inputs, ...steps).flatMap((each) => knownString(each) ?? [])
    : [text];
}
