import * as assert from "node:assert/strict";
import { mocked, registered, type Registered } from "../support/registered";
import { withoutStackTraces } from "../support/stack-traces";
import { withoutWarnings } from "../support/warnings";
import { runs } from "../../support/runs";
import { accepted } from "./accepted";
import { baselines, type Baseline } from "./baselines";
import { everyArgument, placesIn, withValue, type Place } from "./places";

/** Values of a type that no argument of another type takes. */
const wrongTypes: Readonly<Record<string, readonly unknown[]>> = {
  text: [7, Number.NaN, true, null, ["a"], { a: 1 }, () => "a"],
  number: ["7", true, null, [7], {}, Number.NaN],
  flag: ["true", 1, null, [], {}],
  list: ["a", 7, true, null, {}, [null], [undefined]],
  map: ["a", 7, true, null, ["a"]],
  record: [
    "a",
    7,
    true,
    null,
    [{}],
    { [Symbol.iterator]: 1, notKnown: 1 },
    JSON.parse('{"__proto__":{}}'),
  ],
};

/** Arguments that may be zero. */
const mayBeNone: ReadonlySet<string> = new Set([
  "GrantCondition.atMost",
  "GrantCondition.atLeast",
  "BrokerLimits.drainSeconds",
]);

/** Numbers that no argument takes; each of the schema's has limits. */
const wrongNumbers = [-1, 0, 0.5, 1e308, Number.POSITIVE_INFINITY];

/** Texts with a meaning for careless authors of a document. */
const hostileTexts: Readonly<Record<string, string>> = {
  empty: "",
  space: " ",
  undefined: "undefined",
  "a prototype": "__proto__",
  "a constructor": "constructor",
  "a control character": "a\u0000b",
  "a line break": "a\nb",
  "an escape sequence": "a\u001b[2Jb",
  "10,000 characters": "x".repeat(10_000),
  "a wildcard": "*",
  "a variable": "${aws:username}",
  quotes: "\"'`",
  "an end of JSON": '"}]}',
  "other letters": "ü検索",
};

/** What is put behind a text that is fine. */
const hostileEnds: Readonly<Record<string, string>> = {
  "a wildcard": "*",
  "one character": "?",
  "a variable": "${aws:username}",
  "a line break": "\nx",
  "a control character": "\u0007",
  quotes: "\"'",
};

describe("hostile arguments", () => {
  withoutWarnings();
  withoutStackTraces();

  it("are put into declarations that are accepted and give every argument that the schema has", () => {
    const given = new Set<string>();
    for (const baseline of baselines) {
      assert.equal(answerTo(baseline, baseline.args), "accepted", baseline.name);
      for (const { argument } of placesIn(baseline.component, baseline.args)) given.add(argument);
    }
    assert.deepEqual(
      everyArgument.filter((argument) => !given.has(argument)),
      [],
    );
  });

  it("would be seen to be registered", async () => {
    for (const baseline of baselines) {
      const seen = mocked();
      baseline.make(baseline.args as never);
      await settled();
      assert.ok(seen().length > 0, baseline.name);
    }
  });

  it("of a wrong type are refused, by one sentence that names component and argument", async () => {
    await refuses((place) => wrongTypes[place.kind] ?? [], wrongTypeAnswer);
  });

  it("that are missing are refused, where they are required", async () => {
    await refuses((place) => (place.required ? [undefined] : []), wrongTypeAnswer);
  });

  it("that are numbers beyond their limits are refused", async () => {
    await refuses(
      ({ kind, argument }) =>
        kind === "number"
          ? wrongNumbers.filter(
              (each) =>
                (each !== 0 || !mayBeNone.has(argument)) &&
                (each !== -1 || argument !== "GrantCondition.atLeast"),
            )
          : [],
      anyAnswer,
    );
  });

  it("that are hostile texts are refused, unless they are as good as any other there", async () => {
    const taken = await takenOf(hostileTexts, (_, text) => text);
    isAccepted(taken, accepted.whole);
  });

  it("that end in hostile texts are refused, unless they are as good as any other there", async () => {
    const taken = await takenOf(hostileEnds, (value, end) => `${value}${end}`);
    isAccepted(taken, accepted.ends);
  });

  it("appear in no document as variable or wildcard, except in a document of the user", async () => {
    for (const { baseline, place } of textPlaces()) {
      if (accepted.inDocuments.includes(place.argument)) continue;
      for (const hostile of ["${aws:username}", "a*b", "a?b"]) {
        const args = withValue(baseline.args, place.keys, hostile);
        if (answerTo(baseline, args) !== "accepted") continue;
        const documents = documentsOf(await registered(() => void baseline.make(args as never)));
        assert.equal(documents.includes(hostile), false, `${baseline.name}: ${place.path}`);
      }
    }
  });
});

type Answer = (message: string, baseline: Baseline, place: Place) => void;

