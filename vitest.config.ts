import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Output that a golden file holds must not depend on who runs the tests, or where.
    env: { NO_COLOR: '1', FORCE_COLOR: '', TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', COLUMNS: '100' },
    testTimeout: 30_000,
  },
});
