/** Settings read in a thread of their own are the same as those read in this one. */
import { expect, test } from 'vitest';
import { loadSettingsAside } from '../../src/config/aside.ts';
import { loadSettings, SettingsError } from '../../src/config.ts';
import { SECRETS, STORE, writeHome } from './home.ts';

test('right settings arrive whole', async () => {
  const env = { PONBRIDGE_HOME: await writeHome({}), ...SECRETS };
  const aside = await loadSettingsAside(env);
  expect(aside).toEqual(loadSettings(env));
  expect(aside.stores.get('tea')?.settings.start).toBeInstanceOf(Date);
});

test('wrong ones with all their problems', async () => {
  const stores = { 'tea.yaml': STORE.replace('country: sg', 'country: xx') };
  const env = { PONBRIDGE_HOME: await writeHome({ stores }), ...SECRETS };
  const reading = loadSettingsAside(env);
  await expect(reading).rejects.toBeInstanceOf(SettingsError);
  await expect(reading).rejects.toMatchObject({
    problems: [{ file: 'stores/tea.yaml', line: 2, path: 'country' }],
  });
});
