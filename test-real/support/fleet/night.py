"""Makes with moto what the state of a stack declares, runs its state machine once, and prints what came of it.

boto3 holds every call against AWS's own description of the service: it refuses what AWS has no name or another type for. moto
runs the steps. It runs no query: those that the test says have a row.
"""

import json
import sys
import time

import boto3
from moto import mock_aws
from moto.athena.models import AthenaBackend, QueryResults

REGION = "eu-central-1"


def in_bucket(member):
    """An operation that sets one thing of a bucket."""

    def shape(inputs):
        bucket = inputs.pop("bucket")
        return {"bucket": bucket, member: inputs.get(member, inputs)}

    return shape


def bucket(inputs):
    where = {"locationConstraint": REGION}
    return {"bucket": inputs["bucket"], "createBucketConfiguration": where}


def encryption(inputs):
    rules = [rule["applyServerSideEncryptionByDefault"] for rule in inputs.pop("rules")]
    return {
        **inputs,
        "serverSideEncryptionConfiguration": {
            "rules": [
                {"applyServerSideEncryptionByDefault": {"SSEAlgorithm": rule["sseAlgorithm"]}}
                for rule in rules
            ]
        },
    }


def renamed(**names):
    """Inputs of which some are called otherwise by the service."""
    return lambda inputs: {names.get(name, name): value for name, value in inputs.items()}


# The service and operation that make a type, and its inputs as the operation has them.
TYPES = {
    "s3/bucket:Bucket": ("s3.create_bucket", bucket),
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (
        "s3.put_public_access_block",
        in_bucket("publicAccessBlockConfiguration"),
    ),
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "s3.put_bucket_encryption",
        encryption,
    ),
    "s3/bucketVersioning:BucketVersioning": (
        "s3.put_bucket_versioning",
        in_bucket("versioningConfiguration"),
    ),
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        "s3.put_bucket_lifecycle_configuration",
        in_bucket("lifecycleConfiguration"),
    ),
    "s3/bucketPolicy:BucketPolicy": ("s3.put_bucket_policy", renamed()),
    "glue/catalogDatabase:CatalogDatabase": (
        "glue.create_database",
        lambda inputs: {"databaseInput": inputs},
    ),
    "glue/catalogTable:CatalogTable": (
        "glue.create_table",
        lambda inputs: {"databaseName": inputs.pop("databaseName"), "tableInput": inputs},
    ),
    "athena/workgroup:Workgroup": ("athena.create_work_group", renamed()),
    "athena/namedQuery:NamedQuery": (
        "athena.create_named_query",
        renamed(query="queryString"),
    ),
    "iam/policy:Policy": (
        "iam.create_policy",
        renamed(name="policyName", policy="policyDocument"),
    ),
    "iam/role:Role": (
        "iam.create_role",
        renamed(name="roleName", assumeRolePolicy="assumeRolePolicyDocument"),
    ),
    "iam/rolePolicy:RolePolicy": (
        "iam.put_role_policy",
        renamed(role="roleName", name="policyName", policy="policyDocument"),
    ),
    "sns/topic:Topic": ("sns.create_topic", renamed()),
    "sfn/stateMachine:StateMachine": ("stepfunctions.create_state_machine", renamed()),
    "scheduler/scheduleGroup:ScheduleGroup": ("scheduler.create_schedule_group", renamed()),
    "scheduler/schedule:Schedule": ("scheduler.create_schedule", renamed()),
    "cloudwatch/metricAlarm:MetricAlarm": (
        "cloudwatch.put_metric_alarm",
        renamed(name="alarmName"),
    ),
}

# What the provider completes, and does not send.
UNSENT = {"__defaults", "forceDetachPolicies"}


def client(service):
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="any", aws_secret_access_key="any"
    )


