// The year of large_year.py in DuckDB: load, divide exactly (HUGEINT, largest remainder),
// divide in floating point, sum by event. Prints one JSON line of CPU seconds and the
// checksum of the exact result.
import { DuckDBInstance } from '@duckdb/node-api';

const folder = process.argv[2];
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run('SET threads = 2');

const seconds = {};
async function timed(name, sql) {
  const before = process.cpuUsage();
  for (const statement of sql) await connection.run(statement);
  const used = process.cpuUsage(before);
  seconds[name] = (used.user + used.system) / 1e6;
}

await timed('load_s', [
  `CREATE TABLE events AS SELECT substr(record_id, 2)::BIGINT AS event, record_id
     FROM read_csv('${folder}/input/events.csv', header = true)`,
  `CREATE TABLE amounts AS SELECT activity, amount FROM read_csv('${folder}/amounts.csv', header = true)`,
  `CREATE TABLE lines AS SELECT e.event, l.activity, l.quantity
     FROM read_csv('${folder}/input/activity.csv', header = true) l JOIN events e ON e.record_id = l.event_id`,
]);
await timed('exact_s', [
  `CREATE TABLE exact AS
     WITH totals AS (SELECT activity, sum(quantity)::HUGEINT AS total FROM lines GROUP BY activity),
     shares AS (SELECT l.activity, l.event, a.amount,
                       (a.amount::HUGEINT * l.quantity) // t.total AS share,
                       (a.amount::HUGEINT * l.quantity) % t.total AS remainder
                FROM lines l JOIN totals t USING (activity) JOIN amounts a USING (activity)),
     ranked AS (SELECT *, row_number() OVER (PARTITION BY activity ORDER BY remainder DESC, event) AS place,
                       amount - sum(share) OVER (PARTITION BY activity) AS units_left FROM shares)
     SELECT activity, event, (share + CASE WHEN place <= units_left THEN 1 ELSE 0 END)::BIGINT AS cost FROM ranked`,
]);
await timed('float_s', [
  `CREATE TABLE inexact AS
     WITH totals AS (SELECT activity, sum(quantity)::DOUBLE AS total FROM lines GROUP BY activity)
     SELECT l.activity, l.event, l.quantity / t.total * (a.amount / 1e8) AS cost
     FROM lines l JOIN totals t USING (activity) JOIN amounts a USING (activity)`,
]);
await timed('totals_s', [
  'CREATE TABLE by_event AS SELECT event, sum(cost)::HUGEINT AS cost FROM exact GROUP BY event',
  'CREATE TABLE by_event_inexact AS SELECT event, sum(cost) AS cost FROM inexact GROUP BY event',
]);
const reader = await connection.runAndReadAll(
  'SELECT (sum(cost * (event % 97 + 1)) % 2305843009213693951)::VARCHAR FROM by_event');
const checksum = reader.getRows()[0][0];
console.log(JSON.stringify(seconds).replace(/}$/, `,"checksum":${checksum}}`));
