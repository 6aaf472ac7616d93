export { readManifests } from "./manifests/read-manifests";
export type { PreviewOptions, RecordedFunction } from "./program/options";
export { previewProgram } from "./program/preview-program";
export { readSnapshot, writeSnapshot } from "./snapshot-file";
export { readStackExport } from "./state";
