/** The entry of `pulumi-agentid/testing`: judges a program, manifests or resources within a test, and returns findings as data. */
export { judge } from "./judge";
export type { Judged, Judgeable, JudgeOptions, JudgeError } from "./judge";
export type { ListedResource } from "./listed-resources";
export type { SettingsFields } from "./settings-fields";
export type { Finding } from "../policy-pack/findings/finding";
export type { NotRead } from "../policy-pack/read/reading";
export type { SnapshotNote } from "../core/snapshot/resource";
