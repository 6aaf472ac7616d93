export { previewProgram } from "./program/preview-program";
export type { Preview, PreviewOptions, RecordedFunction } from "./program/options";