def shaped(value, shape):
    """A value with the names that AWS's description of it has; what that does not name is left as it is, and refused."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {name.lower(): (name, member) for name, member in shape.members.items()}
        named = {key: members.get(key.lower(), (key, None)) for key in value if key not in UNSENT}
        return {
            name: value[key] if member is None else shaped(value[key], member)
            for key, (name, member) in named.items()
        }
    if shape.type_name == "list":
        if isinstance(value, dict):
            first, second = sorted(shape.member.members)[:2]
            return [{first: key, second: each} for key, each in value.items()]
        return [shaped(each, shape.member) for each in value]
    return value


def make(resource):
    operation, inputs_of = TYPES[resource["type"].removeprefix("aws:")]
    service, method = operation.split(".")
    made_by = client(service)
    api = made_by.meta.service_model.operation_model(made_by.meta.method_to_api_mapping[method])
    return getattr(made_by, method)(**shaped(inputs_of(dict(resource["inputs"])), api.input_shape))


def not_waiting(definition):
    """The steps without `.sync`, which moto cannot do for Athena: there, a query has ended once it is started."""
    if isinstance(definition, list):
        return [not_waiting(each) for each in definition]
    if not isinstance(definition, dict):
        return definition
    steps = {key: not_waiting(each) for key, each in definition.items()}
    if str(steps.get("Resource")).endswith("athena:startQueryExecution.sync"):
        steps["Resource"] = steps["Resource"].removesuffix(".sync")
        steps["ResultSelector"] = {
            "QueryExecution": {
                "QueryExecutionId.$": "$.QueryExecutionId",
                "ResultConfiguration": {"OutputLocation": "s3://acme-fleet-facts/results/1.csv"},
            }
        }
    return steps


def rows_by(finds):
    """Rows of a query's result: the names of the columns, and one more for a query that finds something."""

    def get_query_results(self, exec_id):
        rows = ["thing", "iam-role|111122223333|desk"]
        count = 2 if self.executions[exec_id].query in finds else 1
        data = [{"Data": [{"VarCharValue": cell}]} for cell in rows[:count]]
        return QueryResults(rows=data, column_info=[])

    return get_query_results


@mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
def main(resources, finds):
    AthenaBackend.get_query_results = rows_by(finds)
    machine = None
    for resource in resources:
        if resource["type"] == "aws:sfn/stateMachine:StateMachine":
            steps = not_waiting(json.loads(resource["inputs"]["definition"]))
            resource["inputs"]["definition"] = json.dumps(steps)
            machine = make(resource)["stateMachineArn"]
        else:
            make(resource)

    sns, sqs = client("sns"), client("sqs")
    [topic] = sns.list_topics()["Topics"]
    queue = sqs.create_queue(QueueName="people")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])

    stepfunctions, athena = client("stepfunctions"), client("athena")
    execution = stepfunctions.start_execution(stateMachineArn=machine)["executionArn"]
    ended = {"status": "RUNNING"}
    while ended["status"] == "RUNNING":
        time.sleep(0.2)
        ended = stepfunctions.describe_execution(executionArn=execution)

    messages = []
    while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            body = json.loads(message["Body"])
            messages.append(f"{body['Subject']}: {body['Message']}")
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    ids = athena.list_query_executions()["QueryExecutionIds"]
    queries = [athena.get_query_execution(QueryExecutionId=each)["QueryExecution"] for each in ids]
    [schedule] = client("scheduler").list_schedules(GroupName="agentid-fleet")["Schedules"]
    glue = client("glue")
    return {
        "status": ended["status"],
        "cause": ended.get("cause"),
        "machine": machine,
        "scheduled": schedule["Target"]["Arn"],
        "messages": sorted(messages),
        "queries": [
            [each["WorkGroup"], each["QueryExecutionContext"]["Database"], each["Query"]]
            for each in queries
        ],
        "tables": sorted(
            table["Name"] for table in glue.get_tables(DatabaseName="agentid_fleet")["TableList"]
        ),
    }


with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
print(json.dumps(main(given["resources"], given["finds"])))
