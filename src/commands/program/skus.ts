/** The table of SKU links. */
import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import type { ImportOptions } from '../skus.ts';
import type { ExportOptions } from '../skus-export.ts';
import type { RemoveOptions } from '../skus-remove.ts';
import type { SuggestOptions } from '../suggest.ts';
import { JSON_OUT } from './words.ts';

export function addSkus(program: Command, context: Context) {
  const skus = program.command('skus').description('SKU links as CSV');
  skus
    .command('import')
    .addArgument(new Argument('<file.csv>', 'columns sku, itemId, skuId, quantity, price, store'))
    .description('imports SKU links; what the file says of a SKU replaces what was known of it')
    .option('--dry-run', 'only shows what would change')
    .option('--good-rows', 'imports the right rows although others are wrong')
    .option(
      '--wrong-rows <file>',
      'where wrong rows are written (default: <file>.wrong.csv beside it)',
    )
    .action(async (file: string, options: ImportOptions) =>
      (await import('../skus.ts')).importSkus(context, file, options),
    );
  skus
    .command('export [file]')
    .description('writes SKU links, sorted; to standard output without a file')
    .option('--store <name>', 'only those of this store')
    .option('--shared', 'only those shared by all stores; with --store also those')
    .option('--excel', 'for a spreadsheet: with a byte order mark, and ids as text')
    .action(async (file: string | undefined, options: ExportOptions) =>
      (await import('../skus-export.ts')).exportSkus(context, file, options),
    );
  skus
    .command('remove [sku...]')
    .description('removes all links of SKUs; without --store those shared by all stores')
    .option('--file <file.csv>', 'takes the SKUs from its columns sku and store')
    .option('--store <name>', 'the links of this store')
    .option('--dry-run', 'only shows how many would go')
    .action(async (names: string[], options: RemoveOptions) =>
      (await import('../skus-remove.ts')).removeSkus(context, names, options),
    );
  skus
    .command('suggest [store]')
    .description('proposes links for SKUs that recent orders wait for; links only what you accept')
    .option('--since <time>', 'orders created within this time, e.g. 30d', '30d')
    .option('--out <file.csv>', 'writes them to a file for skus import instead of asking')
    .option('--every', 'also SKUs that a proposed line rule would read')
    .option(...JSON_OUT)
    .action(async (store: string | undefined, options: SuggestOptions) =>
      (await import('../suggest.ts')).suggestLinks(context, store, options),
    );
}
