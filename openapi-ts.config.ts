import { defineConfig } from '@hey-api/openapi-ts';

/** One typed client and its Zod schemas per system, from the hand-written openapi.yaml beside it. */
export default defineConfig(
  ['lazada', 'shopee', 'pandapon'].map((system) => ({
    input: `./connectors/${system}/openapi.yaml`,
    output: {
      path: `./connectors/${system}/client`,
      clean: true,
      importFileExtension: '.ts',
    },
    plugins: [
      { name: '@hey-api/client-fetch', throwOnError: true },
      '@hey-api/typescript',
      { name: 'zod' },
      { name: '@hey-api/sdk', validator: { request: false, response: 'zod' } },
    ],
  })),
);
