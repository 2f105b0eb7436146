/** `ponbridge skus`: as a real process where that matters, else its program in this one, which is faster. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Context } from '../../src/commands/context.ts';
import { exitCodeOf, explainError } from '../../src/commands/errors.ts';
import { createProgram } from '../../src/commands/program.ts';
import { linksOf } from '../../src/database/sku-links.ts';
import { type Answer, PROGRAM, run } from '../cli/home.ts';
import { openSkuHome } from './home.ts';

const home = await openSkuHome();
const { core, env, folder } = home;
const HEAD = 'sku,itemId,skuId,quantity,price,store';
const file = join(folder, 'links.csv');
const asProcess = (...args: string[]) => run(['skus', ...args], env);
const write = (rows: readonly string[], path = file) =>
  writeFile(path, `${[HEAD, ...rows].join('\n')}\n`);

beforeEach(() => home.clear());

test('wrong rows are listed, kept in a file with their SKUs, and that file, corrected, is imported', async () => {
  const wrongFile = join(folder, 'links.wrong.csv');
  const many = Array.from({ length: 20 }, (_, index) => `W${index},1,,1,1.00,`);
  await writeFile(
    file,
    [
      'sep=;',
      HEAD.replaceAll(',', ';'),
      'MUG;600126245031041190;5016;1;1.00;',
      'DUO;600126245031041190;5016;1;3.00;',
      '"5"" ""L""; =1";6.00126E+17;5016;1;1.00;',
      'DUO;600126245031041190;5017;zero;3.00;',
      ...many.map((row) => row.replaceAll(',', ';')),
    ].join('\r\n'),
  );
  const refused = await asProcess('import', file);
  expect(refused.code).toBe(1);
  expect(refused.out).toContain('1 row right, 23 rows wrong.');
  expect(refused.out).toContain(
    `Nothing was imported. The wrong rows, with all rows of their SKUs, are in ${wrongFile}`,
  );
  const listed = refused.err.trim().split('\n');
  expect(listed).toHaveLength(21);
  expect(listed[0]).toBe(
    `${file}:4: is right, but line 6 of the same SKU is wrong, and a SKU's rows belong together`,
  );
  expect(listed[1]).toContain(
    `${file}:5: column "itemId" "6.00126E+17" was rounded by a spreadsheet`,
  );
  expect(listed[20]).toBe('... and 3 more wrong rows');
  expect(await home.exported()).toEqual([]);

  // What somebody corrects is not overwritten by the next run.
  const taken = await skus('import', file, '--good-rows');
  expect(taken.code).toBe(1);
  expect(taken.out).toContain('Imported. 23 rows left out: correct them in');
  expect(taken.out).toContain('links.wrong-2.csv');
  expect(await home.exported()).toEqual(['MUG,600126245031041190,5016,1,1.00,']);

  const text = await readFile(wrongFile, 'utf8');
  const again = await skus('import', wrongFile, '--dry-run');
  expect([again.code, again.out.split('\n')[0]]).toEqual([
    1,
    `${wrongFile}: 0 rows right, 23 rows wrong.`,
  ]);
  const corrected = text
    .replace(';zero;', ';2;')
    .replace(/"=""6\.00126E\+17"""/, '600126245031041190')
    .split('\n')
    .filter((row) => !/;W\d+;/.test(row));
  expect(corrected[0]).toBe(`\uFEFFline;reason;${HEAD.replaceAll(',', ';')}`);
  await writeFile(wrongFile, corrected.join('\n'));
  expect((await skus('import', wrongFile)).out).toContain('Imported.');
  expect(await home.exported()).toEqual([
    '"5"" ""L""; =1",600126245031041190,5016,1,1.00,',
    'DUO,600126245031041190,5016,1,3.00,',
    'DUO,600126245031041190,5017,2,3.00,',
    'MUG,600126245031041190,5016,1,1.00,',
  ]);
});

test('a disk that is full of wrong rows: nothing is imported', async () => {
  await write(['A,1,2,1,1.00,', 'B,1,2,x,1.00,']);
  const { code, out, err } = await skus('import', file, '--good-rows', '--wrong-rows', '/dev/full');
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('the wrong rows cannot be written to /dev/full: ENOSPC');
  expect(err).toContain('Nothing was imported.');
  expect(await home.exported()).toEqual([]);
});

test.each<[string, string[], string]>([
  ['a folder', ['import', folder], 'is a folder. Name a CSV file. Nothing was imported.'],
  ['no such file', ['import', join(folder, 'none.csv')], 'ENOENT'],
  ['a wrong file', ['import', PROGRAM], 'column "skuId" is missing. Nothing was imported.'],
  [
    'wrong rows over the file itself',
    ['import', file, '--wrong-rows', file],
    'give it another name',
  ],
  ['export of an unknown store', ['export', '--store', 'tea-sq'], 'did you mean "tea-sg"?'],
  [
    'a target that cannot be',
    ['export', join(folder, 'none', 'x.csv')],
    'cannot be written: ENOENT',
  ],
  ['a removal of nothing', ['remove'], 'Name the SKUs'],
])('%s is a clear error', async (_, args, message) => {
  await write([]);
  const { code, out, err } = await skus(...args);
  expect(code).toBeGreaterThan(0);
  expect(out).toBe('');
  expect(err).toMatch(/^error: /);
  expect(err).toContain(message);
});

test('exports by store, and removes what a file or the command names', async () => {
  await write([
    'A,1,2,1,1.00,',
    'A,1,2,1,1.00,tea-sg',
    '=B,1,2,1,,tea-my',
    '00C,600126245031041190,2,1,,',
  ]);
  expect((await skus('import', file)).out).toContain('SKUs new        4');
  const copy = join(folder, 'copy.csv');
  expect(await skus('export', copy, '--store', 'tea-sg', '--shared', '--excel')).toMatchObject({
    code: 0,
    err: `3 SKU links exported to ${copy}.\n`,
  });
  expect(await readFile(copy, 'utf8')).toBe(
    `\uFEFF${HEAD}\n"=""00C""","=""600126245031041190""",2,1,,\nA,1,2,1,1.00,\nA,1,2,1,1.00,tea-sg\n`,
  );
  const dry = await skus('remove', '--file', copy, '--dry-run');
  expect(dry.out).toBe(
    '3 of 3 SKUs have links: 3 links would go. Nothing was removed. (--dry-run)\n',
  );
  expect((await skus('remove', '--file', copy)).out).toBe(
    '3 of 3 SKUs have links: 3 links removed.\n',
  );
  expect((await asProcess('export')).out).toBe(`${HEAD}\n"=""=B""",1,2,1,,tea-my\n`);
  const none = await skus('remove', '=B');
  expect(none).toMatchObject({
    code: 1,
    out: '0 of 1 SKU have links. Nothing was removed.\n',
    err: '=B has no link shared by all stores, but one of store tea-my\n',
  });
  expect((await skus('remove', '=B', '--store', 'tea-my')).code).toBe(0);
  expect(await home.exported()).toEqual([]);
});

describe('an import that is killed when all its rows are in place but not committed', () => {
  const rows = (price: string) =>
    Array.from({ length: 3_000 }, (_, index) => `S${index},1,2,1,${price},`);

  test('was never seen, changed nothing, and stands in nobody’s way', async () => {
    await write(rows('1.00'));
    expect((await skus('import', file)).code).toBe(0);
    const before = await home.exported();
    await write(rows('2.00'));
    const lock = await lockAnOrderOf('S7');
    const killed = start('import', file);
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 20_000 });

    expect(await linksOf(core.db, 'tea-sg', ['S7'])).toMatchObject([{ priceFen: 100 }]);
    const second = await skus('import', file);
    expect(second.code).toBe(1);
    expect(second.err).toContain(
      'SKU links are being changed by another import or removal right now',
    );

    killed.kill('SIGKILL');
    await new Promise((resolve) => killed.once('close', resolve));
    await lock.release();
    await vi.waitFor(
      async () => {
        const again = await skus('import', file, '--dry-run');
        expect(again.out).toContain('SKUs changed    3000');
        expect(await locked()).toBe(0);
      },
      { timeout: 20_000 },
    );
    expect(await home.exported()).toEqual(before);
    expect((await skus('import', file)).out).toContain('1 order that has one of these SKUs');
    expect((await home.exported())[0]).toBe('S0,1,2,1,2.00,');
  });
});

test('without a wrong row there is no file of them', async () => {
  const fine = join(folder, 'fine.csv');
  await write(['A,1,2,1,1.00,'], fine);
  expect(await skus('import', fine)).toMatchObject({ code: 0, err: '' });
  expect(existsSync(join(folder, 'fine.wrong.csv'))).toBe(false);
});

/** As src/cli.ts runs it. */
async function skus(...args: string[]): Promise<Answer> {
  let out = '';
  let err = '';
  const context: Context = {
    env,
    home: env.PONBRIDGE_HOME ?? '',
    print: (line) => {
      out += `${line}\n`;
    },
    note: (line) => {
      err += `${line}\n`;
    },
  };
  try {
    await createProgram(context, '0').parseAsync(['skus', ...args], { from: 'user' });
    return { code: Number(process.exitCode ?? 0), out, err };
  } catch (error) {
    return { code: exitCodeOf(error), out, err: `${explainError(error, context.home, false)}\n` };
  } finally {
    process.exitCode = undefined;
  }
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, 'skus', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: 'ignore',
  });
}

/** A held order with this SKU, which whoever wants to wake it must wait for. */
async function lockAnOrderOf(sku: string) {
  const { rows } = await sql<{ id: string }>`
    insert into sales_order (store, order_id, order_number, state, source_created_at,
      source_updated_at, read_began_at, digest, currency, total, document, first_seen_at)
    values ('tea-sg', '1', '1', 'held', now(), now(), now(), '', 'SGD', '1', '{}', now())
    returning id`.execute(core.db);
  const id = rows[0]?.id ?? '';
  await sql`
    insert into sales_line (sales_order_id, line_id, sku, name, quantity, unit_price, status, phase)
    values (${id}, '1', ${sku}, 'tea', 1, '1', 'pending', 'buyable')`.execute(core.db);
  const tx = await core.db.startTransaction().execute();
  await sql`select 1 from sales_order where id = ${id} for update`.execute(tx);
  return { release: () => tx.rollback().execute() };
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(core.db);
  return Number(rows[0]?.count);
}

async function locked(): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) from pg_locks where locktype = 'advisory' and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and pid <> pg_backend_pid()`.execute(core.db);
  return Number(rows[0]?.count);
}
