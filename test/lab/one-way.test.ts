import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { haDoctor } from '../commands/run.ts';
import { labAvailable, startLab } from './lab.ts';
import { scenarios } from './scenarios.ts';

const required = process.env['HA_DOCTOR_LAB'] === 'required';
const isOff = process.env['HA_DOCTOR_LAB'] === 'off';
const able = labAvailable();

/** Between lb1 and the switch: what lb1 sends has left it, and arrives nowhere. */
const drop =
  'table netdev lab { chain lost { type filter hook ingress device lb1 priority 0; ip protocol 112 drop; }; }';

test.skipIf(isOff || (!able.ok && !required))(
  'a switch that loses what lb1 sends: both nodes record it, and HAD118 says which way it is',
  { timeout: 120_000 },
  async () => {
    const scenario = scenarios.find(({ name }) => name === 'firewall-on-master');
    if (scenario === undefined) throw new Error('no such scenario');
    const lab = await startLab({ ...scenario, events: [], seconds: 8 }, '2.2.7');
    try {
      const files = [join(lab.folder, 'lb1.pcap'), join(lab.folder, 'lb2.pcap')] as const;
      const recordings = [await lab.record(files[0], 'lb1'), await lab.record(files[1], 'lb2')];
      const reads = ['sniff', '-r', files[0], '-r', files[1], '--json', '--summary'];
      await lab.play();
      expect(JSON.parse((await haDoctor(reads)).stdout).findings).toEqual([]);
      await lab.switch.exec(['nft', drop]);
      await delay(12_000);
      for (const recording of recordings) await recording.stop();
      const { stdout, exitCode } = await haDoctor(reads);
      const { findings } = JSON.parse(stdout);
      expect(findings.map(({ code }: { code: string }) => code)).toEqual(['HAD101', 'HAD118']);
      expect(findings[1]).toMatchObject({
        certainty: 'certain',
        message: `adverts of 10.77.0.1 leave ${files[0]} and do not arrive at ${files[1]}`,
      });
      expect(exitCode).toBe(1);
    } finally {
      await lab.stop();
    }
  },
);
