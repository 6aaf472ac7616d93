export { readManifests, type Manifests } from "./manifests/read-manifests";
export type { Preview, PreviewOptions, RecordedFunction } from "./program/options";
export { previewProgram } from "./program/preview-program";
export { readSnapshot, writeSnapshot } from "./snapshot-file";
export { readStackExport, type ReadSnapshot } from "./state";
