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
export function runs<T>(few: T, often: T): T {
  return many ? often : few;
}

/**
 * The part of many similar cases that is tried in `npm test`; `npm run test:fuzz` tries all, as for {@link runs}.
 *
 * @param every one of so many is tried, the first included
 */
export function share<T>(all: readonly T[], every: number): readonly T[] {
  return many ? all : all.filter((_, index) => index % every === 0);
}
