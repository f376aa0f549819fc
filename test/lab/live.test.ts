import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { labAvailable, startLab } from './lab.ts';
import { scenarios } from './scenarios.ts';
import { answerOf, liveCommand, sniff } from './sniff.ts';

const required = process.env['HA_DOCTOR_LAB'] === 'required';
const isOff = process.env['HA_DOCTOR_LAB'] === 'off';
const able = labAvailable();

/** keepalived says nothing for three seconds after its start; by then the slowest machine has node running. */
const startUpSeconds = 3;

const cases = ['failover-200ms', 'failover-ipv6', 'auth-mismatch', 'v2-ah'].flatMap((name) =>
  ['pcap', 'tcpdump'].map((engine) => ({ name, engine })),
);

describe('live on the switch of a real pair', () => {
  test.skipIf(isOff || (!able.ok && !required)).each(cases)(
    '$name with $engine says what its recording says',
    { timeout: 120_000, concurrent: true },
    async ({ name, engine }) => {
      const scenario = scenarios.find((candidate) => candidate.name === name);
      if (scenario === undefined) throw new Error(`no scenario ${name}`);
      const lab = await startLab(scenario, '2.2.7');
      try {
        const saved = join(lab.folder, 'saved.pcap');
        const live = lab.switch.spawnOnNetwork(liveCommand(engine, saved));
        const answer = answerOf(live);
        await delay(startUpSeconds * 1000);
        await lab.take();
        // The recording ends a moment before: an advert between the two changes none of what is compared.
        live.kill('SIGINT');
        const recorded = await sniff(join(lab.folder, `${name}.pcap`));
        expect(await answer).toEqual(recorded);
        expect(await sniff(saved)).toEqual(recorded);
        expect(recorded.transitions).not.toEqual([]);
      } finally {
        await lab.stop();
      }
    },
  );
});
