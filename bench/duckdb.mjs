// Loads the benchmark's CSV into a DuckDB file and sums GPU seconds per lease and month: a yardstick of bench/run.
// duckdb.mjs CSV DATABASE THREADS; prints JSON {rows, gpu_seconds, load, sum}, each step {wall_s, cpu_s}.
import { DuckDBInstance } from '@duckdb/node-api';

const [csv, path, threads] = process.argv.slice(2);
const database = await DuckDBInstance.create(path, { threads });
const connection = await database.connect();

async function timed(...statements) {
  const cpu = process.cpuUsage(), begin = performance.now();
  let rows;
  for (const sql of statements)
    rows = (await connection.runAndReadAll(sql)).getRows();
  const { user, system } = process.cpuUsage(cpu);
  return { rows, time: { wall_s: (performance.now() - begin) / 1e3, cpu_s: (user + system) / 1e6 } };
}

const load = await timed(
  `CREATE TABLE usage AS SELECT * FROM read_csv('${csv.replaceAll("'", "''")}')`,
  'CHECKPOINT');
const sum = await timed(`
  SELECT account, month(make_timestamp((start + 8 * 3600) * 1000000)) AS month, sum(gpus * ("end" - start))
  FROM usage GROUP BY ALL`);
const [[rows, gpuSeconds]] = (await timed('SELECT count(*), sum(gpus * ("end" - start)) FROM usage')).rows;
console.log(JSON.stringify({
  rows: Number(rows), gpu_seconds: String(gpuSeconds), load: load.time, sum: sum.time,
}));
