import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Resource } from "../../../../core/snapshot/resource";
import { Secret, Unknown, type Value } from "../../../../core/snapshot/value";
import { expandTasks } from "../../../../engine/providers/awsx/expand-tasks";
import { formUrn } from "../../../../engine/program/urn";

const head = "urn:pulumi:dev::desk::";
const provider = `${head}pulumi:providers:aws::default`;
const source = { file: "index.ts", line: 7, column: 1 };

function component(
  type: string,
  inputs: Record<string, Value>,
  propertyDependencies: Resource["propertyDependencies"] = {},
): Resource {
  return {
    urn: `${head}${type}::web`,
    type,
    name: "web",
    custom: false,
    inputs,
    dependencies: [],
    propertyDependencies,
    source,
  };
}

const place = {
  provider,
  urnOf: (parent: string, type: string, name: string) =>
    formUrn({ stack: "dev", project: "desk", parent, type, name }),
};

const service = "awsx:ecs:FargateService";
const task = "awsx:ecs:FargateTaskDefinition";
const inService = `${head}${service}$`;
const inTask = `${inService}${task}$`;
const roles = {
  task: `${inTask}aws:iam/role:Role::web-task`,
  execution: `${inTask}aws:iam/role:Role::web-execution`,
};
const definition = `${inTask}aws:ecs/taskDefinition:TaskDefinition::web`;

const byUrn = (children: readonly Resource[]) =>
  Object.fromEntries(children.map((child) => [child.urn, child.inputs]));

