import type { Query } from "./queries";

/** What the steps of the nightly job are made from. */
export interface Steps {
  /** Queries that are stored as tables, one after the other. */
  readonly joined: readonly Query[];
  /** Queries whose rows are findings. */
  readonly rules: readonly Query[];
  readonly workgroup: string;
  readonly database: string;
  /** ARN of the topic that findings are published to. */
  readonly topic: string;
}

/** The nightly job in Amazon States Language: it stores tables, then runs each rule, and publishes the rules with findings. */
export function stepsOf({ joined, rules, workgroup, database, topic }: Steps): object {
  const athena = (query: string) => ({
    Type: "Task",
    Resource: "arn:aws:states:::athena:startQueryExecution.sync",
    Parameters: {
      "QueryString.$": query,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database },
    },
    Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 30, MaxAttempts: 2 }],
  });
  const drops = joined.map(({ name, sql }) => ({ drop: `DROP TABLE IF EXISTS ${name}`, sql }));
  return {
    Comment: "What all stacks share",
    TimeoutSeconds: 3600,
    StartAt: "Queries",
    States: {
      Queries: { Type: "Pass", Result: { joined: drops, rules }, Next: "Joined tables" },
      "Joined tables": {
        Type: "Map",
        ItemsPath: "$.joined",
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          StartAt: "Drop",
          States: {
            Drop: { ...athena("$.drop"), ResultPath: null, Next: "Store" },
            Store: { ...athena("$.sql"), ResultPath: null, OutputPath: null, End: true },
          },
        },
        ResultPath: null,
        Next: "Rules",
      },
      Rules: {
        Type: "Map",
        ItemsPath: "$.rules",
        MaxConcurrency: 4,
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          StartAt: "Run",
          States: {
            Run: { ...athena("$.sql"), ResultPath: "$.run", Next: "First row" },
            "First row": {
              Type: "Task",
              Resource: "arn:aws:states:::athena:getQueryResults",
              Parameters: {
                "QueryExecutionId.$": "$.run.QueryExecution.QueryExecutionId",
                // The names of the columns come first.
                MaxResults: 2,
              },
              ResultSelector: { "rows.$": "$.ResultSet.Rows" },
              ResultPath: "$.found",
              Next: "Finding?",
            },
            "Finding?": {
              Type: "Choice",
              Choices: [{ Variable: "$.found.rows[1]", IsPresent: true, Next: "Publish" }],
              Default: "Passed",
            },
            Publish: {
              Type: "Task",
              Resource: "arn:aws:states:::sns:publish",
              Parameters: {
                TopicArn: topic,
                "Subject.$": "States.Format('agentid: {}', $.name)",
                "Message.$":
                  "States.Format('{} has findings: {}', $.name, $.run.QueryExecution.ResultConfiguration.OutputLocation)",
              },
              ResultSelector: {},
              Next: "Passed",
            },
            Passed: { Type: "Pass", Result: {}, End: true },
          },
        },
        End: true,
      },
    },
  };
}
