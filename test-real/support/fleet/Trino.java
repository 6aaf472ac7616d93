import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trino.plugin.memory.MemoryConnectorFactory;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.MaterializedRow;
import io.trino.testing.TestingSession;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the SQL statements of a JSON file in one Trino, and prints for each its rows as text, or why it was refused. */
class Trino {
  public static void main(String[] args) throws Exception {
    var json = new ObjectMapper().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);
    var session = TestingSession.testSessionBuilder().setCatalog("memory").setSchema("default").build();
    var trino = LocalQueryRunner.create(session);
    trino.createCatalog("memory", new MemoryConnectorFactory(), Map.of());
    var answers = new ArrayList<Map<String, Object>>();
    for (var statement : json.readValue(new File(args[0]), String[].class)) {
      // Trino copies a common table expression into each of its uses: a plan can grow until it is never made.
      var tooLong = Map.<String, Object>of("refused", "it takes longer than a minute");
      answers.add(
          CompletableFuture.supplyAsync(() -> answer(trino, statement))
              .completeOnTimeout(tooLong, 60, TimeUnit.SECONDS)
              .get());
    }
    System.out.println(json.writeValueAsString(answers));
    System.exit(0);
  }

  private static Map<String, Object> answer(LocalQueryRunner trino, String statement) {
    try {
      var rows = new ArrayList<List<String>>();
      for (MaterializedRow row : trino.execute(statement)) {
        rows.add(row.getFields().stream().map(cell -> cell == null ? null : cell.toString()).toList());
      }
      return Map.of("rows", rows);
    } catch (RuntimeException refused) {
      return Map.of("refused", String.valueOf(refused.getMessage()));
    }
  }
}
