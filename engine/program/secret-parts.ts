import type { ConfiguredSecret } from "../../core/snapshot/value";
import { SECRET_STAND_IN, memberOf } from "./configured-secret";
import { plainRecord } from "./plain";

/** The stand-ins by ciphertext. */
export type StandIns = Map<string, string>;

/**
 * Replaces encrypted parts; equal ciphertexts get equal stand-ins, so that sharing shows.
 *
 * @param secret the stand-in for all of the value
 */
export function withStandIns(
  value: unknown,
  secret: ConfiguredSecret,
  standIns: StandIns,
): { readonly value: unknown; readonly encrypted: boolean } {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, at) =>
      withStandIns(item, memberOf(secret, at), standIns),
    );
    return {
      value: items.map((item) => item.value),
      encrypted: items.some((item) => item.encrypted),
    };
  }
  if (typeof value !== "object" || value === null) return { value, encrypted: false };
  const fields = plainRecord(value);
  const ciphertext = fields["secure"];
  if (typeof ciphertext === "string" && Object.keys(fields).length === 1) {
    const standIn = standIns.get(ciphertext) ?? secret.standIn;
    standIns.set(ciphertext, standIn);
    return { value: standIn, encrypted: true };
  }
  const entries = Object.entries(fields).map(
    ([key, item]) => [key, withStandIns(item, memberOf(secret, key), standIns)] as const,
  );
  return {
    value: Object.fromEntries(entries.map(([key, item]) => [key, item.value])),
    encrypted: entries.some(([, item]) => item.encrypted),
  };
}

/**
 * A value of the stack's file with the plain parts that the user gives instead; undefined where the user's value has another form.
 *
 * @param file with a stand-in in place of each encrypted part; undefined where the file encrypts nothing
 */
export function withUsersValue(file: unknown, given: string): unknown {
  if (typeof file === "string") return file;
  try {
    return file === undefined ? undefined : replaced(JSON.parse(given) as unknown, file);
  } catch {
    return undefined;
  }
}

function replaced(given: unknown, file: unknown): unknown {
  if (Array.isArray(file)) {
    return Array.isArray(given)
      ? given.map((item: unknown, at) => replaced(item, file[at]))
      : undefined;
  }
  if (typeof file === "string") return SECRET_STAND_IN.test(file) ? file : given;
  if (typeof file !== "object" || file === null) return given;
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const fields = plainRecord(file);
  return Object.fromEntries(
    Object.entries(given).map(([key, item]) => [key, replaced(item, fields[key])]),
  );
}
