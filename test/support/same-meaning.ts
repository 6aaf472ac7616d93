import type { Resource } from "../../core/snapshot/resource";
import { Unknown, isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";

/** A change of a stack that preserves its meaning; undefined where there is nothing to change. */
type SameMeaning = (stack: readonly Resource[]) => readonly Resource[] | undefined;

const generic = "kubernetes:apiextensions.k8s.io/v1:CustomResource";

/** Each object of Kubernetes with the type token of any custom resource. */
const genericObjects: SameMeaning = (stack) => {
  const urns = new Map(
    stack.flatMap(({ urn, type, inputs }) => {
      const isObject =
        typeof inputs["apiVersion"] === "string" && typeof inputs["kind"] === "string";
      if (!type.startsWith("kubernetes:") || type === generic || !isObject) return [];
      return [[urn, urn.replace(`${type}::`, `${generic}::`)] as const];
    }),
  );
  // Objects of two kinds with one name are two resources of one URN then.
  if (urns.size === 0 || new Set(urns.values()).size < urns.size) return undefined;
  const moved = (urn: string): string => urns.get(urn) ?? urn;
  return stack.map((each) => ({
    ...each,
    urn: moved(each.urn),
    type: urns.has(each.urn) ? generic : each.type,
    inputs: withUnknowns(each.inputs, moved) as ValueRecord,
    ...(each.outputs && { outputs: withUnknowns(each.outputs, moved) as ValueRecord }),
    ...(each.parent !== undefined && { parent: moved(each.parent) }),
    dependencies: each.dependencies.map(moved),
    propertyDependencies: Object.fromEntries(
      Object.entries(each.propertyDependencies).map(([key, all]) => [key, all.map(moved)]),
    ),
  }));
};

function withUnknowns(value: Value, moved: (urn: string) => string): Value {
  if (value instanceof Unknown) {
    const copy = Object.create(Object.getPrototypeOf(value) as object, {
      ...Object.getOwnPropertyDescriptors(value),
      dependsOn: { value: value.dependsOn.map(moved), enumerable: true },
    }) as Unknown;
    return value.parts === undefined
      ? copy
      : Object.defineProperty(copy, "parts", {
          value: value.parts.map((part) =>
            typeof part === "string" ? part : (withUnknowns(part, moved) as Unknown),
          ),
          enumerable: true,
        });
  }
  if (isList(value)) return value.map((each) => withUnknowns(each, moved));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withUnknowns(each, moved)]),
  );
}

/** Each statement of a policy, in objects and in JSON, by what it is split into. */
function statements(of: (statement: ValueRecord) => readonly ValueRecord[]): SameMeaning {
  return documents((document) => {
    const all = document["Statement"];
    const listed = isList(all) ? all : all === undefined ? [] : [all];
    const split = listed.flatMap((each): readonly Value[] => (isRecord(each) ? of(each) : [each]));
    return { ...document, Statement: split };
  });
}

/** Each policy document in the inputs, in objects and in JSON. */
function documents(
  change: (document: ValueRecord) => ValueRecord,
  print: (document: ValueRecord, wasText: boolean) => Value = (document, wasText) =>
    wasText ? JSON.stringify(document) : document,
): SameMeaning {
  return (stack) => {
    const changed = stack.map((each) => ({
      ...each,
      inputs: each.type.startsWith("aws") ? (inside(each.inputs) as ValueRecord) : each.inputs,
    }));
    return JSON.stringify(changed) === JSON.stringify(stack) ? undefined : changed;
  };

  function inside(value: Value): Value {
    if (value instanceof Unknown) return value;
    if (isList(value)) return value.map(inside);
    if (isRecord(value)) {
      if (value["Statement"] !== undefined) return print(change(value), false);
      return Object.getPrototypeOf(value) === Object.prototype
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inside(each)]))
        : value;
    }
    const document = typeof value === "string" ? parsed(value) : undefined;
    return document === undefined ? value : print(change(document), true);
  }
}

function parsed(text: string): ValueRecord | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(text) as Value;
    return isRecord(value) && value["Statement"] !== undefined ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The texts of some elements of a statement, each respelled. */
