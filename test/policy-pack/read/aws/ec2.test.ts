import assert from "node:assert/strict";
import { valuePlace } from "../../../../policy-pack/domain/secrets/place";
import { Secret, Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { ec2Reader } from "../../../../policy-pack/read/aws/compute/ec2";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, runningAs, stated, undeclared } from "./reading";

const instanceType = "aws:ec2/instance:Instance";
const templateType = "aws:ec2/launchTemplate:LaunchTemplate";
const profile = urnOf("aws:iam/instanceProfile:InstanceProfile", "node");
const named = (name: string) => ({ kind: "named", name });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const runsAs = (urn: string, identity: object, property: string) =>
  runningAs(urn, identity, "instance profile", property);

function instance(inputs: ValueRecord, context = contextOf()): readonly unknown[] {
  return stated([ec2Reader], resource(instanceType, "box", inputs), context);
}

const box = urnOf(instanceType, "box");
const boxWorkload = undeclared(box, "EC2 instance", "box");

describe("the reader of EC2", () => {
  it("reads an instance's profile by name and by output", () => {
    assert.deepEqual(instance({ iamInstanceProfile: "node" }), [
      boxWorkload,
      runsAs(box, named("instance-profile|default|node"), "iamInstanceProfile"),
    ]);
    assert.deepEqual(instance({ iamInstanceProfile: outputOf(profile) }), [
      boxWorkload,
      runsAs(box, named(profile), "iamInstanceProfile"),
    ]);
  });

  it("reads a launch template's profile, tags and encoded user data", () => {
    const context = contextOf();
    const template = resource(templateType, "nodes", {
      name: "nodes",
      iamInstanceProfile: { arn: "arn:aws:iam::111122223333:instance-profile/x/node" },
      userData: base64("#!/bin/sh\nexport DB_PASSWORD='S3cure-enough'\nexport STAGE=prod\n"),
      tagSpecifications: [
        { resourceType: "volume", tags: { "agentid.dev/kind": "tool" } },
        { resourceType: "instance", tags: { "agentid.dev/kind": "agent" } },
      ],
    });
    assert.deepEqual(stated([ec2Reader], template, context), [
      {
        kind: "alias",
        thing: template.urn,
        also: "workload|default|launch template|nodes",
        property: "name",
      },
      { ...undeclared(template.urn, "launch template", "nodes"), is: "agent" },
      runsAs(template.urn, named("instance-profile|111122223333|node"), "iamInstanceProfile.arn"),
      {
        kind: "literal",
        holder: template.urn,
        credential: "value of DB_PASSWORD",
        under: "DB_PASSWORD",
        severity: "critical",
        value: context.literalName("S3cure-enough"),
        place: "exposed",
        marked: false,
        property: "userData",
      },
    ]);
  });

  it("takes an instance for its template's workload, unless it has a profile of its own", () => {
    const template = urnOf(templateType, "nodes");
    const alias = (also: string) => ({
      kind: "alias",
      thing: box,
      also,
      property: "launchTemplate",
    });
    assert.deepEqual(instance({ launchTemplate: { id: outputOf(template) } }), [
      alias(template),
      boxWorkload,
    ]);
    assert.deepEqual(instance({ launchTemplate: { name: "nodes" } }), [
      alias("workload|default|launch template|nodes"),
      boxWorkload,
    ]);
    assert.deepEqual(instance({ launchTemplate: { name: "nodes" }, iamInstanceProfile: "own" }), [
      boxWorkload,
      runsAs(box, named("instance-profile|default|own"), "iamInstanceProfile"),
    ]);
  });

  it("finds nothing in user data without credentials, nor in bytes", () => {
    assert.deepEqual(instance({ userData: "#!/bin/sh\necho hello\n" }), [boxWorkload]);
    assert.deepEqual(
      instance({ userDataBase64: Buffer.from([0, 255, 7, 1, 2, 3]).toString("base64") }),
      [boxWorkload],
    );
  });

  it("returns secret user data, and user data yet to come, as unknown", () => {
    const unknown = {
      kind: "literal",
      holder: box,
      credential: "a secret value",
      severity: "critical",
      value: valuePlace(box, "userData"),
      place: "exposed",
      marked: true,
      dependsOn: [],
      property: "userData",
    };
    assert.deepEqual(instance({ userData: new Secret("join anything") }), [boxWorkload, unknown]);
    assert.deepEqual(instance({ userData: new Unknown([], true) }), [boxWorkload, unknown]);
    assert.deepEqual(instance({ userData: new Unknown([]) }), [
      boxWorkload,
      { ...unknown, credential: "a credential", marked: false },
    ]);
  });

  it("reads the specifications by which a spot fleet launches instances, and not its templates", () => {
    const type = "aws:ec2/spotFleetRequest:SpotFleetRequest";
    const fleet = urnOf(type, "crawl");
    const fleetOf = (inputs: ValueRecord) => stated([ec2Reader], resource(type, "crawl", inputs));
    const whole = undeclared(fleet, "spot fleet", "crawl");
    const launchSpecifications = [
      { iamInstanceProfile: "node" },
      { iamInstanceProfileArn: "arn:aws:iam::111122223333:instance-profile/crawl" },
    ];
    assert.deepEqual(fleetOf({ launchSpecifications }), [
      whole,
      runsAs(
        fleet,
        named("instance-profile|default|node"),
        "launchSpecifications.0.iamInstanceProfile",
      ),
      runsAs(
        fleet,
        named("instance-profile|111122223333|crawl"),
        "launchSpecifications.1.iamInstanceProfileArn",
      ),
    ]);
    const scripts = [{ userData: "#!/bin/sh\nexport DB_PASSWORD='S3cure-enough'\n" }];
    assert.deepEqual(
      fleetOf({ launchSpecifications: scripts }).map(
        (fact) => (fact as { property: string }).property,
      ),
      ["", "launchSpecifications.0.userData"],
    );
    assert.deepEqual(fleetOf({ launchSpecifications: outputOf(profile) }), [
      whole,
      {
        kind: "uses",
        workload: fleet,
        secret: { kind: "unknown", dependsOn: [profile] },
        through: "env",
        whole: true,
        property: "launchSpecifications",
      },
    ]);
    assert.deepEqual(fleetOf({ launchTemplateConfigs: [{}] }), []);
  });
});
