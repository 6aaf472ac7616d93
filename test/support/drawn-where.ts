import assert from "node:assert/strict";
import type * as fc from "fast-check";

/** So many in a row are unwanted by no chance where one in a hundred is wanted. */
const mostUnwanted = 5_000;

/**
 * Draws until a value is wanted, so that a test has as many as it runs. Fails where the generator makes none.
 *
 * @param isWanted decides by what is cheap, and as the reference does, not as what is tested
 */
export function drawnWhere<T>(
  drawn: fc.Arbitrary<T>,
  isWanted: (value: T) => boolean,
): fc.Arbitrary<T> {
  let unwanted = 0;
  return drawn.filter((value) => {
    const found = isWanted(value);
    unwanted = found ? 0 : unwanted + 1;
    assert.ok(unwanted < mostUnwanted, `of ${mostUnwanted} values that were drawn none is wanted`);
    return found;
  });
}
