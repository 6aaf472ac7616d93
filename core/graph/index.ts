export * from "./fact";
export * from "./graph";
export * from "./name";
export * from "./label";
