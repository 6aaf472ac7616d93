export { readManifests } from "./read-manifests";
export type { PreviewOptions, RecordedFunction } from "./program/options";
export { previewProgram } from "./preview-program";
export { readSnapshot, writeSnapshot } from "./snapshot-file";
export { readStackExport } from "./state";
