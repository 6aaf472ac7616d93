/** The commands, in one file once built: all but the smallest ones need nearly the same, and that takes a while to load. */
export { audit } from "./audit";
export { baseline } from "./baseline";
export { check } from "./check";
export { comment } from "./comment";
export { explain } from "./explain";
export { facts } from "./facts";
export { graph } from "./graph";
export { init } from "./init";
export { policy } from "./policy";
export { report } from "./report";
export { rules } from "./rules";
export { waive } from "./waive";
