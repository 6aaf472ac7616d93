import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as fleet from "pulumi-agentid/fleet/tables.json";

/** The names of the tables of facts. */
export const tableNames: readonly string[] = fleet.tables.map(({ name }) => name);

/** How Athena calls the types of columns. */
const types: Readonly<Record<string, string>> = { text: "string", integer: "int" };

const parquet = "org.apache.hadoop.hive.ql.io.parquet";

/** A database with a table for each kind of fact, over the files under `facts/` of a bucket. */
export function factsDatabase(bucket: aws.s3.Bucket, name: string): aws.glue.CatalogDatabase {
  const database = new aws.glue.CatalogDatabase("facts", { name });
  for (const table of fleet.tables) {
    new aws.glue.CatalogTable(table.name, {
      name: table.name,
      databaseName: database.name,
      description: table.about,
      tableType: "EXTERNAL_TABLE",
      parameters: { EXTERNAL: "TRUE", classification: "parquet" },
      storageDescriptor: {
        location: pulumi.interpolate`s3://${bucket.bucket}/facts/${table.name}/`,
        inputFormat: `${parquet}.MapredParquetInputFormat`,
        outputFormat: `${parquet}.MapredParquetOutputFormat`,
        serDeInfo: { serializationLibrary: `${parquet}.serde.ParquetHiveSerDe` },
        columns: table.columns.map((column) => ({
          name: column.name,
          type: types[column.type] ?? column.type,
          comment: column.about,
        })),
      },
    });
  }
  return database;
}
