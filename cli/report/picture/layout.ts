/** A box that is to be placed, by its size in pixels. */
interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** The area that it belongs to, by its place in the list of areas. */
  readonly area?: number;
}

/** A graph that is to be laid out. */
export interface LayoutRequest {
  readonly boxes: readonly Box[];
  readonly arrows: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** How wide the title of each area is, in pixels. */
  readonly areas: readonly { readonly titleWidth: number }[];
}

/** A point in pixels, from the upper left corner. */
export type Point = readonly [x: number, y: number];

/** A graph as it is laid out. */
export interface LaidOut {
  readonly width: number;
  readonly height: number;
  /** The middle of each box. */
  readonly boxes: ReadonlyMap<string, Point>;
  /** Of each arrow the points of its cubic Bézier curves, and where its tip is. */
  readonly arrows: ReadonlyMap<string, { readonly curve: readonly Point[]; readonly tip: Point }>;
  /** Upper left corner and size of each area; absent for one without boxes. */
  readonly areas: ReadonlyMap<number, { readonly at: Point; readonly size: Point }>;
}

/** Places boxes from left to right, and draws arrows between them. */
export type Layout = (request: LayoutRequest) => LaidOut;
