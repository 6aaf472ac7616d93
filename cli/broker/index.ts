/** The commands of the task broker, in a file of their own once built: nothing else needs what they load. */
export { approve } from "./approve";
export { broker } from "./broker";
export { credentials } from "./credentials";
export { revoke } from "./revoke";
export { trail } from "./trail";
