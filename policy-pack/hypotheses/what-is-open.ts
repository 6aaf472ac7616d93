import type { Finding, Subject } from "../../core/finding";
import type { At } from "../../core/graph/fact-values";
import { read } from "../../core/snapshot/read";
import type { SnapshotNote } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { isAt, openPlacesOf, textOfPath, type OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";

/** Most places that one finding names; a cluster that is not made yet leaves open what waits for it in every object. */
const mostNamed = 4;

/** How to make known what a provider function gives, offline. */
const answering =
  "where it comes from a provider function, record its answer under `functions` in agentid.yaml";

/**
 * The findings, with the properties that what is undetermined rests on, where a finding points at something else.
 *
 * A rule about a binding points at the binding; what is not known stands in the role that it gives. It is told by what both
 * wait for: of what a finding concerns first, then of any resource, and of what is waited for. What waits for nothing that is known is told of
 * what a finding concerns alone. Where functions had no answer, that may be what is missing, and how to give one is said.
 */
export function tellingWhatIsOpen(
  findings: readonly Finding[],
  stack: StackView,
  notes: readonly SnapshotNote[],
): readonly Finding[] {
  if (findings.every(({ verdict }) => verdict === "violated")) return findings;
  const places = new Places(stack);
  if (places.isEmpty) return findings;
  const hasUnanswered = notes.some(({ kind }) => kind === "unanswered-function");
  return findings.map((finding) => {
    if (finding.verdict === "violated") return finding;
    const pointedAt = placesAt(finding, places);
    const others = finding.dependsOn.filter(
      (urn) => !pointedAt.some(({ dependsOn }) => dependsOn.includes(urn)),
    );
    const isWhole = pointedAt.length > 0 && others.length === 0;
    const rest = { ...finding, dependsOn: others };
    const open = isWhole ? [] : openOf(rest, places, stack).slice(0, mostNamed);
    const mayBeAnswered = hasUnanswered && [...pointedAt, ...open].some(dependsOnNothing);
    return {
      ...finding,
      ...(open.length > 0 && finding.open === undefined && { open: open.map(placeOf) }),
      ...(mayBeAnswered && { fix: `${finding.fix}; ${answering}` }),
    };
  });
}

function placeOf({ resource, path }: OpenPlace): At {
  return { urn: resource.urn, property: textOfPath(path) };
}

/** The open places that a finding rests on and points at. */
function placesAt(finding: Finding, places: Places): readonly OpenPlace[] {
  return places
    .of(finding.at.urn)
    .filter((place) => isFitting(finding, place) && isAt(finding, place));
}

/** Whether a finding waits for what a place waits for. */
function isFitting({ dependsOn }: Finding, place: OpenPlace): boolean {
  if (dependsOn.length > 0) return place.dependsOn.some((urn) => dependsOn.includes(urn));
  return dependsOnNothing(place);
}

/** Whether a value that is not known says of no resource that it waits for it, whatever else its property waits for. */
function dependsOnNothing({ resource, path }: OpenPlace): boolean {
  const found = read(resource.inputs, ...path);
  return found.kind === "unknown" && found.dependsOn.length === 0;
}

/** The open places of a stack, by resource and by what they wait for. */
class Places {
  readonly #byResource = new Map<Urn, readonly OpenPlace[]>();
  readonly #byWaited = new Map<Urn, OpenPlace[]>();

  constructor({ resources }: StackView) {
    for (const resource of resources) {
      if (resource.notInUpdate === true) continue;
      const places = [...openPlacesOf(resource)];
      if (places.length > 0) this.#byResource.set(resource.urn, places);
      for (const place of places) for (const urn of place.dependsOn) this.#file(urn, place);
    }
  }

  get isEmpty(): boolean {
    return this.#byResource.size === 0;
  }

  of(urn: Urn): readonly OpenPlace[] {
    return this.#byResource.get(urn) ?? [];
  }

  waitingFor(urn: Urn): readonly OpenPlace[] {
    return this.#byWaited.get(urn) ?? [];
  }

  #file(urn: Urn, place: OpenPlace): void {
    const filed = this.#byWaited.get(urn);
    if (filed === undefined) this.#byWaited.set(urn, [place]);
    else filed.push(place);
  }
}

/** What a finding rests on where it points at none of it, nearest first. */
function openOf(finding: Finding, places: Places, stack: StackView): readonly OpenPlace[] {
  const near = concernedBy(finding, stack).flatMap((urn) =>
    places.of(urn).filter((place) => isFitting(finding, place)),
  );
  if (near.length > 0) return near;
  const { dependsOn } = finding;
  const alike = dependsOn.flatMap((urn) => places.waitingFor(urn));
  return [...new Set([...alike, ...dependsOn.flatMap((urn) => places.of(urn))])];
}

/** The resources that a finding concerns, by whatever name of them. */
function concernedBy(
  { at, about, holder, related, chain }: Finding,
  { graph }: StackView,
): readonly Urn[] {
  const subjects: readonly (Subject | undefined)[] = [
    about,
    holder,
    ...related,
    ...chain.flatMap(({ from, to }) => [from, to]),
  ];
  const names = new Set(subjects.flatMap((subject) => subject?.name ?? []));
  const urns = [...names].flatMap((name) =>
    graph
      .namesOf(name)
      .filter((spelling) => spelling.startsWith("urn:"))
      .sort(),
  );
  return [...new Set([at.urn, ...urns, ...chain.flatMap((link) => link.at?.urn ?? [])])];
}
