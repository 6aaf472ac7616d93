import { join } from "node:path";

/** The root of the checkout that is tested. */
export const checkout = join(__dirname, "..", "..");
