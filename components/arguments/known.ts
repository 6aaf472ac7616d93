import * as pulumi from "@pulumi/pulumi";

/**
 * Applies `f` at once where a value is plain in all its depth, else once the outputs in it are known.
 *
 * A document made of plain values is then plain itself, so a preview can judge it before anything exists.
 */
export function derive<T, R>(value: T, f: (value: pulumi.Unwrap<T>) => R): pulumi.Output<R> | R {
  if (isPlain(value)) return f(value as pulumi.Unwrap<T>);
  return pulumi.output(value).apply<R>((known) => f(known));
}

/** Takes a part of an input object: at once where the object itself is plain, whatever its parts are, else once it is known. */
export function part<T extends object, R>(
  value: pulumi.Input<T>,
  take: (object: T) => pulumi.Input<R>,
): pulumi.Input<R> {
  if (!pulumi.Output.isInstance(value) && !(value instanceof Promise)) return take(value);
  return pulumi.output(value).apply((object) => take(object as T)) as pulumi.Output<R>;
}

/**
 * Runs `make` at once where a value is plain, else once it is known.
 *
 * For children that only some tenants have: where the tenant is wholly an output, a preview may not show them.
 */
export function whenKnown<T>(value: T | pulumi.Output<T>, make: (value: T) => void): void {
  if (pulumi.Output.isInstance(value))
    value.apply((known) => {
      make(known);
    });
  else make(value);
}

/** Whether a value contains no output and no promise, at any depth. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  return Object.values(value).every(isPlain);
}
