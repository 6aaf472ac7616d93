"""Runs the SQL statements of a JSON file in one Spark, and prints for each its rows as text, or why it was refused."""

import json
import sys

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

settings = {
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    # The default is meant for a cluster: as many tasks for a handful of rows take most of the time.
    "spark.sql.shuffle.partitions": "2",
}
spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()


def answer(statement):
    try:
        rows = spark.sql(statement).collect()
    except (PySparkException, Py4JJavaError) as refused:
        return {"refused": str(refused)}
    return {"rows": [[None if cell is None else str(cell) for cell in row] for row in rows]}


with open(sys.argv[1], encoding="utf-8") as file:
    statements = json.load(file)
print(json.dumps([answer(statement) for statement in statements]))
