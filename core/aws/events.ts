import type { AwsArn, AwsType } from "./aws-type";

// Types that code asks for by name.
export const topicType = "aws:sns/topic:Topic";
export const topicSubscriptionType = "aws:sns/topicSubscription:TopicSubscription";
export const eventBusType = "aws:cloudwatch/eventBus:EventBus";
export const eventRuleType = "aws:cloudwatch/eventRule:EventRule";
export const eventConnectionType = "aws:cloudwatch/eventConnection:EventConnection";
export const stateMachineType = "aws:sfn/stateMachine:StateMachine";
export const pipeType = "aws:pipes/pipe:Pipe";

const kafkaClusterArn = {
  what: "Kafka cluster",
  arn: "arn:aws:kafka:{region}:{account}:cluster/{clusterName/*}",
  actions: `
    kafka-cluster:Connect kafka-cluster:AlterCluster* kafka-cluster:DescribeCluster*
    kafka-cluster:WriteDataIdempotently kafka:GetBootstrapBrokers kafka:DescribeCluster*
    kafka:UpdateBroker* kafka:UpdateCluster* kafka:UpdateSecurity kafka:RebootBroker
    kafka:DeleteCluster kafka:PutClusterPolicy kafka:DeleteClusterPolicy
  `,
} as const satisfies AwsArn;

const topicsOfKafkaClusterArn = {
  what: "topics of Kafka cluster",
  arn: "arn:aws:kafka:{region}:{account}:topic/{clusterName}/*/*",
  actions: "kafka-cluster:ReadData kafka-cluster:WriteData kafka-cluster:*Topic*",
} as const satisfies AwsArn;

const queueType = "aws:sqs/queue:Queue";

