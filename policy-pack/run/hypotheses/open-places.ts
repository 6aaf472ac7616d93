import type { Finding, Subject } from "../../findings/finding";
import type { At } from "../../facts/fact-values";
import { read } from "../../../core/snapshot/read";
import type { SnapshotNote } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import { isAt, openPlacesOf, textOfPath, type OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";

/** Most places that one finding names: a cluster that is still to be created leaves a place open in every object. */
const mostNamed = 4;

/** How to supply the result of a provider function offline. */
const answering =
  "where it comes from a provider function, record its answer under `functions` in agentid.yaml";

/**
 * The findings, with the unknown properties that each depends on, if its location is another one.
 *
 * A rule about a binding points at the binding, but the unknown value is in its role. Both have the same dependencies: places of
 * what a finding concerns come first, then those of any resource, then those of the dependencies. A finding without
 * dependencies names places of what it concerns only. If functions had no answer, the fix names the file to record it in.
 */
export function withOpenPlaces(
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

/** The open places that a finding depends on and points at. */
function placesAt(finding: Finding, places: Places): readonly OpenPlace[] {
  return places
    .of(finding.at.urn)
    .filter((place) => isFitting(finding, place) && isAt(finding, place));
}

/** Whether a finding and a place share a dependency. */
function isFitting({ dependsOn }: Finding, place: OpenPlace): boolean {
  if (dependsOn.length > 0) return place.dependsOn.some((urn) => dependsOn.includes(urn));
  return dependsOnNothing(place);
}

/** Whether an unknown value has no dependency of its own, whatever its property depends on. */
function dependsOnNothing({ resource, path }: OpenPlace): boolean {
  const found = read(resource.inputs, ...path);
  return found.kind === "unknown" && found.dependsOn.length === 0;
}

/** The open places of a stack, by resource and by dependency. */
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

/** The places that a finding depends on and does not point at, nearest first. */
function openOf(finding: Finding, places: Places, stack: StackView): readonly OpenPlace[] {
  const near = concernedBy(finding, stack).flatMap((urn) =>
    places.of(urn).filter((place) => isFitting(finding, place)),
  );
  if (near.length > 0) return near;
  const { dependsOn } = finding;
  const alike = dependsOn.flatMap((urn) => places.waitingFor(urn));
  return [...new Set([...alike, ...dependsOn.flatMap((urn) => places.of(urn))])];
}

/** The resources that a finding concerns, by any of their names. */
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
