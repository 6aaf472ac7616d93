import { geteuid, seteuid } from "node:process";

/** The user id that has no rights of its own, by convention. */
const noOne = 65534;

/** Does something without the rights of an administrator, whom no permission of a file stops. */
export function asOrdinaryUser<Result>(action: () => Result): Result {
  const own = geteuid?.();
  if (own !== 0) return action();
  seteuid?.(noOne);
  try {
    return action();
  } finally {
    seteuid?.(own);
  }
}

/** As {@link asOrdinaryUser}, until what is done is done. */
export async function asOrdinaryUserAsync<Result>(action: () => Promise<Result>): Promise<Result> {
  const own = geteuid?.();
  if (own !== 0) return action();
  seteuid?.(noOne);
  try {
    return await action();
  } finally {
    seteuid?.(own);
  }
}
