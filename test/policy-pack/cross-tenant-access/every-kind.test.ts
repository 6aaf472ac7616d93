import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import { PartialText, type Value, type ValueRecord } from "../../../core/snapshot/value";
import {
  isAboutPlace,
  kindOfType,
  resourceKinds,
  type ResourceKind,
} from "../../../policy-pack/domain/paths/access/kinds";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import rule from "../../../policy-pack/rules/no-cross-tenant-access";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { outputOf, resource, snapshotOf, urnOf } from "../../support/resources";
import { allow, desk, policy, tag } from "../../support/two-tenants";

/** A resource with an id of its own, and how its ARN is written with that. */
interface Sample {
  readonly id: string;
  readonly arn: string;
  /** The ARN up to the id, and what follows. */
  readonly around: readonly [string, string];
  /** The outputs that exist once it is created, as in a state. */
  readonly outputs: ValueRecord;
  readonly inputs: ValueRecord;
}

const parent = "ledger";

function sampleOf(kind: ResourceKind, type: string, name: string): Sample {
  const id = nameIn(kind, name);
  const start = arnStart(kind);
  const [before = "", after = ""] = kind.resource.split("{}");
  const rest = after.replaceAll("*", "part").replaceAll("?", "a");
  const own = kindOfType(type) ?? kind;
  return {
    id,
    arn: `${start}${before}${id}${rest}`,
    around: [`${start}${before}`, rest],
    outputs: {
      id: name,
      [kind.idOutput]: name,
      [own.arnOutput]: `${arnStart(own)}${own.resource.replace("{}", nameIn(own, name)).replaceAll("*", "part")}`,
    },
    inputs: {
      [kind.input]: name,
      ...(kind.parent !== undefined && { [kind.parent]: parent }),
      ...(kind.needs !== undefined && { [kind.needs]: true }),
      ...Object.fromEntries(kind.partInputs.map((input) => [input, true])),
    },
  };
}

function arnStart({ service, global, hasAccount }: ResourceKind): string {
  const region = global ? "" : "eu-west-1";
  return `arn:aws:${service}:${region}:${hasAccount ? "111122223333" : ""}:`;
}

function nameIn(
  { made, hasPath, parent: above, between, end }: ResourceKind,
  name: string,
): string {
  const before = hasPath ? "/" : above === undefined ? "" : `${parent}${between}`;
  return `${before}${name}${made ? "" : end.replaceAll("?", "a")}`;
}

/** An action about the resource itself. */
function actionOn(kind: ResourceKind): string {
  const all = kind.actions.length > 0 ? kind.actions : [`${kind.service}:GetThing`];
  const named = all.map((action) => action.replaceAll("*", "Some"));
  return named.find((action) => isAboutPlace(kind, false, action)) ?? "";
}

function made(type: string, of: string, sample: Sample, isKnown: boolean): Resource {
  const inputs = { ...sample.inputs, tags: { [tag]: of } };
  return resource(type, "thing", inputs, isKnown ? { outputs: sample.outputs } : {});
}

async function verdicts(thing: Resource, action: string, on: Value): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshotOf([desk, thing, policy(allow(action, on))]), {
    settings: defaultSettings,
    rules: [rule],
  });
  return findings.map(({ verdict }) => verdict);
}

/** How a policy names a resource: in a first preview, in a later one, and as in a state. */
function stagesOf(type: string, sample: Sample): readonly (readonly [string, boolean, Value])[] {
  const output = outputOf(urnOf(type, "thing"));
  const [before, after] = sample.around;
  return [
    ["by an output that is unknown", false, output],
    ["by an ARN with an unknown id", false, new PartialText([before, output, after])],
    ["by its ARN, once it is created", true, sample.arn],
    ["by its ARN with a wildcard, once it is created", true, `${sample.around[0]}${sample.id}*`],
  ];
}

/** Assuming a role is a matter of `no-cross-tenant-trust`. */
const kinds = resourceKinds.filter(({ what }) => what !== "role");

for (const kind of kinds) {
  for (const type of kind.types) {
    const sample = sampleOf(kind, type, "globex1");
    const other = sampleOf(kind, type, "unrelated2");
    const action = actionOn(kind);

    describe(`${kind.what} of ${type}, by ${action}`, () => {
      for (const [stage, isKnown, on] of stagesOf(type, sample)) {
        it(`is reported for another tenant, named ${stage}`, async () => {
          const thing = made(type, "globex", sample, isKnown);
          assert.deepEqual([...new Set(await verdicts(thing, action, on))], ["violated"]);
        });

        it(`is ignored for the same tenant, named ${stage}`, async () => {
          const thing = made(type, "acme", sample, isKnown);
          assert.deepEqual(await verdicts(thing, action, on), []);
        });

        it(`is ignored for another API, named ${stage}`, async () => {
          const thing = made(type, "globex", sample, isKnown);
          assert.deepEqual(await verdicts(thing, "xray:PutTraceSegments", on), []);
        });
      }

      it("is ignored if the policy names another id", async () => {
        const thing = made(type, "globex", sample, true);
        assert.deepEqual(await verdicts(thing, action, other.arn), []);
      });
    });
  }
}
