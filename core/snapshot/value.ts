import { inspect } from "node:util";

/** The replacement for a text that must not be shown. */
export const mask = "[secret]";

/** A Pulumi URN, unique in a stack. */
export type Urn = string;

/** A resource property as plain data, with unknowns and secrets marked explicitly. */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [key: string]: Value }
  | Unknown
  | Secret;

/** An object of values, as resource inputs are. */
export type ValueRecord = Readonly<Record<string, Value>>;

/** A value that cannot be known before the resources it waits for are made. */
export class Unknown {
  /** For a text that is known in part: literal texts, and the unknowns between them. */
  declare readonly parts?: readonly (string | Unknown)[];
  /** Whether a function of the program makes it of one value of which nothing is known. */
  declare readonly isRewritten?: boolean;

  /**
   * @param dependsOn the resources whose outputs it depends on; empty where the host reports none
   * @param secret whether the value will be secret once known
   * @param output the output of the one resource that it is, unchanged, such as `arn`; undefined where it is   made of outputs,
   * and where the host does not report it
   */
  constructor(
    readonly dependsOn: readonly Urn[] = [],
    readonly secret: boolean = false,
    readonly output?: string,
  ) {}
}

/** The same, made by a function of the program: {@link Unknown.isRewritten}. */
export function rewritten({ dependsOn, secret }: Unknown): Unknown {
  return Object.assign(new Unknown(dependsOn, secret), { isRewritten: true });
}

/** A text with unknown parts: for all that cannot look into it, an unknown like any other, secret where a part is. */
export class PartialText extends Unknown {
  /** @param parts literal texts, and the unknowns between them */
  constructor(override readonly parts: readonly (string | Unknown)[]) {
    super(
      [...new Set(parts.flatMap((part) => (typeof part === "string" ? [] : part.dependsOn)))],
      parts.some((part) => typeof part !== "string" && part.secret),
    );
  }

  /** The same, marked as secret. */
  marked(): PartialText {
    if (this.secret) return this;
    return new PartialText(
      this.parts.map((part) =>
        typeof part === "string"
          ? part
          : part instanceof LeftOut
            ? part.marked()
            : new Unknown(part.dependsOn, true),
      ),
    );
  }
}

/** A text, number or truth that a saved snapshot leaves out: nothing is known of it but what else it equals. */
export class LeftOut extends Unknown {
  /**
   * @param ordinal equal ones of a snapshot have equal numbers
   * @param secret whether the program marks it, or only its location hides it
   */
  constructor(
    readonly ordinal: number,
    secret: boolean,
  ) {
    super([], secret);
  }

  /** The same, marked as secret. */
  marked(): LeftOut {
    return this.secret ? this : new LeftOut(this.ordinal, true);
  }

  /** A text in its stead, to compare it with others as a credential; never a name. None is a part of another. */
  get standIn(): string {
    return `redacted-${this.ordinal}-value`;
  }
}

/** A value of secret configuration: an offline preview never uses the value that the user gave, only its key. */
export class ConfiguredSecret extends LeftOut {
  /**
   * @param ordinal equal for one key, different for others
   * @param secret whether it is still marked: a program can remove the mark
   */
  constructor(ordinal: number, secret = true) {
    super(ordinal, secret);
  }

  override marked(): ConfiguredSecret {
    return this.secret ? this : new ConfiguredSecret(this.ordinal);
  }

  override get standIn(): string {
    return `encrypted-${this.ordinal}-value`;
  }
}

/** A text of which all is known but values that are left out: compared as a credential by its stand-in, read as a text in part. */
export class LeftOutText extends LeftOut {
  /** @param parts literal texts, and the values between them */
  constructor(override readonly parts: readonly (string | LeftOut)[]) {
    super(
      0,
      parts.some((part) => typeof part !== "string" && part.secret),
    );
  }

  override marked(): LeftOutText {
    if (this.secret) return this;
    return new LeftOutText(
      this.parts.map((part) => (typeof part === "string" ? part : part.marked())),
    );
  }

  override get standIn(): string {
    return this.parts.map((part) => (typeof part === "string" ? part : part.standIn)).join("");
  }
}

/**
 * A value that must not be shown.
 *
 * Every conversion to a string prints `[secret]`; only {@link Secret.revealForComparison} returns the value.
 */
export class Secret {
  readonly #value: Value;
  readonly #isInClear: boolean;

  /** @param isInClear whether it is in plain text in the program, and only its location is for secrets */
  constructor(value: Value, isInClear = false) {
    this.#value = value instanceof Secret ? value.revealForComparison() : value;
    this.#isInClear = isInClear;
  }

  /** Whether it is in plain text in the program, so that only its location hides it. */
  get isInClear(): boolean {
    return this.#isInClear;
  }

  /** The wrapped value, to compare or to classify; never to print, to store or to hash without a key. */
  revealForComparison(): Value {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/**
 * The same value marked as secret; an unknown stays so, and is hidden once it is known.
 *
 * @param isInClear whether it is in plain text in the program, where nothing marks it yet
 */
export function hidden(value: Value, isInClear = false): Value {
  if (value instanceof LeftOut) return isInClear ? value : value.marked();
  if (value instanceof Unknown) {
    // The known parts of a text in the program are in plain text there.
    if (value instanceof PartialText) return isInClear ? value : value.marked();
    return new Unknown(value.dependsOn, true, value.output);
  }
  return value instanceof Secret ? value : new Secret(value, isInClear);
}

/** The same value without its mark of secrecy, as `unsecret` of Pulumi returns it. */
export function unhidden(value: Value): Value {
  if (value instanceof Secret) return value.revealForComparison();
  return value instanceof Unknown ? withoutMark(value) : value;
}

function withoutMark(unknown: Unknown): Unknown {
  const { dependsOn, output } = unknown;
  if (unknown instanceof PartialText) {
    return new PartialText(
      unknown.parts.map((part) => (typeof part === "string" ? part : withoutMark(part))),
    );
  }
  if (unknown instanceof LeftOut) return unmarked(unknown);
  return new Unknown(dependsOn, false, output);
}

function unmarked(value: LeftOut): LeftOut {
  if (value instanceof LeftOutText) {
    return new LeftOutText(
      value.parts.map((part) => (typeof part === "string" ? part : unmarked(part))),
    );
  }
  return value instanceof ConfiguredSecret
    ? new ConfiguredSecret(value.ordinal, false)
    : new LeftOut(value.ordinal, false);
}

/** Whether the program marks a value itself as secret, known or not. */
export function isSecret(value: Value | undefined): boolean {
  return value instanceof Secret || (value instanceof Unknown && value.secret);
}

/** Whether a value is an object of values: neither a list, nor null, nor a mark. */
export function isRecord(value: Value | undefined): value is ValueRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret)
  );
}

/** Whether a value is a list of values. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
