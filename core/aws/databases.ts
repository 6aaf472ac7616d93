import type { AwsArn, AwsType } from "./aws-type";

// Types that code asks for by name.
export const tableType = "aws:dynamodb/table:Table";
export const tablePolicyType = "aws:dynamodb/resourcePolicy:ResourcePolicy";

const databaseClusterArn = {
  what: "database cluster",
  arn: "arn:aws:rds:{region}:{account}:cluster:{clusterIdentifier}",
  actions: `
    rds-data:* rds:DeleteDBCluster rds:ModifyDBCluster rds:StartDBCluster rds:StopDBCluster
    rds:CreateDBClusterSnapshot rds:AddRoleToDBCluster rds:RestoreDBClusterToPointInTime
  `,
} as const satisfies AwsArn;

const searchDomainArn = {
  what: "search domain",
  arn: "arn:aws:es:{region}:{account}:domain/{domainName}",
  inside: ["/*"],
  actions: `
    es:ESHttp* es:DeleteDomain es:DescribeDomain es:DescribeDomainConfig
    es:UpdateDomainConfig es:UpgradeDomain
  `,
} as const satisfies AwsArn;

/** Databases, warehouses and caches. */
export const databasesTypes = {
  [tableType]: {
    native: "aws-native:dynamodb:Table",
    arn: {
      what: "table",
      arn: "arn:aws:dynamodb:{region}:{account}:table/{name}",
      // Indexes and streams. Source: Service authorization reference, Amazon DynamoDB, resource types of each action.
      inside: ["/*"],
      insideActions: "DescribeStream GetRecords GetShardIterator",
      eitherActions: "Query Scan PartiQLSelect",
      partInputs: "globalSecondaryIndexes localSecondaryIndexes streamEnabled streamSpecification",
      notActions: `
        CreateTable ListTables ListBackups ListStreams ListExports ListImports ListGlobalTables
        DescribeLimits DescribeEndpoints DescribeReservedCapacity*
        PurchaseReservedCapacityOfferings
      `,
      calls: {
        actions: `
          dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:BatchWriteItem
          dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:PartiQLDelete
        `,
        by: "may write to",
      },
    },
  },
  [tablePolicyType]: { policyOf: { input: "resourceArn", types: [tableType] } },
  "aws:rds/instance:Instance": {
    arn: {
      what: "database",
      arn: "arn:aws:rds:{region}:{account}:db:{identifier}",
      actions: `
        rds:DeleteDBInstance rds:ModifyDBInstance rds:RebootDBInstance rds:StartDBInstance
        rds:StopDBInstance rds:CreateDBSnapshot rds:DownloadDBLogFilePortion
        rds:DownloadCompleteDBLogFile rds:AddRoleToDBInstance rds:RestoreDBInstanceToPointInTime
      `,
    },
    otherArns: [
      {
        what: "users of database",
        arn: "arn:aws:rds-db:{region}:{account}:dbuser:{id}/*",
        idOutput: "resourceId",
        needs: "iamDatabaseAuthenticationEnabled",
        actions: "rds-db:connect",
      },
    ],
  },
  "aws:rds/cluster:Cluster": {
    arn: databaseClusterArn,
    otherArns: [
      {
        what: "users of database cluster",
        arn: "arn:aws:rds-db:{region}:{account}:dbuser:{id}/*",
        idOutput: "clusterResourceId",
        needs: "iamDatabaseAuthenticationEnabled",
        actions: "rds-db:connect",
      },
    ],
  },
  "aws:rds/proxy:Proxy": {
    arn: {
      what: "database proxy",
      arn: "arn:aws:rds-db:{region}:{account}:dbuser:{id}/*",
      idOutput: "arn",
      actions: "rds-db:connect",
    },
  },
  "aws:docdb/cluster:Cluster": { arn: databaseClusterArn },
  "aws:neptune/cluster:Cluster": {
    arn: databaseClusterArn,
    otherArns: [
      {
        what: "data of graph database",
        arn: "arn:aws:neptune-db:{region}:{account}:{id}/*",
        idOutput: "clusterResourceId",
        needs: "iamDatabaseAuthenticationEnabled",
        actions: "neptune-db:*",
      },
    ],
  },
  "aws:neptunegraph/graph:Graph": {
    arn: {
      what: "graph of Neptune Analytics",
      arn: "arn:aws:neptune-graph:{region}:{account}:graph/{id}",
      authorizedAs: ["neptune-graph:graph"],
    },
  },
  "aws:redshift/cluster:Cluster": {
    arn: {
      what: "warehouse",
      arn: "arn:aws:redshift:{region}:{account}:cluster:{clusterIdentifier}",
      actions: `
        redshift-data:ExecuteStatement redshift-data:BatchExecuteStatement
        redshift-data:ListTables redshift-data:ListDatabases redshift-data:DescribeTable
        redshift:ModifyCluster* redshift:DeleteCluster redshift:RebootCluster
        redshift:CreateClusterSnapshot
      `,
    },
    otherArns: [
      {
        what: "users of warehouse",
        arn: "arn:aws:redshift:{region}:{account}:dbuser:{clusterIdentifier}/*",
        actions: "redshift:GetClusterCredentials redshift:CreateClusterUser",
      },
      {
        what: "databases of warehouse",
        arn: "arn:aws:redshift:{region}:{account}:dbname:{clusterIdentifier}/*",
        actions: "redshift:GetClusterCredentialsWithIAM",
      },
    ],
  },
  "aws:redshiftserverless/workgroup:Workgroup": {
    arn: {
      what: "serverless warehouse",
      arn: "arn:aws:redshift-serverless:{region}:{account}:workgroup/{id}",
      actions: `
        redshift-data:ExecuteStatement redshift-data:BatchExecuteStatement
        redshift-serverless:GetCredentials redshift-serverless:UpdateWorkgroup
        redshift-serverless:DeleteWorkgroup redshift-serverless:GetWorkgroup
      `,
    },
  },
  "aws:dsql/cluster:Cluster": {
    arn: {
      what: "Aurora DSQL cluster",
      arn: "arn:aws:dsql:{region}:{account}:cluster/{id}",
      actions: "dsql:DbConnect* dsql:GetCluster dsql:UpdateCluster dsql:DeleteCluster",
    },
  },
  "aws:dsql/clusterPolicy:ClusterPolicy": {
    policyOf: { input: "identifier", types: ["aws:dsql/cluster:Cluster"] },
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    arn: {
      what: "cache",
      arn: "arn:aws:elasticache:{region}:{account}:replicationgroup:{replicationGroupId}",
      actions: `
        elasticache:Connect elasticache:ModifyReplicationGroup
        elasticache:DeleteReplicationGroup elasticache:CreateSnapshot
      `,
    },
  },
  "aws:elasticache/serverlessCache:ServerlessCache": {
    arn: {
      what: "serverless cache",
      arn: "arn:aws:elasticache:{region}:{account}:serverlesscache:{name}",
      actions: `
        elasticache:Connect elasticache:ModifyServerlessCache elasticache:DeleteServerlessCache
        elasticache:CreateServerlessCacheSnapshot
      `,
    },
  },
  "aws:memorydb/cluster:Cluster": {
    arn: {
      what: "memory database",
      arn: "arn:aws:memorydb:{region}:{account}:cluster/{name}",
      actions: `
        memorydb:Connect memorydb:UpdateCluster memorydb:DeleteCluster memorydb:CreateSnapshot
      `,
    },
  },
  "aws:keyspaces/keyspace:Keyspace": {
    arn: {
      what: "keyspace",
      arn: "arn:aws:cassandra:{region}:{account}:/keyspace/{name}/",
      inside: ["table/*"],
      authorizedAs: ["cassandra:keyspace", "cassandra:table"],
    },
  },
  "aws:keyspaces/table:Table": {
    arn: {
      what: "table of keyspace",
      arn: "arn:aws:cassandra:{region}:{account}:/keyspace/{keyspaceName}/table/{tableName}",
      inside: ["/stream/*"],
      authorizedAs: ["cassandra:table", "cassandra:stream"],
    },
  },
  "aws:timestreamwrite/database:Database": {
    arn: {
      what: "time series database",
      arn: "arn:aws:timestream:{region}:{account}:database/{databaseName}",
      inside: ["/table/*"],
      authorizedAs: ["timestream:database", "timestream:table"],
    },
  },
  "aws:timestreamwrite/table:Table": {
    arn: {
      what: "time series table",
      arn: "arn:aws:timestream:{region}:{account}:database/{databaseName}/table/{tableName}",
      authorizedAs: ["timestream:table"],
    },
  },
  "aws:opensearch/domain:Domain": { policyInput: "accessPolicies", arn: searchDomainArn },
  "aws:opensearch/serverlessCollection:ServerlessCollection": {
    arn: {
      what: "search collection",
      arn: "arn:aws:aoss:{region}:{account}:collection/{id}",
      actions: "aoss:APIAccessAll aoss:UpdateCollection aoss:DeleteCollection",
    },
  },
  "aws:opensearch/domainPolicy:DomainPolicy": {
    policyOf: {
      input: "domainName",
      types: ["aws:opensearch/domain:Domain"],
      policy: "accessPolicies",
    },
  },
  "aws:elasticsearch/domain:Domain": { arn: searchDomainArn },
  "aws:elasticsearch/domainPolicy:DomainPolicy": {
    policyOf: {
      input: "domainName",
      types: ["aws:elasticsearch/domain:Domain"],
      policy: "accessPolicies",
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
