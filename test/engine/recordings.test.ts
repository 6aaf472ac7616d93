import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Secret, Unknown, isList, isRecord } from "../../core/snapshot/value";
import type { Urn, Value } from "../../core/snapshot/value";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { inProgramHost } from "../support/program-host";

/** A recorded resource as the program sent it and the engine answered. */
interface Registered {
  readonly urn: Urn;
  readonly type: string;
  readonly parent: string;
  readonly custom: boolean;
  readonly remote: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: Readonly<Record<string, readonly Urn[]>>;
  readonly additionalSecretOutputs: readonly string[];
}

interface Analyzed {
  readonly urn: Urn;
  readonly type: string;
  readonly parent: string;
  readonly provider: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Recording {
  readonly program: string;
  readonly config: Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>;
  readonly registered: readonly Registered[];
  readonly read: readonly { readonly urn: Urn }[];
  readonly outputs: readonly {
    readonly urn: Urn;
    readonly outputs: Readonly<Record<string, unknown>>;
  }[];
  readonly invoked: readonly {
    readonly token: string;
    readonly arguments: Readonly<Record<string, unknown>>;
    readonly return: Readonly<Record<string, unknown>>;
  }[];
  readonly analyzed: readonly Analyzed[];
}

/**
 * Permitted differences of an offline preview and the real one, with the reason. A difference is allowed only where `holds`
 * returns so for the two values; a value that is unknown in the real preview is never known offline.
 */
const ALLOWED: readonly {
  readonly reason: string;
  readonly holds: (offline: unknown, real: unknown) => boolean;
}[] = [
  {
    reason:
      "the AWS provider makes up a name before a preview; offline what comes of it is unknown",
    holds: (offline, real) =>
      isUnknownMark(offline) && typeof real === "string" && /-[0-9a-f]{7}\b/.test(real),
  },
  {
    reason: "the AWS provider fills in its defaults before a preview; offline they are unknown",
    holds: (offline, real) => isUnknownMark(offline) && isDefault(real),
  },
  {
    reason:
      "the SDK makes one unknown of a policy with an unknown part; offline its other parts are known",
    holds: (offline, real) =>
      isPlainRecord(offline) &&
      "Statement" in offline &&
      (isUnknownMark(real) || (typeof real === "string" && fits(offline, JSON.parse(real)))),
  },
  {
    reason:
      "the wire marks nothing that is not known as secret; offline what stands in a place for secrets will be one",
    holds: (offline, real) =>
      isUnknownMark(real) &&
      isPlainRecord(offline) &&
      isDeepStrictEqual(Object.keys(offline), ["$secret"]) &&
      isUnknownMark(offline["$secret"]),
  },
  {
    reason:
      "the SDK makes one secret of a map in a place for secrets; offline each value of it is one, so that it shows which the program holds in clear",
    holds: (offline, real) =>
      isPlainRecord(real) &&
      "$secret" in real &&
      isPlainRecord(offline) &&
      Object.values(offline).every((item) => isHidden(item)) &&
      isDeepStrictEqual(real["$secret"], wholly(offline)),
  },
  {
    reason: "an offline preview never uses the value of secret configuration",
    holds: (offline, real) =>
      isPlainRecord(real) &&
      "$secret" in real &&
      (isUnknownMark(offline) || (isPlainRecord(offline) && isUnknownMark(offline["$secret"]))),
  },
  {
    reason:
      "the Kubernetes provider chooses the digits of a name; offline they follow from the URN",
    holds: (offline, real) =>
      typeof offline === "string" &&
      typeof real === "string" &&
      offline.replace(/-[0-9a-f]{8}$/, "") === real.replace(/-[0-9a-f]{8}$/, ""),
  },
];

/** Resources of the real preview that an offline one does not make: the engine's provider for its own functions. */
const ENGINE_PROVIDER = "pulumi:providers:pulumi";

const RECORDINGS = join(__dirname, "../recordings");
const PROGRAMS = join(__dirname, "../programs");

const recordings = readdirSync(RECORDINGS)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(join(RECORDINGS, file), "utf8")) as Recording)
  .map((recording) => ({
    ...recording,
    analyzed: recording.analyzed.filter(({ type }) => type !== ENGINE_PROVIDER),
  }));

