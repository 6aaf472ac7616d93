import { isDay } from "../../../core/day";
import { jsonSchemaOf, type JsonSchema } from "../../../yaml/json-schema";
import type { RecordShape, ValueOf } from "../../../yaml/shape";
import { rules } from "../../rules/index";
import { controlIds } from "./controls";

function isBlank(text: string): string | undefined {
  return text.trim() === "" ? "it has only spaces; write it in words" : undefined;
}

interface NamedAffected {
  readonly holder?: string;
  readonly holders?: readonly string[];
  readonly fingerprint?: string;
}

const waiver = {
  kind: "record",
  oneOrMore: ["thing", "fingerprint"],
  check: ({ holder, holders, fingerprint }: NamedAffected): string | undefined => {
    if (holders === undefined) return undefined;
    if (holder !== undefined) return "it has `holder` and `holders`; keep one";
    return fingerprint === undefined
      ? undefined
      : "a `fingerprint` names the finding of one workload; leave `holders` or it out";
  },
  fields: {
    rule: {
      about: "The rule whose finding is waived.",
      shape: { kind: "choice", values: rules.map((rule) => rule.id) },
      required: true,
    },
    thing: {
      about: "The shared or guilty thing, as a report names it, such as `acme/crm-key`.",
      shape: { kind: "text", wanted: "what the finding is about, such as `acme/crm-key`" },
    },
    holder: {
      about: "The workload that it affects, as a report names it, such as `acme/report-job`.",
      shape: { kind: "text", wanted: "the workload that it affects, such as `acme/report-job`" },
    },
    holders: {
      about: "Several workloads that it affects, each of which is waived, in place of `holder`.",
      shape: {
        kind: "list",
        of: { kind: "text", wanted: "a workload that it affects, such as `acme/report-job`" },
        wanted: "a list of the workloads that it affects, such as `acme/report-job`",
        least: 1,
      },
    },
    fingerprint: {
      about: "The finding's fingerprint, in place of names or beside them.",
      shape: {
        kind: "text",
        wanted: "the fingerprint in a JSON report",
        pattern: /^[0-9a-f]{32}$/,
        noun: "fingerprint",
        form: "32 characters of `0` to `9` and `a` to `f`",
      },
    },
    owner: {
      about: "Who answers for it: a team or a person.",
      shape: { kind: "text", wanted: "a team or a person", check: isBlank },
      required: true,
    },
    reason: {
      about: "Why the finding cannot be fixed yet.",
      shape: {
        kind: "text",
        wanted: "why the finding cannot be fixed yet",
        check: isBlank,
      },
      required: true,
    },
    ticket: {
      about: "Where the mending is followed up.",
      shape: {
        kind: "text",
        wanted: "the ticket under which it is fixed",
        check: isBlank,
      },
      required: true,
    },
    expires: {
      about: "The last day of the waiver, at most 90 days away, such as `2026-11-30`.",
      shape: {
        kind: "text",
        wanted: "the last day of the waiver",
        pattern: /^\d{4}-\d{2}-\d{2}$/,
        noun: "day",
        form: "written as `2026-11-30`",
        check: (text: string) =>
          isDay(text) ? undefined : "this is no day of the calendar; give one that there is",
      },
      required: true,
    },
    controls: {
      about: "What restricts the workload meanwhile; each has to be proven by the stack.",
      shape: {
        kind: "list",
        of: { kind: "choice", values: controlIds },
        wanted: "a list of controls, such as `network-policy`",
        least: 1,
      },
      required: true,
    },
  },
} as const satisfies RecordShape;

/** The shape of a waivers file. */
export const waiversShape = {
  kind: "record",
  fields: {
    waivers: {
      about: "Findings that an owner accepts until a date.",
      shape: { kind: "list", of: waiver, wanted: "a list of waivers", least: 0 },
      required: true,
    },
  },
} as const satisfies RecordShape;

/** A waiver as it is read. */
export type WrittenWaiver = ValueOf<typeof waiver>;

/** The JSON Schema of waivers files. */
export function waiversSchema(): JsonSchema {
  return jsonSchemaOf("Waivers of agentid", waiversShape);
}
