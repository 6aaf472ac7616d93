import { mayBeUnread } from "./configuration";
import type { ConfigurationForm } from "./prelude";

/** Configuration that a program requires and that has no value. */
export interface MissingValue {
  /** The full key, such as `desk:token`. */
  readonly key: string;
  readonly form: ConfigurationForm;
  /** Whether the program requires it as a secret, or its name is a credential's. */
  readonly isSecret: boolean;
  /** Where the program requires it: `file:line:column`; empty where that is not known. */
  readonly place: string;
}

/** What else is known of a run that lacks configuration. */
export interface Lacking {
  /** The name of the stack's file. */
  readonly file: string;
  /** The sources of further values that were not read, in words; empty where there are none. */
  readonly unread: string;
  /** Why the program stopped although it had placeholders; undefined where it ran to its end. */
  readonly stopped?: string;
}

/**
 * All configuration that a program lacks, in one sentence, and a block for the stack's file on lines of its own.
 *
 * @param missing in the order of the program, at least one
 */
export function missingConfiguration(missing: readonly MissingValue[], run: Lacking): string {
  const values = distinct(missing);
  const [first] = values;
  const count = values.length;
  const isOne = count === 1 && first?.isSecret === false && first.form === "text";
  const at = first === undefined || first.place === "" ? "" : `${first.place}: `;
  const subject =
    count === 1 ? `configuration \`${first?.key ?? ""}\` is` : `${count} configuration values are`;
  const given = isOne ? `give it with --config ${first.key}=VALUE or in the stack's file` : "";
  const head = `${at}${subject} missing; ${isOne ? given : headOf(values, run.file)}`;
  const stopped =
    run.stopped === undefined
      ? []
      : [`with placeholders for it the program stopped, so more may be missing: ${run.stopped}`];
  return [
    head + mayBeUnread(run.unread),
    ...(isOne ? [] : ["config:", ...values.map((value) => entryOf(value, count > 1))]),
    ...stopped,
  ].join("\n");
}

function headOf(values: readonly MissingValue[], file: string): string {
  const secret = values.some(({ isSecret }) => isSecret)
    ? "; leave each `secure` as it is and make up no secret: agentid reads none, and Pulumi asks for it when it deploys"
    : "";
  const plain = values.some(({ isSecret }) => !isSecret) ? " and replace the other `<…>`" : "";
  const replace = secret === "" ? " and replace each `<…>`" : plain;
  return `put this into ${file}${replace}${secret}`;
}

/** Of several readings of one key the first; secret where any is. */
function distinct(missing: readonly MissingValue[]): readonly MissingValue[] {
  const values = new Map<string, MissingValue>();
  for (const value of missing) {
    const known = values.get(value.key);
    values.set(
      value.key,
      known === undefined ? value : { ...known, isSecret: known.isSecret || value.isSecret },
    );
  }
  return [...values.values()];
}

function entryOf({ key, form, isSecret, place }: MissingValue, isPlaced: boolean): string {
  // Pulumi refuses this text: `pulumi preview` of 3.274 ends with "validating stack config: bad value".
  const secret = `{ secure: ${JSON.stringify(`<pulumi config set --secret ${key}>`)} }`;
  const value = isSecret ? secret : `"<${form}>"`;
  const name = /^[\w.-]+(?::[\w.-]+)+$/.test(key) ? key : JSON.stringify(key);
  return `  ${name}: ${value}${isPlaced && place !== "" ? ` # ${place}` : ""}`;
}
