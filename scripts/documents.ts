/** Every generated page, by its path from the project's root. The same input gives the same bytes. */
import { renderAlerts } from './alerts-docs.ts';
import { renderDoctor } from './doctor-docs.ts';
import { renderHolds } from './holds-docs.ts';
import { renderServiceSchema } from './service-schema.ts';
import { renderSettings } from './settings-docs.ts';
import { renderStoreSchema } from './store-schema.ts';

export function documents(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/settings.md', renderSettings()],
    ['docs/holds.md', renderHolds()],
    ['docs/alerts.md', renderAlerts()],
    ['docs/doctor.md', renderDoctor()],
    ['docs/schema/store.schema.json', renderStoreSchema()],
    ['docs/schema/service.schema.json', renderServiceSchema()],
  ]);
}
