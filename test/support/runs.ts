let many = false;

/** Has each property that is defined from now on be tried as often as `npm run test:fuzz` does. */
export function tryMany(): void {
  many = true;
}

/**
 * How often a property is tried.
 *
 * @param few in `npm test`: what is planted to be found is found by so many, whatever the seed
 * @param often in `npm run test:fuzz`, where `test/fuzz/properties-of-*.fuzz.ts` has the file
 */
export function runs(few: number, often: number): number {
  return many ? often : few;
}
