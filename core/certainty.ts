import type { Urn } from "./snapshot/value";

/** What an unknown value depends on: it is known after these resources are created; none where nothing of the stack settles it. */
export interface Depends {
  readonly dependsOn: readonly Urn[];
}

/** A value that is unknown in a preview. */
export interface NotKnown extends Depends {
  readonly kind: "unknown";
}

/** Why something is not certain. The reason is a part of a message: lowercase, no final period. */
export interface Uncertainty extends Depends {
  readonly reason: string;
}

/** A value that is not known for the same cause as others; without any, for one that nothing of the stack settles. */
export function notKnown(...causes: readonly (Partial<Depends> | undefined)[]): NotKnown {
  return { kind: "unknown", dependsOn: dependenciesOf(causes) };
}

/** An uncertainty with the same causes as others. */
export function uncertain(
  reason: string,
  ...causes: readonly (Partial<Depends> | undefined)[]
): Uncertainty {
  return { reason, dependsOn: dependenciesOf(causes) };
}

/** All that several unknown values depend on, each once. */
function dependenciesOf(causes: readonly (Partial<Depends> | undefined)[]): readonly Urn[] {
  const [first] = causes;
  if (causes.length === 1) return first?.dependsOn ?? [];
  return [...new Set(causes.flatMap((each) => each?.dependsOn ?? []))];
}