describe("an offline preview against the recorded preview of the real engine", () => {
  inProgramHost();

  for (const recording of recordings) {
    describe(recording.program, () => {
      let snapshot: Snapshot;
      before(async () => {
        snapshot = await preview(recording);
      });

      it("has the same resources", () => {
        const expected = [...recording.analyzed, ...recording.read].map(({ urn }) => urn);
        assert.deepEqual(snapshot.resources.map(({ urn }) => urn).sort(), expected.sort());
      });

      it("has the same parents, providers, dependencies and property dependencies", () => {
        const providers = new Map(recording.analyzed.map(({ urn, provider }) => [urn, provider]));
        for (const registered of recording.registered) {
          const resource = find(snapshot, registered.urn);
          assert.deepEqual(
            {
              type: resource.type,
              custom: resource.custom,
              parent: resource.parent ?? "",
              provider: resource.provider ?? "",
              dependencies: [...resource.dependencies].sort(),
              propertyDependencies: sortedLists(resource.propertyDependencies),
            },
            {
              type: registered.type,
              custom: registered.custom,
              parent: registered.parent,
              provider: providers.get(registered.urn) ?? "",
              dependencies: registered.dependencies,
              propertyDependencies: sortedLists(registered.propertyDependencies),
            },
            registered.urn,
          );
        }
      });

      it("has the same inputs, with unknowns and secrets in the same places", () => {
        const analyzed = new Map(recording.analyzed.map((entry) => [entry.urn, entry]));
        for (const registered of recording.registered) {
          const resource = find(snapshot, registered.urn);
          // Completions of inputs by the Kubernetes provider and the engine that are implemented offline too.
          const completed = /^(kubernetes|pulumi:providers):/.test(registered.type);
          const isRendered = registered.remote || !registered.custom;
          const entry = analyzed.get(registered.urn);
          const real =
            completed && !isRendered && entry !== undefined ? entry.properties : registered.inputs;
          for (const [key, sent] of Object.entries(real)) {
            const value = printedPolicy(sent, entry?.properties[key]) ?? sent;
            const waitingFor = registered.propertyDependencies[key] ?? [];
            assert.ok(key in resource.inputs, `${registered.urn} ${key}`);
            compare(plain(resource.inputs[key] ?? null), expectedOf(value, waitingFor), [
              registered.urn,
              key,
            ]);
          }
          assert.deepEqual(Object.keys(resource.inputs).sort(), Object.keys(real).sort());
        }
      });

      it("has the same inputs of resources that a plugin makes", () => {
        const sent = new Set(recording.registered.map(({ urn }) => urn));
        for (const analyzed of recording.analyzed.filter(({ urn }) => !sent.has(urn))) {
          const resource = find(snapshot, analyzed.urn);
          assert.deepEqual(
            { provider: resource.provider ?? "", parent: resource.parent ?? "" },
            { provider: analyzed.provider, parent: analyzed.parent },
          );
          assert.deepEqual(plain(resource.inputs), expectedOf(analyzed.properties, []));
        }
      });

      it("have no output that the real preview does not have", () => {
        for (const { urn, outputs } of recording.outputs) {
          const offline = find(snapshot, urn).outputs ?? {};
          for (const [key, value] of Object.entries(outputs)) {
            compare(plain(offline[key] ?? null, false), expectedOf(value, undefined), [urn, key]);
          }
        }
      });
    });
  }
});

async function preview(recording: Recording): Promise<Snapshot> {
  const result = await previewProgram({
    directory: join(PROGRAMS, recording.program),
    config: Object.fromEntries(
      Object.entries(recording.config).map(([key, { value }]) => [key, value]),
    ),
    secretConfig: Object.entries(recording.config).flatMap(([key, { secret }]) =>
      secret ? [key] : [],
    ),
    // Only what reads the cloud is recorded; pure functions are computed.
    functions: recording.invoked
      .filter(({ token }) => token.startsWith("aws:index/"))
      .map((call) => ({ token: call.token, args: call.arguments, result: call.return })),
  });
  assert.ok(result.kind === "snapshot", JSON.stringify(result));
  assert.deepEqual(result.snapshot.notes, []);
  return result.snapshot;
}

