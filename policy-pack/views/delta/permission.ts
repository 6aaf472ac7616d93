import { covers, patternsOverlap } from "../../../core/pattern";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { SourcePosition } from "../../../core/snapshot/resource";

/**
 * A text as in a policy: `s3:Get*`, an ARN, a principal. `*` and `?` are wildcards.
 *
 * A text that names a resource of the stack is linked to it, since a preview may have the resource and not its ARN.
 */
export type Pattern = string | LinkedPattern;

/** A text that is made of the outputs of resources. */
export interface LinkedPattern {
  /** Absent where it is not known yet. */
  readonly text?: string;
  /** How people read it, such as `acme-tickets/*`. Comes from the program: hostile wherever it is shown. */
  readonly label: string;
  /** The resources, by their keys ({@link keyOf}). */
  readonly of: readonly string[];
  /** What follows the output of the one resource; absent where that is not known. */
  readonly behind?: string;
}

/** One test of a condition; all tests of a permission have to be met. */
export interface Test {
  /** An operator of IAM, or one of a grant: `one-of`, `at-most`, `between`, `is`. `unknown` for a condition that is not known yet. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Pattern[];
}

/**
 * Any of the actions on any of the objects: resources for what an identity may do, principals for who may use it, tools
 * for what a workload may call.
 */
export interface Permission {
  readonly actions: readonly Pattern[];
  readonly objects: readonly Pattern[];
  /** Actions and objects that are left out, by `NotAction` and `NotResource`. Default: none. */
  readonly exceptActions?: readonly Pattern[];
  readonly exceptObjects?: readonly Pattern[];
  /** Default: none. */
  readonly conditions?: readonly Test[];
  /** Keys of the resources that the policy is made of. Default: none. */
  readonly of?: readonly string[];
  /** Where it is declared. */
  readonly source?: SourcePosition;
}

/** A name that stays the same in other stacks of a program: a URN without stack and project, any other name as it is. */
export function keyOf(name: string): string {
  return name.startsWith("urn:pulumi:") ? name.split("::").slice(2).join("::") : name;
}

/** A pattern as people read it. Hostile, as all that comes from programs. */
export function shownPattern(pattern: Pattern): string {
  return typeof pattern === "string" ? pattern : pattern.label;
}

/** Whether a text is not known yet. */
export function isUnknown(pattern: Pattern): boolean {
  return textOf(pattern) === undefined;
}

/** One action on one object of a permission. */
export interface Pair {
  readonly action: Pattern;
  readonly object: Pattern;
  readonly of: Permission;
}

/** How a permission compares with another. */
export interface Comparing {
  /** Whether conditions count. */
  readonly conditions: boolean;
  /** Whether what is not known may be any text. */
  readonly unknownIsAny: boolean;
}

const strictly: Comparing = { conditions: true, unknownIsAny: false };

/** Whether one permission alone gives all that a pair of another gives. */
export function gives(general: Permission, pair: Pair, how: Comparing = strictly): boolean {
  const held = new Held(general, pair.of, how);
  const { action, object } = pair;
  return (
    general.actions.some((each) => held.takesIn(each, action, true)) &&
    general.objects.some((each) => held.takesIn(each, object, false)) &&
    held.exempts(general.exceptActions, pair.of.exceptActions, action, true) &&
    held.exempts(general.exceptObjects, pair.of.exceptObjects, object, false) &&
    (!how.conditions ||
      (general.conditions ?? []).every(
        (test) =>
          held.isSettled(test) || (pair.of.conditions ?? []).some((own) => held.implies(own, test)),
      ))
  );
}

/** A general permission compared with a specific one. */
class Held {
  readonly #general: Permission;
  readonly #specific: Permission;
  readonly #how: Comparing;

  constructor(general: Permission, specific: Permission, how: Comparing) {
    this.#general = general;
    this.#specific = specific;
    this.#how = how;
  }