describe("what a component of Crosswalk makes of a task", () => {
  it("is a task definition with roles of its own, and the service that runs it", () => {
    const database = `${head}aws:rds/instance:Instance::db`;
    const password = new Secret("canary-of-a-password");
    const { children, notes } = expandTasks(
      component(
        service,
        {
          cluster: "arn:known",
          taskDefinitionArgs: {
            cpu: "256",
            container: {
              name: "app",
              image: "acme/web",
              environment: [
                { name: "HOST", value: new Unknown([database]) },
                { name: "DB_PASSWORD", value: password },
              ],
            },
          },
        },
        { taskDefinitionArgs: [database] },
      ),
      place,
    );
    assert.deepEqual(notes, []);
    const trust = {
      Version: "2012-10-17",
      Statement: [
        {
          Action: "sts:AssumeRole",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Effect: "Allow",
        },
      ],
    };
    const container = {
      name: "app",
      image: "acme/web",
      environment: [
        { name: "HOST", value: new Unknown([database]) },
        { name: "DB_PASSWORD", value: password },
      ],
    };
    assert.deepEqual(byUrn(children), {
      [`${inService}${task}::web`]: { cpu: "256", container },
      [roles.task]: { assumeRolePolicy: trust },
      [roles.execution]: { assumeRolePolicy: trust },
      [`${inTask}aws:iam/rolePolicyAttachment:RolePolicyAttachment::web-execution-9a42f520`]: {
        role: new Unknown([roles.execution], false, "name"),
        policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      },
      [definition]: {
        cpu: "256",
        taskRoleArn: new Unknown([roles.task], false, "arn"),
        executionRoleArn: new Unknown([roles.execution], false, "arn"),
        containerDefinitions: [container],
      },
      [`${inService}aws:ecs/service:Service::web`]: {
        cluster: "arn:known",
        taskDefinition: new Unknown([definition], false, "arn"),
      },
    });
    assert.deepEqual(children.find(({ urn }) => urn === definition)?.propertyDependencies, {
      cpu: [database],
      taskRoleArn: [roles.task],
      executionRoleArn: [roles.execution],
      containerDefinitions: [database],
    });
    for (const { source: at } of children) assert.deepEqual(at, source);
  });

  it("runs as its configured role, as none where that is skipped, and as one with the named policies", () => {
    const args = (taskRole: Value, executionRole: Value): Record<string, Value> => ({
      containers: { b: { image: "b" }, a: { image: "a" } },
      taskRole,
      executionRole,
    });
    const given = expandTasks(
      component(task, args({ roleArn: "arn:aws:iam::111122223333:role/web" }, { skip: true })),
      place,
    );
    assert.deepEqual(
      given.children.map(({ inputs }) => inputs),
      [
        {
          taskRoleArn: "arn:aws:iam::111122223333:role/web",
          containerDefinitions: [
            { image: "a", name: "a" },
            { image: "b", name: "b" },
          ],
        },
      ],
    );
    const own = { policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"], path: "/web/" };
    const named = expandTasks(component(task, args({ args: own }, { skip: true })), place);
    assert.deepEqual(
      named.children.map(({ name, inputs }) => [name, inputs["path"] ?? inputs["policyArn"]]),
      [
        ["web-task", "/web/"],
        ["web-task-bc4e2a51", "arn:aws:iam::aws:policy/AdministratorAccess"],
        ["web", undefined],
      ],
    );
  });

  it("is behind the load balancers whose target groups its ports name", () => {
    const balancer = `${head}awsx:lb:ApplicationLoadBalancer::lb`;
    const { children } = expandTasks(
      component(service, {
        taskDefinitionArgs: {
          container: { portMappings: [{ targetGroup: new Unknown([balancer]) }, {}] },
        },
      }),
      place,
    );
    assert.deepEqual(children.at(-1)?.inputs["loadBalancers"], [
      { containerName: "container", targetGroupArn: new Unknown([balancer]) },
    ]);
  });

  it("is a service alone where the task definition is another's", () => {
    const other = new Unknown([definition], false, "arn");
    const { children } = expandTasks(component(service, { taskDefinition: other }), place);
    assert.deepEqual(byUrn(children), {
      [`${inService}aws:ecs/service:Service::web`]: { taskDefinition: other },
    });
  });

  it("is reported as not judged where its arguments or its containers are unknown", () => {
    const note = (property: string, type: string) => ({
      kind: "opaque-component",
      message: `\`${property}\` of \`${type}\` is not known before other resources are made: what it makes was not judged`,
      urn: `${head}${type}::web`,
      source,
    });
    assert.deepEqual(
      expandTasks(component(service, { taskDefinitionArgs: new Unknown() }), place),
      { children: [], notes: [note("taskDefinitionArgs", service)] },
    );
    assert.deepEqual(expandTasks(component(task, { containers: null }), place), {
      children: [],
      notes: [note("containers", task)],
    });
  });

  it("keeps secret what the whole of its arguments is marked as", () => {
    const container = {
      name: "app",
      environment: [{ name: "DB_PASSWORD", value: "canary-of-a-password" }],
    };
    const { children } = expandTasks(
      component(service, {
        taskDefinitionArgs: new Secret({
          containers: { app: container },
          taskRole: { roleArn: "canary-of-a-role" },
          executionRole: { args: { policyArns: ["canary-of-a-policy"] } },
        }),
      }),
      place,
    );
    assert.deepEqual(byUrn(children)[definition]?.["containerDefinitions"], [
      { name: "app", environment: new Secret(container.environment) },
    ]);
    assert.deepEqual(byUrn(children)[definition]?.["taskRoleArn"], new Secret("canary-of-a-role"));
    assert.doesNotMatch(inspect(children), /canary/);
  });

  it("has a role of which nothing is known where its arguments are not", () => {
    const args = new Unknown([`${head}aws:iam/policy:Policy::own`]);
    const { children } = expandTasks(
      component(task, { container: { name: "app" }, taskRole: { args } }),
      place,
    );
    const role = `${head}${task}$aws:iam/role:Role::web-task`;
    assert.deepEqual(byUrn(children)[role], {
      assumeRolePolicy: args,
      inlinePolicies: args,
      managedPolicyArns: args,
      name: args,
      permissionsBoundary: args,
      tags: args,
    });
    const attachment = `${head}${task}$aws:iam/rolePolicyAttachment:RolePolicyAttachment::web-task-unknown`;
    assert.deepEqual(byUrn(children)[attachment], {
      role: new Unknown([role], false, "name"),
      policyArn: args,
    });
  });
});
