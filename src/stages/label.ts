/** The marketplace's label of a package: fetched as soon as there is one, kept sealed for the warehouse. */
import type { Label, Marketplace, Package, SalesOrder } from '../../connectors/marketplace.ts';
import type { Service } from '../service.ts';
import type { PackageRow } from '../snapshot.ts';

/** Fetches and keeps the label, unless it is kept. False while the marketplace has none yet. */
export async function keepLabel(
  service: Service,
  marketplace: Marketplace,
  order: SalesOrder,
  row: PackageRow,
  pkg: Package,
): Promise<boolean> {
  if (await hasLabel(service, row)) return true;
  const label = await marketplace.readLabel(order, pkg);
  if (!label) return false;
  await service.db
    .insertInto('label')
    .values({
      package_id: row.id,
      content_type: label.contentType,
      // It shows the buyer's name and address.
      sealed: await service.secrets.seal(Buffer.from(label.bytes).toString('base64')),
      fetched_at: service.clock.now(),
    })
    .onConflict((conflict) => conflict.column('package_id').doNothing())
    .execute();
  return true;
}

async function hasLabel(service: Service, row: PackageRow): Promise<boolean> {
  const kept = await service.db
    .selectFrom('label')
    .select('package_id')
    .where('package_id', '=', row.id)
    .executeTakeFirst();
  return kept !== undefined;
}

/** The label kept of a package. */
export async function openLabel(service: Service, packageRow: string): Promise<Label | undefined> {
  const row = await service.db
    .selectFrom('label')
    .selectAll()
    .where('package_id', '=', packageRow)
    .executeTakeFirst();
  if (!row) return undefined;
  const bytes = Buffer.from(await service.secrets.open<string>(row.sealed), 'base64');
  return { contentType: row.content_type, bytes };
}