/** Puts values into each place that has not been tried in a declaration of the same component. */
async function refuses(values: (place: Place) => readonly unknown[], check: Answer): Promise<void> {
  const runs: ReturnType<typeof mocked>[] = [];
  for (const { baseline, place } of placesOnce()) {
    for (const value of values(place)) {
      runs.push(mocked());
      const message = refusal(baseline, withValue(baseline.args, place.keys, value));
      assert.ok(message !== undefined, `${baseline.name}: ${place.path} = ${String(value)}`);
      check(message, baseline, place);
    }
  }
  await settled();
  assert.deepEqual(
    runs.flatMap((seen) => seen()),
    [],
  );
}

type Taken = Readonly<Record<string, readonly string[]>>;

/** What some declarations accept is a part of what all accept. */
function isAccepted(taken: Taken, ofAll: Taken): void {
  const here = Object.fromEntries(
    Object.entries(ofAll)
      .filter(([argument]) => taken[argument] !== undefined)
      .map(([argument, names]) => [
        argument,
        names.filter((name) => taken[argument]?.includes(name)),
      ]),
  );
  assert.deepEqual(taken, runs(here, ofAll));
}

/** Which of some texts are accepted, by the argument. */
async function takenOf(
  hostile: Readonly<Record<string, string>>,
  valueOf: (value: string, hostile: string) => string,
): Promise<Taken> {
  const taken = new Map<string, Set<string>>();
  const refused: ReturnType<typeof mocked>[] = [];
  let declared = 0;
  for (const { baseline, place } of textPlaces()) {
    for (const [name, text] of Object.entries(hostile)) {
      const given = valueOf(valueAt(baseline, place), text);
      const args = withValue(baseline.args, place.keys, given);
      const seen = mocked();
      const answer = refusal(baseline, args);
      declared += 1;
      // What is accepted is registered, and a thousand running ones are slow to collect around.
      if (declared % 50 === 0) await settled();
      if (answer !== undefined) {
        isClear(answer, baseline, place);
        refused.push(seen);
        continue;
      }
      const names = taken.get(place.argument) ?? new Set();
      taken.set(place.argument, names.add(name));
    }
  }
  await settled();
  assert.deepEqual(
    refused.flatMap((seen) => seen()),
    [],
  );
  return Object.fromEntries(
    [...taken]
      .map(([argument, names]) => [argument, [...names].sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

interface PlaceIn {
  readonly baseline: Baseline;
  readonly place: Place;
}

function everyPlace(): readonly PlaceIn[] {
  return baselines.flatMap((baseline) =>
    placesIn(baseline.component, baseline.args).map((place) => ({ baseline, place })),
  );
}

/** The first place of each kind of each argument. */
function placesOnce(places = everyPlace()): readonly PlaceIn[] {
  const first = new Map<string, PlaceIn>();
  for (const each of places) {
    const key = `${each.place.argument} ${each.place.kind}`;
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}

/** A part of a manifest, whose mistakes have their location in it, as its own tests show. */
const ofManifests = ["AgentStack.text", "AgentStack.values"];

/** Each argument that takes a text, in one declaration; in the fuzz run in each declaration. */
function textPlaces(): readonly PlaceIn[] {
  const places = everyPlace().filter(
    ({ baseline, place }) =>
      place.kind === "text" &&
      !ofManifests.includes(place.argument) &&
      typeof valueAt(baseline, place) === "string",
  );
  return runs(placesOnce(places), places);
}

function valueAt({ args }: Baseline, { keys }: Place): string {
  return keys.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string | number, unknown>>)[key],
    args,
  ) as string;
}

function refusal({ make }: Baseline, args: unknown): string | undefined {
  try {
    make(args as never);
    return undefined;
  } catch (error) {
    return `${error instanceof TypeError ? "TypeError: " : ""}${(error as Error).message}`;
  }
}

function answerTo(baseline: Baseline, args: unknown): string {
  mocked();
  return refusal(baseline, args) ?? "accepted";
}

/** Allows earlier requests to reach the engine. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
}

const wrongTypeAnswer: Answer = (message, baseline, place) => {
  isClear(message, baseline, place);
  const words = ["is ", "is no reference to ", "is missing", "is not known", "is an output"];
  assert.ok(words.some((word) => message.includes(` ${word}`)) && message.includes("; "), message);
};

const anyAnswer: Answer = (message, baseline, place) => {
  isClear(message, baseline, place);
};

/** One sentence that names the component and, by its path or its last word, the argument. */
function isClear(message: string, { subject, name }: Baseline, { path, keys }: Place): void {
  const what = `${name}, ${path}: ${message}`;
  const prefix = `${subject}: `;
  assert.ok(message.startsWith(prefix), what);
  const sentence = message.slice(prefix.length);
  assert.match(sentence, /^[^\n]{1,900}[^.\n]$/, what);
  assert.match(sentence, /; |, so /, what);
  const words = keys.filter((key) => typeof key === "string");
  const last = words.at(-1) ?? "";
  const singular = last.replace(/s$/, "");
  assert.ok(words.some((word) => sentence.includes(word)) || sentence.includes(singular), what);
}

/** All policy documents that were registered. */
function documentsOf(resources: readonly Registered[]): string {
  return resources
    .filter(({ type }) => type.startsWith("aws:"))
    .flatMap(({ inputs }) =>
      [inputs["assumeRolePolicy"], inputs["policy"]].filter((text) => typeof text === "string"),
    )
    .join("\n");
}
