import { sensitivities } from "../../../core/grants/grant";
import type { Aspect, Change, Stated } from "./change";
import type { Gain } from "./gained";
import { shownPattern, type Pattern, type Permission, type Test } from "./permission";
import { testText } from "./test-text";

/** Most names that a sentence lists. */
const mostNames = 3;

/** A change in one sentence, without a final period; hostile as the names in it are. */
export function sentenceOf(stated: Stated, holders: readonly string[]): string {
  return sentences[stated.aspect](stated, listed(holders));
}

/** Objects as people read them: of an ARN without region and account what it names. */
export function shownObject(pattern: Pattern): string {
  const text = shownPattern(pattern);
  return /^arn:[^:]*:[^:]*:::(.+)$/.exec(text)?.[1] ?? text;
}

/** Names as code, the first few of them: `` `a`, `b` and 3 more ``. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/** Conditions that all hold, the first few of them. */
function together(tests: readonly string[]): string {
  const more = tests.length - mostNames;
  const shown = tests.slice(0, mostNames).join(" and ");
  return more > 0 ? `${shown} and ${more} more hold` : shown;
}

const sentences: Readonly<Record<Aspect, (stated: Stated, who: string) => string>> = {
  may: ({ change, gain }, who) => {
    const what = `${listed(gain.actions.map(shownPattern))} on ${objectsOf(gain)}${exceptionsOf(gain.of)}`;
    if (change === "unknown") return `cannot verify whether ${who} can ${what} on both sides`;
    const verb = change === "wider" ? "can now" : "can no longer";
    return `${who} ${verb} ${what}${limitsOf(gain, change)}`;
  },
  denied: ({ change, gain }, who) => {
    const what = `${listed(gain.actions.map(shownPattern))} on ${objectsOf(gain)}${exceptionsOf(gain.of)}`;
    if (change === "unknown") return `cannot verify whether ${who} is denied ${what} on both sides`;
    const verb = change === "wider" ? "is no longer denied" : "is now denied";
    return `${who} ${verb} ${what}${conditionsText(gain.of.conditions)}`;
  },
  usedBy: ({ change, gain }, who) => {
    const isAssumed = gain.actions.every((each) => shownPattern(each) === assume);
    const verb = isAssumed ? "be assumed by" : "be used by";
    const actions = isAssumed ? "" : ` for ${listed(gain.actions.map(shownPattern))}`;
    const what = `${verb} ${objectsOf(gain)}${actions}`;
    if (change === "unknown") return `cannot verify whether ${who} can ${what} on both sides`;
    return `${who} ${change === "wider" ? "can now" : "can no longer"} ${what}${limitsOf(gain, change, "by")}`;
  },
  denies: ({ change, gain }, who) => {
    const { exceptActions = [], exceptObjects = [], conditions } = gain.of;
    const except = (all: readonly string[]): string =>
      all.length === 0 ? "" : ` except ${listed(all)}`;
    const what = `${listed(gain.actions.map(shownPattern))}${except(exceptActions.map(shownPattern))}`;
    const object = `${objectsOf(gain)}${except(exceptObjects.map(shownObject))}`;
    if (change === "unknown")
      return `cannot verify whether ${who} denies ${what} to ${object} on both sides`;
    return `${who} ${change === "wider" ? "no longer" : "now"} denies ${what} to ${object}${conditionsText(conditions)}`;
  },
  calls: ({ change, gain }, who) => {
    const tool = objectsOf(gain);
    const intents = listed(gain.actions.map(shownPattern));
    if (change === "unknown") {
      return `cannot verify whether ${who} can call ${tool} for ${intents} on both sides`;
    }
    if (gain.instead.kind === "conditions") {
      const [wide, narrow] = [gain.of.conditions ?? [], gain.instead.of.conditions ?? []];
      const words = limitWords(change, wide, narrow);
      if (words !== undefined) return `${who} ${words} to call ${tool} for ${intents}`;
      return `${who} can call ${tool} for ${intents}${limitsOf(gain, change)}`;
    }
    return `${who} ${change === "wider" ? "can now" : "can no longer"} call ${tool} for ${intents}`;
  },
};

