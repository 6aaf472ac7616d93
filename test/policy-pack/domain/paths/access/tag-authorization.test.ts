import assert from "node:assert/strict";
import {
  kindOfType,
  resourceKinds,
  type ResourceKind,
} from "../../../../../policy-pack/domain/paths/access/kinds";
import {
  tagAuthorization,
  tagKeysOf,
} from "../../../../../policy-pack/domain/paths/access/tag-authorization";
import table from "../../../../../policy-pack/domain/paths/access/tag-authorization.json";

describe("which resources AWS authorises by tag", () => {
  it("states for every kind whether it is, with the page that documents it", () => {
    const all = table.services.flatMap(({ byTag = [], notByTag = [] }) => [...byTag, ...notByTag]);
    assert.deepEqual(all.toSorted(), resourceKinds.map(({ what }) => what).toSorted());
    for (const { service, source } of table.services) {
      assert.match(
        source,
        /^https:\/\/docs\.aws\.amazon\.com\/service-authorization\/.*\.html$/,
        service,
      );
    }
  });

  it("limits only kinds that are stated to be", () => {
    const byTag = table.services.flatMap((each) => each.byTag ?? []);
    for (const { what } of table.limits) assert.ok(byTag.includes(what), what);
  });

  it("leaves out an unlisted kind, since an unchecked tag protects nothing", () => {
    const [queue] = resourceKinds;
    assert.ok(queue);
    const unknown: ResourceKind = { ...queue, what: "lake" };
    assert.deepEqual(tagAuthorization(unknown, false), {
      isByTag: false,
      isSwitched: false,
      not: [],
    });
  });

  it("includes the keys of a service's own beside the common one", () => {
    const keysOf = (type: string): readonly string[] => {
      const kind = kindOfType(type);
      assert.ok(kind);
      return tagKeysOf(kind);
    };
    assert.deepEqual(keysOf("aws:sqs/queue:Queue"), ["aws:resourcetag/"]);
    assert.deepEqual(keysOf("aws:ec2/instance:Instance"), [
      "aws:resourcetag/",
      "ec2:resourcetag/",
      "ssm:resourcetag/",
    ]);
  });
});
