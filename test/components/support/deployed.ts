import type { Resource, Snapshot } from "../../../core/snapshot/resource";
import { changesBetween, type Changes } from "./changes";

/** What is in the state once what a preview shows has been made; what was there before keeps its id. */
export function deployed(snapshot: Snapshot): Snapshot {
  return { ...snapshot, resources: snapshot.resources.map(withId) };
}

/**
 * The changes of an update from the state to a preview.
 *
 * A resource that the preview has by its id in the state is the same, under any URN.
 */
export function changesFrom(state: Snapshot, preview: Snapshot): Changes {
  const now = new Map(preview.resources.map((one) => [idOf(one), one.urn]));
  const moved = state.resources.map((one) => {
    const urn = one.custom ? now.get(idOf(one)) : one.urn;
    return urn === undefined ? one : { ...one, urn };
  });
  return changesBetween({ ...state, resources: moved }, preview);
}

function withId(resource: Resource): Resource {
  const { inputs, type, urn } = resource;
  const textOf = (value: unknown): string => (typeof value === "string" ? value : "/");
  const called = `${textOf(inputs["path"])}${textOf(inputs["name"])}`;
  const outputs = {
    ...inputs,
    ...(type === "aws:iam/role:Role" && {
      arn: `arn:aws:iam::111122223333:role${called}`,
    }),
    ...(type === "aws:iam/policy:Policy" && {
      arn: `arn:aws:iam::111122223333:policy${called}`,
    }),
    id: idOf(resource) ?? `id of ${urn}`,
  };
  return resource.custom ? { ...resource, outputs } : resource;
}

function idOf({ outputs }: Resource): string | undefined {
  const id = outputs?.["id"];
  return typeof id === "string" ? id : undefined;
}
