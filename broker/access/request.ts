import { isName } from "../../core/grants/request";
import { Refused } from "../refused";
import { isShort } from "../request/details";
import { strictJson } from "../request/strict-json";

/** Most properties and entries of a context of one evaluation. */
const mostFacts = 32;

/** An object of a request. */
export type Entity = Readonly<Record<string, unknown>>;

/** What a request asks of, read and checked. */
export interface Evaluation {
  readonly subject: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  /** `context.agent`, which makes it a request of COAZ; absent without one. */
  readonly agent?: string;
  /** Properties and context by their names. */
  readonly facts: Entity;
}

/** What a decision is asked of; throws {@link Refused}. */
export function evaluationOf(body: Entity): Evaluation {
  const subject = entityOf(body, "subject", ["type", "id"]);
  const action = entityOf(body, "action", ["name"]);
  const resource = entityOf(body, "resource", ["type", "id"]);
  const context = body["context"] ?? {};
  if (!isObject(context)) throw bad("`context` is an object");
  const agent = Object.hasOwn(context, "agent") ? textOf(context, "context", "agent") : undefined;
  const facts = new Map<string, unknown>();
  for (const given of [subject.properties, action.properties, resource.properties, context]) {
    for (const [key, value] of Object.entries(given)) {
      if (facts.has(key) && facts.get(key) !== value) {
        throw bad("a property is there with two values");
      }
      facts.set(key, value);
    }
  }
  if (facts.size > mostFacts) throw bad(`there are more than ${mostFacts} properties`);
  // It names the caller, and is no claim of a condition besides.
  if (agent !== undefined) facts.delete("agent");
  return {
    ...{ subject: subject.of("id"), action: action.of("name") },
    resource: { type: resource.of("type"), id: resource.of("id") },
    ...(agent !== undefined && { agent }),
    facts: Object.fromEntries(facts),
  };
}

interface ReadEntity {
  readonly properties: Entity;
  readonly of: (field: string) => string;
}

function entityOf(body: Entity, name: string, required: readonly string[]): ReadEntity {
  const entity = body[name];
  if (!isObject(entity)) throw bad(`\`${name}\` is an object`);
  const { properties = {} } = entity;
  if (!isObject(properties)) throw bad(`\`${name}.properties\` is an object`);
  const of = (field: string): string => textOf(entity, name, field);
  required.forEach(of);
  return { properties, of };
}

function textOf(entity: Entity, name: string, field: string): string {
  const value = entity[field];
  if (typeof value === "string" && isName(value) && isShort(value)) return value;
  throw bad(`\`${name}.${field}\` is a text of 1 to 512 characters that all show`);
}

/**
 * One of several, with the parts of the whole request that it has none of: each part is taken whole, and never merged (source:
 * Authorization API 1.0, Default values).
 */
export function withDefaults(defaults: Entity, each: unknown): Entity {
  if (!isObject(each)) throw bad("each of `evaluations` is an object");
  const parts = ["subject", "action", "resource", "context"];
  return Object.fromEntries(parts.map((part) => [part, each[part] ?? defaults[part]]));
}

/** The decision after which no further one is made (source: Authorization API 1.0, Evaluations Semantics); undefined for all. */
export function stopAt(options: unknown): boolean | undefined {
  const semantic = isObject(options) ? options["evaluations_semantic"] : undefined;
  switch (semantic) {
    case undefined:
    case "execute_all":
      return undefined;
    case "deny_on_first_deny":
      return false;
    case "permit_on_first_permit":
      return true;
    default:
      throw bad("`options.evaluations_semantic` is unknown");
  }
}

/** The object that a body is; throws {@link Refused}. */
export function bodyOf(text: string): Entity {
  try {
    const body = strictJson(text);
    if (isObject(body)) return body;
  } catch {
    // It is refused below.
  }
  throw bad("the body is a JSON object, with each name once");
}

function isObject(value: unknown): value is Entity {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The refusal of a malformed request. */
export function bad(sentence: string): Refused {
  return new Refused("invalid_request", sentence);
}
