import type { Finding } from "../../findings/finding";
import { declared } from "../../domain/native/as-classic";
import type { Resource, SnapshotNote } from "../../../core/snapshot/resource";
import { Causes } from "./causes";
import { hasOpenPlace, openPlacesOf, textOfPath, type OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import { possibleValuesOf, type PossibleValue } from "./hypothesis";
import { hypotheses } from "./hypotheses";
import { HypothesisText } from "./hypothesis-text";
import {
  JudgedValues,
  onlyIn,
  inPairsOf,
  inTurnOf,
  changedIn,
  type Opened,
  type Judged,
} from "./judged-values";

/** How often all places of a stack take their next value at once, where these are too many to be tried alone. */
export const mostJudgedValues = 12;

/** How many values are tried alone, and then beside each value of each other place; of a large stack fewer. */
export const mostInPairs = 48;

/** How many resources the stacks of each of the two have in all, and those that are judged to find out which values decide. */
export const mostJudgedInPairs = 20_000;

/** The result of trying possible values. */
export interface Outcome {
  /** The former findings, with the property that decides each where a trial shows it. */
  readonly reported: readonly Finding[];
  /** Violations that a possible value would cause. */
  readonly findings: readonly Finding[];
  /** Places with values that were not tried, each in a sentence. */
  readonly notes: readonly SnapshotNote[];
}

/**
 * Judges the possible values of unknown properties.
 *
 * A rule reports an unknown value in what it looks at. An unknown name elsewhere hides what calls or assumes what. So the rule
 * runs again with each value that the rest of the stack names.
 *
 * A violation that such a value would remove is undetermined.
 *
 * @param reported the findings without any possible value
 * @param closed the closed rules: nothing removes a finding of an early one
 * @param judge judges the stack with some resources replaced
 */
export async function hypothesize(
  stack: StackView,
  reported: readonly Finding[],
  closed: ReadonlySet<string>,
  judge: (resources: readonly Resource[]) => Promise<Judged>,
): Promise<Outcome> {
  const opened = openedOf(stack);
  if (opened.length === 0) return { reported, findings: [], notes: [] };
  const size = stack.resources.length;
  const more = Math.min(mostInPairs, Math.floor(mostJudgedInPairs / size));
  const judgedValues = new JudgedValues((possibleValues) => judge(changedIn(possibleValues)));
  const only = onlyIn(opened, more);
  const first = only ?? inTurnOf(opened, mostJudgedValues);
  const hypothesisText = new HypothesisText(
    reported,
    closed,
    stack,
    new Causes(judgedValues, more),
  );
  for (const possibleValues of [...first, ...inPairsOf(opened, more)]) {
    await hypothesisText.of(possibleValues, await judgedValues.judged(possibleValues));
  }
  return {
    ...hypothesisText.outcome(),
    notes: opened.flatMap(({ place, possible: supposed }) =>
      only === undefined && supposed.length > first.length ? [noteOf(place)] : [],
    ),
  };
}

/** Whether there may be any value to try. */
export function mayHypothesize(resources: readonly Resource[]): boolean {
  return resources.some(
    (resource) =>
      resource.notInUpdate !== true &&
      hypotheses.some(({ types }) => types.test(resource.type)) &&
      hasOpenPlace(resource),
  );
}

function openedOf(stack: StackView): readonly Opened[] {
  return stack.resources.flatMap((resource) => {
    if (resource.notInUpdate === true || !hasOpenPlace(resource)) return [];
    const { type } = resource;
    const fitting = stack.once(`suppositions ${type}`, () =>
      hypotheses.filter(({ types }) => types.test(type)),
    );
    if (fitting.length === 0) return [];
    return [...openPlacesOf(resource)].flatMap((place): readonly Opened[] => {
      const having = fitting
        .map((each) => ({
          unique: each.unique === true,
          values: possibleValuesOf(place, each, stack),
        }))
        .filter(({ values }) => values.length > 0);
      if (having.length === 0) return [];
      const isUnique = having.some(({ unique }) => unique);
      // As many values as there are trials, and one more to show that there are more.
      const most = isUnique ? Infinity : mostInPairs + 1;
      const supposed = distinct(having, most);
      return [{ place, possible: supposed, unique: isUnique ? type : undefined }];
    });
  });
}

/** Values with different texts, in order of the first of each; of equal texts the last value. */
function distinct(
  having: readonly { readonly values: readonly PossibleValue[] }[],
  most: number,
): readonly PossibleValue[] {
  const found = new Map<string, PossibleValue>();
  for (const { values } of having) {
    for (const each of values) {
      if (found.size >= most && !found.has(each.sentence)) continue;
      found.set(each.sentence, each);
    }
  }
  return [...found.values()];
}

function noteOf({ resource: { urn, name, source }, path }: OpenPlace): SnapshotNote {
  return {
    kind: "not-read",
    message: `\`${declared({ urn, property: textOfPath(path) }).property}\` of \`${name}\` is not known, and may be more of what the stack names than was tried`,
    urn,
    ...(source && { source }),
  };
}
