import type { Control } from "./control";
import { networkPolicy } from "./network-policy";
import { permissionsBoundary } from "./permissions-boundary";
import { secretPolicy } from "./secret-policy";
import { secretRotation } from "./secret-rotation";

/** What waivers may name as controls. */
export const controlIds = [
  "network-policy",
  "permissions-boundary",
  "secret-policy",
  "secret-rotation",
] as const;

/** A control as waivers name it. */
export type ControlId = (typeof controlIds)[number];

/** Every control, by the name that waivers use. */
export const controls: Readonly<Record<ControlId, Control>> = {
  "network-policy": networkPolicy,
  "permissions-boundary": permissionsBoundary,
  "secret-policy": secretPolicy,
  "secret-rotation": secretRotation,
};
