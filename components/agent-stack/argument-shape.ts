import type { TypeName } from "../arguments/argument-types";
import type { Field, RecordShape, Shape } from "../../yaml/shape";

/** What a manifest requires of a text, a number, a list or its items, beyond their type. */
interface TextRules extends Partial<Omit<Extract<Shape, { readonly kind: "text" }>, "kind">> {
  /** The description of the field. Default: its doc comment. */
  readonly about?: string;
  /** The only words that it takes. */
  readonly values?: readonly string[];
  /** Least and greatest number. */
  readonly least?: number;
  readonly most?: number;
  /** Least number of items. Default: 1 of a list that is required. */
  readonly items?: number;
}

/** What a manifest requires of a type of arguments, beyond its interface. */
export interface Rule extends Pick<RecordShape, "alternatives" | "oneOrMore" | "check"> {
  /** Fields that a manifest does not have. */
  readonly without?: readonly string[];
  /** Fields that a manifest has in place of others. */
  readonly instead?: Readonly<Record<string, Field>>;
  readonly asked?: Readonly<Record<string, TextRules>>;
}

/** What a manifest needs of types of arguments. */
export type Rules = Readonly<Partial<Record<TypeName, Rule>>>;

/** An argument, as `scripts/argument-types.ts` reads it from its interface. */
type Argument = {
  /** Whether an output may be its value. */
  readonly late?: true;
  readonly required?: true;
  readonly about?: string;
  readonly default?: string | number | boolean;
} & (
  | { readonly kind: "text"; readonly values?: readonly string[] }
  | { readonly kind: "number" | "flag" }
  | { readonly kind: "list" | "map"; readonly of: Argument }
  | { readonly kind: "record"; readonly type: TypeName }
);

/** Types of arguments, as `components/arguments/argument-types.json` has them. */
export type ArgumentTypes = Readonly<Record<TypeName, Readonly<Record<string, Argument>>>>;

/** What shapes are made of. */
interface Described {
  readonly types: ArgumentTypes;
  readonly rules: Rules;
}

/** The shape in which a manifest has arguments of a type. */
export function shapeOfType(type: TypeName, described: Described): RecordShape {
  const { without = [], instead = {}, asked = {}, ...others } = described.rules[type] ?? {};
  const fields = Object.entries(described.types[type])
    .filter(([name]) => !without.includes(name))
    .map(([name, argument]): readonly [string, Field] => [
      name,
      instead[name] ?? fieldOf(argument, asked[name] ?? {}, described),
    ]);
  return { kind: "record", ...others, fields: Object.fromEntries(fields) };
}

function fieldOf(argument: Argument, asked: TextRules, described: Described): Field {
  const about = asked.about ?? argument.about ?? "";
  return {
    about,
    shape: shapeOf(argument, { ...asked, about }, described),
    ...(argument.required && { required: true }),
    ...(argument.default !== undefined && { default: argument.default }),
  };
}

function shapeOf(
  argument: Argument,
  asked: TextRules & { about: string },
  described: Described,
): Shape {
  const { least = 0, most = Number.MAX_SAFE_INTEGER, items, values, about, ...text } = asked;
  switch (argument.kind) {
    case "text": {
      const words = values ?? argument.values;
      if (words !== undefined) return { kind: "choice", values: words };
      return {
        kind: "text",
        wanted: wantedIn(about),
        ...(argument.late && { open: true }),
        ...text,
      };
    }
    case "number":
      return { kind: "whole", least, most };
    case "flag":
      return { kind: "flag" };
    case "list":
    case "map": {
      const each = text.wanted === undefined ? `: ${wantedIn(about)}` : `, each ${text.wanted}`;
      return {
        kind: argument.kind,
        of: shapeOf(argument.of, { wanted: itemIn(about), ...asked }, described),
        wanted: `a list${each}`,
        least: items ?? (argument.required ? 1 : 0),
      };
    }
    case "record":
      return shapeOfType(argument.type, described);
  }
}

/** What to write, from the first sentence of a field: of ``Name of the role in IAM.`` that is `the name of the role in IAM`. */
function wantedIn(about: string): string {
  const [first = ""] = /^(?:`[^`]*`|[^;.:`]|[.:](?! |$))+/.exec(about) ?? [];
  const [clause = ""] = first.split(/, (?:which|so that) /);
  const words = /^[A-Z](?![A-Z])/.test(clause)
    ? `${clause.charAt(0).toLowerCase()}${clause.slice(1)}`
    : clause;
  return /^(?:what|which|where|who|how|until|its|the|all|an?) /.test(words)
    ? words
    : `the ${words}`;
}

/** What to write as an item of a list, from the first sentence of the list's field. */
function itemIn(about: string): string {
  const words = wantedIn(about);
  return words.startsWith("the ") ? `one of ${words}` : "a text";
}
