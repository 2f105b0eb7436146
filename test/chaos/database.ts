/** The driver's own look into the service's database: it survives the server's death, and asks again. */
import pg from 'pg';

export interface Look {
  query<T extends pg.QueryResultRow>(text: string): Promise<T[]>;
  /** Process id of its server. */
  serverPid(): Promise<number>;
  /** Waits until the server answers again; resolves with how long that took, ms. */
  untilBack(): Promise<number>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;

export function openLook(url: string): Look {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  async function query<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return (await pool.query<T>(text)).rows;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  return {
    query,
    async serverPid() {
      const [row] = await query<{ file: string }>(`select pg_read_file('postmaster.pid') as file`);
      return Number.parseInt(row?.file ?? '', 10);
    },
    async untilBack() {
      const began = performance.now();
      await query('select 1');
      return performance.now() - began;
    },
    stop: () => pool.end(),
  };
}