/** Queues, topics, events and streams. */
export const eventsTypes = {
  [queueType]: {
    native: "aws-native:sqs:Queue",
    policyInput: "policy",
    arn: {
      what: "queue",
      arn: "arn:aws:sqs:{region}:{account}:{name}",
      notActions: "CreateQueue ListQueues",
      calls: { actions: "sqs:SendMessage", by: "may send to" },
    },
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    native: "aws-native:sqs:QueueInlinePolicy",
    policyOf: { input: "queueUrl", types: [queueType] },
  },
  [topicType]: {
    native: "aws-native:sns:Topic",
    policyInput: "policy",
    arn: {
      what: "topic",
      arn: "arn:aws:sns:{region}:{account}:{name}",
      notActions: `
        CreateTopic ListTopics ListSubscriptions Unsubscribe *Platform* *Endpoint* *SMS*
        *PhoneNumber* ListOriginationNumbers
      `,
      calls: { actions: "sns:Publish", by: "may publish to" },
    },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    native: "aws-native:sns:TopicInlinePolicy",
    policyOf: { input: "arn", types: [topicType] },
  },
  [topicSubscriptionType]: {
    native: "aws-native:sns:Subscription",
    openSettings: { at: ["endpoint"] },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    arn: {
      what: "log group",
      arn: "arn:aws:logs:{region}:{account}:log-group:{name}",
      inside: [":*"],
      notActions: `
        CreateLogGroup DescribeLogGroups DescribeDestinations DescribeExportTasks
        DescribeQueries DescribeQueryDefinitions DescribeResourcePolicies
        DescribeAccountPolicies DescribeDeliver* *QueryDefinition *ResourcePolicy *AccountPolicy
        *Destination* *Delivery* *Deliveries CancelExportTask StopQuery TestMetricFilter
      `,
    },
  },
  [eventBusType]: {
    arn: {
      what: "event bus",
      arn: "arn:aws:events:{region}:{account}:event-bus/{name}",
      actions: `
        events:PutEvents events:PutPermission events:RemovePermission events:DeleteEventBus
        events:DescribeEventBus events:UpdateEventBus events:PutRule
      `,
      calls: { actions: "events:PutEvents", by: "may put events on" },
    },
    otherArns: [
      {
        what: "rules of event bus",
        arn: "arn:aws:events:{region}:{account}:rule/{name}/*",
        actions: `
          events:PutTargets events:RemoveTargets events:PutRule events:DeleteRule
          events:EnableRule events:DisableRule
        `,
      },
    ],
  },
  [eventRuleType]: {
    arn: {
      what: "rule",
      arn: "arn:aws:events:{region}:{account}:rule/{eventBusName}/{name}",
      parentLeftOut: "default",
      actions: `
        events:PutTargets events:RemoveTargets events:PutRule events:DeleteRule
        events:EnableRule events:DisableRule events:DescribeRule events:ListTargetsByRule
      `,
    },
  },
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {
    policyOf: { input: "eventBusName", types: [eventBusType] },
  },
  [eventConnectionType]: {
    secrets: {
      at: [
        "authParameters.apiKey.value",
        "authParameters.basic.password",
        "authParameters.oauth.clientParameters.clientSecret",
        "authParameters.invocationHttpParameters.headers[isValueSecret].value",
        "authParameters.invocationHttpParameters.queryStrings[isValueSecret].value",
        "authParameters.invocationHttpParameters.bodies[isValueSecret].value",
        "authParameters.oauth.oauthHttpParameters.headers[isValueSecret].value",
        "authParameters.oauth.oauthHttpParameters.queryStrings[isValueSecret].value",
        "authParameters.oauth.oauthHttpParameters.bodies[isValueSecret].value",
      ],
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": { openSettings: { at: ["input"] } },
  "aws:kinesis/stream:Stream": {
    arn: {
      what: "stream",
      arn: "arn:aws:kinesis:{region}:{account}:stream/{name}",
      inside: ["/*"],
      notActions: "CreateStream ListStreams DescribeLimits DescribeAccountSettings",
      calls: { actions: "kinesis:PutRecord kinesis:PutRecords", by: "may write to" },
    },
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    arn: {
      what: "delivery stream",
      arn: "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
      notActions: "CreateDeliveryStream ListDeliveryStreams",
    },
  },
  "aws:kinesis/resourcePolicy:ResourcePolicy": {
    policyOf: { input: "resourceArn", types: ["aws:kinesis/stream:Stream"] },
  },
  [stateMachineType]: {
    ownAccountInputs: ["roleArn"],
    job: {
      what: "state machine",
      runsAs: { path: "roleArn", how: "execution role" },
      texts: ["definition"],
    },
    arn: {
      what: "state machine",
      arn: "arn:aws:states:{region}:{account}:stateMachine:{name}",
      inside: [":*"],
      notActions: `
        CreateStateMachine ListStateMachines *Activit* SendTask* ValidateStateMachineDefinition
        TestState
      `,
      calls: { actions: "states:StartExecution states:StartSyncExecution", by: "may start" },
    },
  },
  "aws:sfn/activity:Activity": {
    arn: {
      what: "activity",
      arn: "arn:aws:states:{region}:{account}:activity:{name}",
      actions: "states:GetActivityTask states:DescribeActivity states:DeleteActivity",
    },
  },
  "aws:scheduler/schedule:Schedule": {
    openSettings: { at: ["target.input"] },
    arn: {
      what: "schedule",
      arn: "arn:aws:scheduler:{region}:{account}:schedule/{groupName}/{name}",
      parentDefault: "default",
      actions: "scheduler:UpdateSchedule scheduler:DeleteSchedule scheduler:GetSchedule",
    },
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    arn: {
      what: "schedule group",
      arn: "arn:aws:scheduler:{region}:{account}:schedule-group/{name}",
      actions: "scheduler:DeleteScheduleGroup scheduler:GetScheduleGroup",
    },
    otherArns: [
      {
        what: "schedules of group",
        arn: "arn:aws:scheduler:{region}:{account}:schedule/{name}/*",
        actions: `
          scheduler:CreateSchedule scheduler:UpdateSchedule scheduler:DeleteSchedule
          scheduler:GetSchedule
        `,
      },
    ],
  },
  [pipeType]: {
    arn: {
      what: "pipe",
      arn: "arn:aws:pipes:{region}:{account}:pipe/{name}",
      actions: `
        pipes:UpdatePipe pipes:DeletePipe pipes:StartPipe pipes:StopPipe pipes:DescribePipe
      `,
    },
  },
  "aws:mq/broker:Broker": {
    arn: {
      what: "broker",
      arn: "arn:aws:mq:{region}:{account}:broker:{brokerName:*}",
      actions: `
        mq:CreateUser mq:UpdateUser mq:DeleteUser mq:DescribeBroker mq:UpdateBroker
        mq:DeleteBroker mq:RebootBroker mq:Promote
      `,
    },
  },
  "aws:mq/configuration:Configuration": { openSettings: { at: ["data"] } },
  "aws:msk/cluster:Cluster": { arn: kafkaClusterArn, otherArns: [topicsOfKafkaClusterArn] },
  "aws:msk/serverlessCluster:ServerlessCluster": {
    arn: kafkaClusterArn,
    otherArns: [topicsOfKafkaClusterArn],
  },
  "aws:msk/clusterPolicy:ClusterPolicy": {
    policyOf: {
      input: "clusterArn",
      types: ["aws:msk/cluster:Cluster", "aws:msk/serverlessCluster:ServerlessCluster"],
    },
  },
  "aws:msk/configuration:Configuration": { openSettings: { at: ["serverProperties"] } },
  "aws:mskconnect/connector:Connector": {
    job: { what: "MSK connector", environments: ["connectorConfiguration"] },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
