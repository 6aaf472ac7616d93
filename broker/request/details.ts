import { sensitivities, type CallRequest, type Sensitivity } from "../../core/grants/grant";
import { isName, isSeconds, isText, isWhole, provenKeys } from "../../core/grants/request";
import { showsWhole } from "../../core/visible";
import { Refused } from "../refused";
import { RepeatedName, strictJson } from "./strict-json";

/** Most seconds that a call token lasts. */
export const longestCall = 120;

/** Maximum objects of a list of a task token, and lists on the path to a call. */
const mostObjects = 8;

/** Longest text of a detail, in characters. */
const longestText = 512;

/** Maximum entries of a context. */
const mostEntries = 32;

/** The one requested call. */
export interface CallDetails {
  readonly type: "agentid_call";
  readonly intent: string;
  readonly target?: string;
  readonly sensitivity: Sensitivity;
  readonly environment?: string;
  readonly context: CallRequest["context"];
  /** Absent where the caller takes as long as it may have. */
  readonly seconds?: number;
}

/** The narrowing of a task token; every part of it applies. */
export interface TaskDetails {
  readonly type: "agentid_task";
  readonly tools?: readonly string[];
  readonly intents?: readonly string[];
  readonly sensitivity?: Sensitivity;
  readonly targets?: readonly string[];
}

/** The call of `authorization_details` (RFC 9396); throws {@link Refused}. */
export function readCall(text: string): CallDetails {
  const list = listOf(text);
  const [call] = list;
  if (call === undefined || list.length > 1) throw bad("give exactly one object for a call");
  checkKeys(call, "agentid_call", callKeys);
  const { intent, target, sensitivity, environment, context = {}, seconds } = call;
  const isEntry = ([key, value]: readonly [string, unknown]): boolean =>
    isShort(key) &&
    (typeof value === "boolean" || isWhole(value) || (typeof value === "string" && isShort(value)));
  if (!isObject(context) || !Object.entries(context).every(isEntry)) {
    throw bad(
      `\`context\` takes whole numbers, \`true\`, \`false\` and texts of at most ${longestText} characters that all show`,
    );
  }
  if (Object.keys(context).length > mostEntries) {
    throw bad(`\`context\` has more than ${mostEntries} entries`);
  }
  const proven = provenKeys.find((key) => Object.hasOwn(context, key));
  if (proven !== undefined) throw bad(`\`context.${proven}\` is proven, and not a claim`);
  if (seconds !== undefined && !(isSeconds(seconds) && seconds <= longestCall)) {
    throw bad(`\`seconds\` is a whole number from 1 to ${longestCall}`);
  }
  return {
    type: "agentid_call",
    intent: nameOf("intent", intent),
    sensitivity: sensitivityOf(sensitivity),
    ...(target !== undefined && { target: nameOf("target", target) }),
    ...(environment !== undefined && { environment: nameOf("environment", environment) }),
    context: context as CallDetails["context"],
    ...(seconds !== undefined && { seconds }),
  };
}

/** What `authorization_details` narrows a task token to; throws {@link Refused}. */
export function readTask(text: string): readonly TaskDetails[] {
  return listOf(text).map((task) => {
    checkKeys(task, "agentid_task", taskKeys);
    const { tools, intents, sensitivity, targets } = task;
    return {
      type: "agentid_task",
      ...(tools !== undefined && { tools: namesOf("tools", tools) }),
      ...(intents !== undefined && { intents: namesOf("intents", intents) }),
      ...(sensitivity !== undefined && { sensitivity: sensitivityOf(sensitivity) }),
      ...(targets !== undefined && { targets: namesOf("targets", targets) }),
    };
  });
}

/** The lists of a task token with one more; throws {@link Refused} if the path is too long. */
export function narrowed(
  lists: readonly (readonly TaskDetails[])[],
  more: readonly TaskDetails[],
): readonly (readonly TaskDetails[])[] {
  if (lists.length >= mostObjects) throw bad("the task was narrowed too often");
  return [...lists, more];
}

/** Whether a call is within each list that its task was narrowed to. */
export function isWithin(
  lists: readonly (readonly TaskDetails[])[],
  tool: string,
  { intent, sensitivity, target }: CallDetails,
): boolean {
  const fits = (task: TaskDetails): boolean =>
    task.tools?.includes(tool) !== false &&
    task.intents?.includes(intent) !== false &&
    (task.sensitivity === undefined ||
      sensitivities.indexOf(sensitivity) <= sensitivities.indexOf(task.sensitivity)) &&
    (task.targets === undefined || (target !== undefined && task.targets.includes(target)));
  return lists.every((list) => list.some(fits));
}

const callKeys = ["intent", "target", "sensitivity", "environment", "context", "seconds"];
const taskKeys = ["tools", "intents", "sensitivity", "targets"];

function listOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  let read: unknown;
  try {
    // Each name in one spelling, whatever its escapes, and no two that are then the same (source: Unicode, UAX 15).
    read = strictJson(JSON.stringify(strictJson(text)).normalize("NFC"));
  } catch (error) {
    throw bad(error instanceof RepeatedName ? "an object has one name twice" : "it is not JSON");
  }
  if (!Array.isArray(read) || read.length === 0 || read.length > mostObjects) {
    throw bad(`give a list of 1 to ${mostObjects} objects`);
  }
  return read.map((each: unknown) => {
    if (!isObject(each)) throw bad("give a list of objects");
    return each;
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkKeys(
  given: Readonly<Record<string, unknown>>,
  type: string,
  known: readonly string[],
): void {
  if (given["type"] !== type) throw bad(`\`type\` is \`${type}\` here`);
  if (Object.keys(given).every((key) => key === "type" || known.includes(key))) return;
  throw bad(`a field is unknown; \`${type}\` has \`${known.join("`, `")}\``);
}

function nameOf(field: string, value: unknown): string {
  if (typeof value === "string" && isName(value) && isShort(value)) return value;
  throw bad(`\`${field}\` is a text of 1 to ${longestText} characters that all show`);
}

function namesOf(field: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 64) {
    throw bad(`\`${field}\` is a list of 1 to 64 texts`);
  }
  return value.map((each) => nameOf(field, each));
}

function sensitivityOf(value: unknown): Sensitivity {
  const found = sensitivities.find((each) => each === value);
  if (found === undefined) {
    throw bad(`\`sensitivity\` is one of \`${sensitivities.join("`, `")}\``);
  }
  return found;
}

/** Whether a text is short enough to be a part of a call, and shows whole. */
export function isShort(text: string): boolean {
  return isText(text) && text.length <= longestText && showsWhole(text);
}

function bad(problem: string): Refused {
  return new Refused("invalid_authorization_details", `authorization_details: ${problem}`);
}