function elements(names: readonly string[], respell: (text: string) => string): SameMeaning {
  const spelled = (value: Value): Value =>
    typeof value === "string" ? respell(value) : isList(value) ? value.map(spelled) : value;
  return statements((statement) => [
    Object.fromEntries(
      Object.entries(statement).map(([key, value]) => [
        key,
        names.includes(key) ? spelled(value) : value,
      ]),
    ),
  ]);
}

const patterns = ["Action", "NotAction", "Resource", "NotResource"];

/** Conditions with operators of one meaning. Source: IAM user guide, ARN condition operators: `ArnLike` is `ArnEquals`. */
function operators(pairs: Readonly<Record<string, string>>): SameMeaning {
  return statements((statement) => {
    const condition = statement["Condition"];
    if (!isRecord(condition)) return [statement];
    const renamed = Object.entries(condition).map(([key, tests]) => [pairs[key] ?? key, tests]);
    // Two operators of one name would be one.
    if (new Set(renamed.map(([key]) => key)).size < renamed.length) return [statement];
    return [{ ...statement, Condition: Object.fromEntries(renamed) as ValueRecord }];
  });
}

/** One statement for each of several actions, all else unchanged. */
const oneActionEach = statements((statement) => {
  const { Action: actions } = statement;
  return isList(actions) && actions.length > 1 && !("NotAction" in statement)
    ? actions.map((Action) => ({ ...statement, Action }))
    : [statement];
});

/** Secrets of Kubernetes with `data` in base64 in place of `stringData`. */
const encodedSecrets: SameMeaning = (stack) => {
  const changed = stack.map((each) => {
    const { stringData, data, ...rest } = each.inputs;
    const isWhole = isRecord(stringData) && data === undefined && each.inputs["kind"] === "Secret";
    if (!isWhole || !Object.values(stringData).every((value) => typeof value === "string"))
      return each;
    const encoded = Object.entries(stringData).map(([key, value]) => [
      key,
      Buffer.from(typeof value === "string" ? value : "").toString("base64"),
    ]);
    return { ...each, inputs: { ...rest, data: Object.fromEntries(encoded) as ValueRecord } };
  });
  return changed.every((each, index) => each === stack[index]) ? undefined : changed;
};

/** User data of instances in base64. */
const encodedUserData: SameMeaning = (stack) => {
  const changed = stack.map((each) => {
    const { userData, ...rest } = each.inputs;
    if (each.type !== "aws:ec2/instance:Instance" || typeof userData !== "string") return each;
    const userDataBase64 = Buffer.from(userData).toString("base64");
    return { ...each, inputs: { ...rest, userDataBase64 } };
  });
  return changed.every((each, index) => each === stack[index]) ? undefined : changed;
};

/** Whether no part of a value is unknown or secret, so that JSON keeps all of it. */
function isPlain(value: Value): boolean {
  if (isList(value)) return value.every(isPlain);
  if (value === null || typeof value !== "object") return true;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

/** Changes of a stack that preserve its meaning, by what they are. */
export const sameMeanings: Readonly<Record<string, SameMeaning>> = {
  "the generic type of Kubernetes objects": genericObjects,
  "`**` for `*` in policies": elements(patterns, (text) => text.replace(/\*+/g, "**")),
  "`?*` for all actions of a service": elements(["Action", "NotAction"], (text) =>
    text.replace(/^([\w-]+):\*$/, "$1:?*"),
  ),
  "`*?` for all actions of a service": elements(["Action", "NotAction"], (text) =>
    text.replace(/^([\w-]+):\*$/, "$1:*?"),
  ),
  "`ArnEquals` for `ArnLike`": operators({ ArnLike: "ArnEquals", ArnNotLike: "ArnNotEquals" }),
  "`ArnLike` for `ArnEquals`": operators({ ArnEquals: "ArnLike", ArnNotEquals: "ArnNotLike" }),
  "a statement for each action": oneActionEach,
  "policies as indented JSON": documents(
    (document) => document,
    (document) => (isPlain(document) ? JSON.stringify(document, null, 2) : document),
  ),
  "Secrets in base64": encodedSecrets,
  "user data in base64": encodedUserData,
};
