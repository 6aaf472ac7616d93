/**
 * The possible content of a location of a YAML file, as plain data.
 *
 * The one source of three things: the JSON Schema for editors, the reading with its errors, and the type of what is read.
 */
export type Shape =
  | TextShape
  | ChoiceShape
  | WholeShape
  | FlagShape
  | ListShape
  | MapShape
  | RecordShape;

/** Text, of at least one character by default. */
interface TextShape {
  readonly kind: "text";
  readonly mayBeEmpty?: true;
  /** What to write, such as ``a duration such as `1h` ``. */
  readonly wanted: string;
  /** Whether `${name}` in it is a value of the program. */
  readonly open?: true;
  /** Whether no message repeats what was written, which may be a secret. */
  readonly hidden?: true;
  readonly pattern?: RegExp;
  /** What the pattern is of. Default: `name`. */
  readonly noun?: string;
  /** The pattern in words. Default: {@link nameWanted}. */
  readonly form?: string;
  /** What is wrong with a number in its place, as it was written. Default: it is to be in quotes. */
  readonly ifNumber?: (written: string) => string;
  /** What is wrong with a text that is fully known; lowercase, no final period. */
  readonly check?: (text: string) => string | undefined;
}

/** One of a few words. */
interface ChoiceShape {
  readonly kind: "choice";
  readonly values: readonly string[];
}

/** A whole number within limits, both allowed. */
interface WholeShape {
  readonly kind: "whole";
  readonly least: number;
  readonly most: number;
}

/** Yes or no, as `true` or `false`. */
interface FlagShape {
  readonly kind: "flag";
}

/** A list of like things. */
interface ListShape {
  readonly kind: "list";
  readonly of: Shape;
  /** What to write. */
  readonly wanted: string;
  /** Least number of items. */
  readonly least: number;
}

/** Like things by a name that the user chooses. */
interface MapShape {
  readonly kind: "map";
  readonly of: Shape;
  /** What to write. */
  readonly wanted: string;
  /** Least number of entries. */
  readonly least: number;
}

/** Fields with names that are known beforehand. */
export interface RecordShape {
  readonly kind: "record";
  readonly fields: Readonly<Record<string, Field>>;
  /** Whether exactly one field must be set. */
  readonly alternatives?: true;
  /** Fields of which at least one must be set. */
  readonly oneOrMore?: readonly string[];
  /** What is wrong with fields that are fully known and each as they should be. */
  readonly check?: (value: never) => string | undefined;
}

/** A field of a record. */
export interface Field {
  readonly shape: Shape;
  /** Its description, for editors: one sentence. */
  readonly about: string;
  readonly required?: true;
  /** Its default, for editors. */
  readonly default?: string | number | boolean;
}

/** The result of reading by a shape; `Open` is the type of texts that may contain `${name}`. */
export type ValueOf<S, Open = never> = S extends { kind: "text" }
  ? S extends { open: true }
    ? Open
    : string
  : S extends { kind: "choice"; values: readonly (infer Word)[] }
    ? Word
    : S extends { kind: "whole" }
      ? number
      : S extends { kind: "flag" }
        ? boolean
        : S extends { kind: "list"; of: infer Item }
          ? ValueOf<Item, Open>[]
          : S extends { kind: "map"; of: infer Item }
            ? Record<string, ValueOf<Item, Open>>
            : S extends { kind: "record"; fields: infer Fields }
              ? string extends keyof Fields
                ? Readonly<Record<string, unknown>>
                : FieldsOf<Fields, Open>
              : never;

type FieldsOf<F, Open> = {
  [K in keyof F as F[K] extends { required: true } ? K : never]: ShapeOf<F[K], Open>;
} & {
  [K in keyof F as F[K] extends { required: true } ? never : K]?: ShapeOf<F[K], Open>;
};

type ShapeOf<F, Open> = F extends { shape: infer S } ? ValueOf<S, Open> : never;

/** Names that stay as they are in Kubernetes, in IAM and in tags. */
export const namePattern = /^(?=.{1,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** How messages describe {@link namePattern}. */
export const nameWanted = "lowercase letters, digits and single `-` inside, at most 63";