function find(snapshot: Snapshot, urn: Urn): Resource {
  const resource = snapshot.resources.find((candidate) => candidate.urn === urn);
  assert.ok(resource !== undefined, urn);
  return resource;
}

/** Fails where two values differ and {@link ALLOWED} does not list it. */
function compare(offline: unknown, real: unknown, path: readonly (string | number)[]): void {
  if (ALLOWED.some(({ holds }) => holds(offline, real))) return;
  if (Array.isArray(offline) && Array.isArray(real) && offline.length === real.length) {
    offline.forEach((item, index) => compare(item, real[index], [...path, index]));
    return;
  }
  if (isPlainRecord(offline) && isPlainRecord(real)) {
    assert.deepEqual(Object.keys(offline).sort(), Object.keys(real).sort(), path.join(" "));
    for (const key of Object.keys(real)) compare(offline[key], real[key], [...path, key]);
    return;
  }
  assert.deepEqual(offline, real, path.join(" "));
}

/** A map of secrets as the SDK makes one secret of it: unknown as a whole where one of them is. */
function wholly(secrets: Readonly<Record<string, unknown>>): unknown {
  const opened = Object.entries(secrets).map(([key, item]) => {
    return [key, isPlainRecord(item) && "$secret" in item ? item["$secret"] : item] as const;
  });
  return opened.find(([, item]) => isUnknownMark(item))?.[1] ?? Object.fromEntries(opened);
}

function isHidden(value: unknown): boolean {
  return isUnknownMark(value) || (isPlainRecord(value) && "$secret" in value);
}

/** A value as comparable data: unknowns with what they wait for, secrets opened and marked. */
function plain(value: Value, withWaits = true): unknown {
  if (value instanceof Unknown) {
    const mark = { $unknown: withWaits ? [...value.dependsOn].sort() : true };
    return value.secret ? { $secret: mark } : mark;
  }
  if (value instanceof Secret) return { $secret: plain(value.revealForComparison(), withWaits) };
  if (isList(value)) return value.map((item) => plain(item, withWaits));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plain(item, withWaits)]),
  );
}

/** A recorded value as {@link plain} gives it. */
function expectedOf(value: unknown, waitingFor: readonly Urn[] | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => expectedOf(item, waitingFor));
  if (!isPlainRecord(value)) return value;
  if (value["$unknown"] === true)
    return { $unknown: waitingFor === undefined ? true : [...waitingFor].sort() };
  if ("$secret" in value) return { $secret: expectedOf(value["$secret"], waitingFor) };
  if ("$asset" in value) return expectedOf(value["$asset"], waitingFor);
  if ("$archive" in value) return expectedOf(value["$archive"], waitingFor);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expectedOf(item, waitingFor)]),
  );
}

/** A policy sent as an object is printed by the AWS provider, which both previews show. */
function printedPolicy(sent: unknown, analyzed: unknown): string | undefined {
  return isPlainRecord(sent) && typeof analyzed === "string" ? analyzed : undefined;
}

/** Whether a document is another with unknowns in the place of some of its values. */
function fits(partial: unknown, whole: unknown): boolean {
  if (isUnknownMark(partial)) return true;
  if (Array.isArray(partial) && Array.isArray(whole)) {
    return partial.length === whole.length && partial.every((item, at) => fits(item, whole[at]));
  }
  if (!isPlainRecord(partial) || !isPlainRecord(whole)) return partial === whole;
  const keys = Object.keys(partial);
  return (
    keys.length === Object.keys(whole).length && keys.every((key) => fits(partial[key], whole[key]))
  );
}

function isUnknownMark(value: unknown): boolean {
  return isPlainRecord(value) && "$unknown" in value;
}

/** What the AWS provider sets of itself on the resources of the programs. */
function isDefault(value: unknown): boolean {
  return (
    [false, 3600, "/"].some((known) => known === value) ||
    (isPlainRecord(value) && "tenant" in value)
  );
}

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortedLists(lists: Readonly<Record<string, readonly Urn[]>>): Record<string, Urn[]> {
  return Object.fromEntries(
    Object.entries(lists)
      .filter(([, urns]) => urns.length > 0)
      .map(([key, urns]) => [key, [...urns].sort()]),
  );
}