  /** Whether a general text matches all that a specific one matches. */
  takesIn(general: Pattern, specific: Pattern, anyCase: boolean): boolean {
    const [outer, inner] = [textOf(general), textOf(specific)];
    if (outer !== undefined && /^\*+$/.test(outer)) return true;
    if (outer !== undefined && inner !== undefined) {
      if (outer === inner) return true;
      return anyCase ? covers(outer.toLowerCase(), inner.toLowerCase()) : covers(outer, inner);
    }
    if (this.#how.unknownIsAny) return true;
    return this.#isOne(general, specific);
  }

  /** Whether texts of which one is not known are made of the same resources. */
  #isOne(general: Pattern, specific: Pattern): boolean {
    const [outer, inner] = [textOf(general), textOf(specific)];
    if (outer === undefined && inner === undefined) {
      return (
        behind(general) === behind(specific) &&
        JSON.stringify(links(general)) === JSON.stringify(links(specific))
      );
    }
    const [open, known, permission] =
      outer === undefined
        ? [general, specific, this.#specific]
        : [specific, general, this.#general];
    const own = links(known);
    const of = own.length > 0 ? own : (permission.of ?? []);
    const end = behind(open);
    return (
      links(open).some((key) => of.includes(key)) &&
      (end === undefined || textOf(known)?.endsWith(end) === true)
    );
  }

  /** Whether what a general permission leaves out takes nothing from a pattern but what the specific one leaves out too. */
  exempts(
    general: readonly Pattern[] = [],
    specific: readonly Pattern[] = [],
    pattern: Pattern,
    anyCase: boolean,
  ): boolean {
    return general.every(
      (each) =>
        specific.some((own) => this.takesIn(own, each, anyCase)) ||
        !mayMeet(each, pattern, anyCase),
    );
  }

  /** Whether a test of the general permission that is not known is settled by what the specific one is made of. */
  isSettled({ operator, values }: Test): boolean {
    if (operator !== "unknown") return false;
    const { of = [] } = this.#specific;
    return (
      this.#how.unknownIsAny || values.some((each) => links(each).some((key) => of.includes(key)))
    );
  }

  /** Whether every request that meets one test meets another. */
  implies(own: Test, test: Test): boolean {
    if (own.operator === "unknown" || test.operator === "unknown") {
      if (own.operator === test.operator) {
        return JSON.stringify(own.values) === JSON.stringify(test.values);
      }
      const [open, known] = own.operator === "unknown" ? [own, test] : [test, own];
      const permission = own.operator === "unknown" ? this.#general : this.#specific;
      const of = [...known.values.flatMap(links), ...(permission.of ?? [])];
      return (
        this.#how.unknownIsAny ||
        open.values.some((each) => links(each).some((key) => of.includes(key)))
      );
    }
    if (own.operator.toLowerCase() !== test.operator.toLowerCase()) return false;
    if (own.key.toLowerCase() !== test.key.toLowerCase()) return false;
    if (["at-most", "sum"].includes(own.operator)) return numberIn(own) <= numberIn(test);
    if (own.operator === "between") {
      return numberIn(test) <= numberIn(own) && numberIn(own, 1) <= numberIn(test, 1);
    }
    const parsed = parseOperator(own.operator);
    const [fewer, more] = parsed?.negated === true ? [test, own] : [own, test];
    const isPattern = /like/i.test(test.operator);
    return fewer.values.every((value) =>
      more.values.some((each) =>
        isPattern ? this.takesIn(each, value, false) : this.#isSame(each, value),
      ),
    );
  }

  #isSame(a: Pattern, b: Pattern): boolean {
    const [one, other] = [textOf(a), textOf(b)];
    if (one !== undefined && other !== undefined) return one === other;
    return this.#how.unknownIsAny || this.#isOne(a, b) || this.#isOne(b, a);
  }
}

/** Whether some text may match both patterns. */
export function mayMeet(a: Pattern, b: Pattern, anyCase: boolean): boolean {
  const [one, other] = [textOf(a), textOf(b)];
  if (one === undefined || other === undefined) return true;
  return anyCase
    ? patternsOverlap(one.toLowerCase(), other.toLowerCase())
    : patternsOverlap(one, other);
}

/** The text of a pattern; undefined where it is not known yet. */
export function textOf(pattern: Pattern): string | undefined {
  return typeof pattern === "string" ? pattern : pattern.text;
}

function links(pattern: Pattern): readonly string[] {
  return typeof pattern === "string" ? [] : pattern.of;
}

function behind(pattern: Pattern): string | undefined {
  return typeof pattern === "string" ? undefined : pattern.behind;
}

function numberIn({ values }: Test, index = 0): number {
  return Number(values.map(textOf)[index] ?? Infinity);
}
