/** The table of SKU links. */
import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import type { ImportOptions } from '../skus.ts';

export function addSkus(program: Command, context: Context) {
  const skus = program.command('skus').description('SKU links as CSV');
  skus
    .command('import')
    .addArgument(new Argument('<file.csv>', 'columns sku, itemId, skuId, quantity, price, store'))
    .description('imports SKU links; what the file says of a SKU replaces what was known of it')
    .option('--dry-run', 'only checks the file')
    .option('--good-rows', 'imports the right rows although others are wrong')
    .action(async (file: string, options: ImportOptions) =>
      (await import('../skus.ts')).importSkus(context, file, options),
    );
  skus
    .command('export [file]')
    .description('writes all SKU links; to standard output without a file')
    .action(async (file: string | undefined) =>
      (await import('../skus.ts')).exportSkus(context, file),
    );
}