/** The actions by which a role is assumed, by any credential. */
export const assume = "sts:AssumeRole*";

function objectsOf(gain: Gain): string {
  return listed(gain.objects.map(shownObject));
}

function exceptionsOf({ exceptActions = [], exceptObjects = [] }: Permission): string {
  const names = [...exceptActions.map(shownPattern), ...exceptObjects.map(shownObject)];
  return names.length === 0 ? "" : `, except ${listed(names)}`;
}

/** What the other side has instead, or the conditions. */
function limitsOf({ instead, of }: Gain, change: Change, at: "on" | "by" = "on"): string {
  switch (instead.kind) {
    case "nothing":
      return conditionsText(of.conditions);
    case "objects": {
      const objects = listed(instead.objects.map(shownObject));
      return `, ${change === "wider" ? "before" : "now"} only ${at} ${objects}${conditionsText(of.conditions)}`;
    }
    case "conditions": {
      const [own, others] = [of, instead.of].map((each) =>
        (each.conditions ?? []).map((each) => testText(each)),
      );
      const [ours, theirs] = [without(own, others), without(others, own)];
      const left = ours.length === 0 ? "" : ` if ${together(ours)}`;
      if (theirs.length === 0) return conditionsText(of.conditions);
      const isGone = change === "wider" && ours.length === 0;
      if (isGone) return ` without the condition that ${together(theirs)}`;
      return `${left}, ${change === "wider" ? "before" : "now"} only if ${together(theirs)}`;
    }
  }
}

function without(texts: readonly string[] = [], others: readonly string[] = []): readonly string[] {
  return texts.filter((each) => !others.includes(each));
}

function conditionsText(conditions: readonly Test[] = []): string {
  return conditions.length === 0 ? "" : ` if ${together(conditions.map((each) => testText(each)))}`;
}

/** How the limits of a call changed; undefined where none of these did. */
function limitWords(
  change: Change,
  wide: readonly Test[],
  narrow: readonly Test[],
): string | undefined {
  const isWider = change === "wider";
  const words = limits.flatMap(({ key, removed, added, text, shown }) => {
    const [more, less] = [valueOf(wide, key), valueOf(narrow, key)];
    if (less === undefined || !isMore(more, less)) return [];
    if (more === undefined) return [isWider ? removed : added];
    const [now, before] = isWider ? [more, less] : [less, more];
    return [`${text(now)} (before ${shown(before)})`];
  });
  return words.length === 0 ? undefined : words.join(" and ");
}

/** The limits of a call by the keys of their tests, with the readable texts for a removed, an added and a changed one. */
const limits: readonly {
  readonly key: string;
  readonly removed: string;
  readonly added: string;
  readonly text: (value: string) => string;
  readonly shown: (value: string) => string;
}[] = [
  {
    key: "approval",
    removed: "no longer needs approval",
    added: "now needs approval",
    text: (value) => `needs approval by ${value}`,
    shown: (value) => value,
  },
  {
    key: "decided",
    removed: "no longer needs a broker or gateway",
    added: "now needs a broker or gateway",
    text: (value) => value,
    shown: (value) => value,
  },
  {
    key: "sensitivity",
    removed: "can now use data of any sensitivity",
    added: "can now use only data of some sensitivity",
    text: (value) => `can now use ${levelIn(value)} data`,
    shown: levelIn,
  },
  {
    key: "seconds",
    removed: "now has any time",
    added: "now has limited time",
    text: (value) => `now has up to ${value} seconds`,
    shown: (value) => value,
  },
];

function levelIn(value: string): string {
  return sensitivities[Number(value)] ?? "any";
}

function isMore(more: string | undefined, less: string): boolean {
  if (more === undefined) return true;
  return /^\d+$/.test(more) && Number(more) > Number(less);
}

function valueOf(tests: readonly Test[], key: string): string | undefined {
  const test = tests.find((each) => each.key === key);
  return test === undefined ? undefined : test.values.map(shownPattern).join(", ");
}
