import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/capture/source.ts';
import { bundleChild, CaptureChild, type Surroundings } from './capture-child.ts';
import type { ChildOptions } from './child.ts';
import { missingForLive, Wire } from './wire.ts';

const isRequired = process.env['HA_DOCTOR_LAB'] === 'required';
const missing = missingForLive();

if (missing !== null) {
  test.skipIf(!isRequired)(`live capture cannot be tested: ${missing}`, () => {
    throw new Error(`HA_DOCTOR_LAB=required, but: ${missing}`);
  });
}

const hasAddon = await import('pcap').then(
  () => true,
  () => false,
);
const engines: readonly Engine[] = hasAddon ? ['pcap', 'tcpdump'] : ['tcpdump'];

test.skipIf(hasAddon || !isRequired)('the npm package pcap is there', () => {
  throw new Error('HA_DOCTOR_LAB=required, but the npm package pcap is not installed');
});

type Start = (options: ChildOptions, surroundings?: Surroundings) => CaptureChild;

/** Each test has a wire of its own, and leaves no process behind. */
const live = test.extend<{ wire: Wire; start: Start; installTcpdump: (script: string) => Surroundings }>({
  // biome-ignore lint/correctness/noEmptyPattern: the form that vitest asks for
  wire: async ({}, use) => {
    const wire = new Wire();
    await use(wire);
    await wire.unplug();
  },
  start: async ({ wire }, use) => {
    const children: CaptureChild[] = [];
    await use((options, surroundings = {}) => {
      const child = new CaptureChild({ interfaceNames: ['far'], ...options }, { prefix: wire.prefix, ...surroundings });
      children.push(child);
      return child;
    });
    for (const child of children) child.process.kill('SIGKILL');
  },
  /** Puts a script in tcpdump's place; in $REAL_PATH it finds the real one. */
  // biome-ignore lint/correctness/noEmptyPattern: the form that vitest asks for
  installTcpdump: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-tcpdump-'));
    await use((script) => {
      writeFileSync(join(folder, 'tcpdump'), `#!/bin/sh\n${script}`, { mode: 0o755 });
      const path = process.env['PATH'];
      return { environment: { PATH: `${folder}:${path}`, REAL_PATH: path } };
    });
    rmSync(folder, { recursive: true });
  },
});

describe.skipIf(missing !== null).concurrent('live', () => {
  bundleChild();

  describe.each(engines)('%s', (engine) => {
    live('receives, in order and at once, what is sent', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      await wire.send({ count: 50, intervalSeconds: 0.01 });
      await child.until(({ packet }) => packet === 49);
      child.stop();
      expect(await child.end()).toEqual({ frames: 50, dropped: 0, problems: [] });
      expect(child.numbers).toEqual(Array.from({ length: 50 }, (_, i) => i));
      expect(child.packets[7]).toMatchObject({
        frame: 8,
        linkType: 1,
        interfaceName: 'far',
        length: 60,
        originalLength: 60,
      });
      const latencies = child.packets.map(({ latencySeconds }) => latencySeconds).toSorted((a, b) => a - b);
      expect(latencies[25]).toBeLessThan(0.02);
      expect(await child.exit()).toBe(0);
    });

    live('goes on after the interface was down, and says so', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      const sending = wire.send({ count: 200, intervalSeconds: 0.02 });
      await child.until(({ packet }) => packet === 20);
      wire.shell('ip link set far down; sleep 1; ip link set far up');
      await sending;
      await child.until(({ packet }) => packet === 199);
      const { numbers } = child;
      const gap = Math.max(...numbers.map((number, i) => number - (numbers[i - 1] ?? number)));
      expect(gap).toBeGreaterThan(20);
      expect(gap).toBeLessThan(100);
      expect(numbers.length).toBe(200 - gap + 1);
      const { down = 0 } = await child.until((event) => event.down !== undefined);
      const { up = 0 } = await child.until((event) => event.up !== undefined);
      expect(up - down).toBeGreaterThan(0.8);
      expect(up - down).toBeLessThan(2.5);
      expect(child.events.flatMap(({ warning }) => warning ?? [])).toEqual([
        'far is down: nothing is received until it is up again',
        'far is up again',
      ]);
      child.stop();
      expect((await child.end()).problems).toEqual([]);
      expect(await child.exit()).toBe(0);
    });

    live('notices that the interface was down for a moment', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      wire.shell('ip link set far down; ip link set far up');
      await child.until(({ up }) => up !== undefined);
      await wire.send({ count: 3 });
      await child.until(({ packet }) => packet === 2);
      child.stop();
      expect(await child.exit()).toBe(0);
    });

    live('says when the cable is pulled', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      wire.shell('ip link set near down');
      await child.until(({ down }) => down !== undefined);
      wire.shell('ip link set near up');
      await child.until(({ up }) => up !== undefined);
      child.stop();
      expect(await child.exit()).toBe(0);
    });

    live('ends with a problem when the interface is deleted', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      await wire.send({ count: 2 });
      await child.until(({ packet }) => packet === 1);
      wire.shell('ip link delete far');
      const problem = { message: 'far disappeared: its capture ends after 2 packets' };
      expect(await child.end()).toEqual({ frames: 2, dropped: 0, problems: [problem] });
      expect(await child.exit()).toBe(0);
      expect(wire.processes()).toEqual([]);
    });

    live('ends with a problem when the interface is replaced', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      wire.shell('ip link delete far');
      wire.plug();
      expect((await child.end()).problems).toHaveLength(1);
      expect(await child.exit()).toBe(0);
    });

    live('lets the process end when it is stopped on a quiet link', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      const before = Date.now();
      child.stop();
      expect(await child.exit()).toBe(0);
      expect(Date.now() - before).toBeLessThan(1500);
      expect(await child.end()).toEqual({ frames: 0, dropped: 0, problems: [] });
      expect(wire.processes()).toEqual([]);
    });

    live('can be stopped from within a packet, which is then the last one', async ({ start, wire }) => {
      const child = start({ engine, packetLimit: 3 });
      await child.listening();
      await wire.send({ count: 20 });
      expect((await child.end()).frames).toBe(3);
      expect(child.numbers).toEqual([0, 1, 2]);
      expect(await child.exit()).toBe(0);
    });

    live('counts what was dropped while we were busy', async ({ start, wire }) => {
      const child = start({ engine, blockMilliseconds: 2500 });
      await child.listening();
      await wire.send({ count: 20_000 });
      await new Promise((resolve) => setTimeout(resolve, 3000));
      child.stop();
      const { frames, dropped } = await child.end();
      expect(dropped).toBeGreaterThan(1000);
      expect(frames + (dropped ?? 0)).toBe(20_000);
      // tcpdump tells at its end only.
      expect(child.hasDroppedEvents).toBe(engine === 'pcap');
      expect(await child.exit()).toBe(0);
    });

    live('keeps packets for a sink that takes its time', async ({ start, wire }) => {
      const child = start({ engine, firstBatchMilliseconds: 500 });
      await child.listening();
      await wire.send({ count: 300 });
      await child.until(({ packet }) => packet === 299);
      expect(child.numbers).toEqual(Array.from({ length: 300 }, (_, i) => i));
      child.stop();
      expect((await child.end()).dropped).toBe(0);
      expect(await child.exit()).toBe(0);
    });

    live('catches frames with one and two VLAN tags, which it hands over with them', async ({ start, wire }) => {
      const child = start({ engine });
      await child.listening();
      for (const tags of ['81000005', '88a8000581000006', '8100000581000006']) await wire.send({ count: 1, tags });
      await child.until(() => child.packets.length === 3);
      expect(child.packets.map(({ length }) => length)).toEqual([60, 60, 60]);
      child.stop();
      expect(await child.exit()).toBe(0);
    });

    live('captures on two interfaces at once', async ({ start, wire }) => {
      const child = start({ engine, interfaceNames: ['far', 'near'] });
      await child.listening(2);
      await wire.send({ count: 5, intervalSeconds: 0.01 });
      await child.until(() => child.packets.length === 10);
      const count = (name: string): number => child.packets.filter((packet) => packet.interfaceName === name).length;
      expect([count('far'), count('near')]).toEqual([5, 5]);
      child.stop();
      expect(await child.exit()).toBe(0);
    });

    live('captures on all interfaces', async ({ start, wire }) => {
      const child = start({ engine, interfaceNames: ['any'] });
      await child.listening();
      await wire.send({ count: 2, intervalSeconds: 0.05 });
      await child.until(() => child.packets.length === 4);
      const seenOn = child.packets.map(({ interfaceName, linkType }) => [interfaceName, linkType]);
      expect(seenOn.slice(0, 2)).toEqual(
        engine === 'pcap'
          ? [
              [null, 113],
              [null, 113],
            ]
          : [
              ['near', 276],
              ['far', 276],
            ],
      );
      child.stop();
      expect(await child.exit()).toBe(0);
    });

    live('says which privilege is missing', async ({ start }) => {
      const child = start({ engine, asNobody: true });
      const { error, hint } = await child.until((event) => event.error !== undefined);
      expect(error).toMatch(/^no permission to capture on far with (tcpdump|the npm package pcap)$/);
      const program = engine === 'pcap' ? process.execPath : '\\S+/tcpdump';
      expect(hint).toMatch(
        new RegExp(`^run it with sudo, or once: sudo setcap cap_net_raw,cap_net_admin\\+eip ${program}$`),
      );
      expect(await child.exit()).toBe(0);
    });

    live('says that an interface does not exist, is down, or cannot be one', async ({ start, wire }) => {
      wire.shell('ip link set near down');
      const child = start({ engine, interfaceNames: ['faar', 'near', '-w', 'a b', 'e\x1bf'] });
      await child.exit();
      expect(child.events.map(({ error, hint }) => `${error} (${hint})`)).toEqual([
        'no interface faar; there are: lo, far, near (did you mean far?)',
        'the interface near is down: nothing can be captured on it (ip link set near up)',
        '"-w" is not the name of an interface (undefined)',
        '"a b" is not the name of an interface (undefined)',
        '"e\\x1bf" is not the name of an interface (undefined)',
      ]);
    });
  });

  live('the tcpdump engine leaves no tcpdump behind when we are killed', async ({ start, wire }) => {
    const child = start({ engine: 'tcpdump' });
    await child.listening();
    expect(wire.processes().length).toBeGreaterThan(2);
    child.process.kill('SIGKILL');
    await expect.poll(() => wire.processes(), { timeout: 3000 }).toEqual([]);
  });

  live('auto takes the addon where it can be loaded', async ({ start }) => {
    const child = start({ engine: 'auto' });
    expect(await child.until(({ listening }) => listening !== undefined)).toMatchObject({ listening: engines[0] });
  });

  live('auto takes tcpdump where the addon cannot be loaded', async ({ start }) => {
    const child = start({ engine: 'auto' }, { withoutAddon: true });
    expect(await child.until(({ listening }) => listening !== undefined)).toMatchObject({ listening: 'tcpdump' });
  });

  live('auto names the hint for tcpdump where neither is allowed to', async ({ start }) => {
    const child = start({ engine: 'auto', asNobody: true });
    const { hint } = await child.until((event) => event.error !== undefined);
    expect(hint).toMatch(/ \S+\/tcpdump$/);
  });

  live('the engine that was asked for is missing', async ({ start }) => {
    const child = start({ engine: 'pcap' }, { withoutAddon: true });
    const { error } = await child.until((event) => event.error !== undefined);
    expect(error).toBe('the npm package pcap is not installed');
  });

  describe('with another tcpdump', () => {
    live(
      'that gives up when the interface goes down, as libpcap before 1.10 does',
      async ({ start, wire, installTcpdump }) => {
        // The first run says so after a second; those after it are the real one.
        const surroundings = installTcpdump(`
        if [ -e "$0.again" ]; then PATH=$REAL_PATH exec tcpdump "$@"; fi
        touch "$0.again"
        echo "tcpdump: listening on far, link-type EN10MB (Ethernet), capture size 4608 bytes" >&2
        sleep 1
        echo "tcpdump: pcap_loop: The interface went down" >&2
        echo "0 packets captured" >&2
        exit 1`);
        const child = start({ engine: 'tcpdump' }, surroundings);
        await child.listening();
        const sending = wire.send({ count: 200, intervalSeconds: 0.02 });
        await child.until(({ packet }) => packet === 199);
        await sending;
        expect(child.packets[0]?.frame).toBe(1);
        child.stop();
        expect((await child.end()).problems).toEqual([]);
        expect(await child.exit()).toBe(0);
      },
    );

    live('that does not end when it is told to', async ({ start, wire, installTcpdump }) => {
      const surroundings = installTcpdump(`
        trap '' TERM INT
        echo "tcpdump: listening on far" >&2
        while :; do sleep 0.1; done`);
      const child = start({ engine: 'tcpdump' }, surroundings);
      await child.listening();
      child.stop();
      expect((await child.end()).problems).toEqual([]);
      expect(await child.exit()).toBe(0);
      expect(wire.processes()).toEqual([]);
    });

    live('that ends by itself, with words of its own', async ({ start, installTcpdump }) => {
      const child = start({ engine: 'tcpdump' }, installTcpdump('echo "tcpdump: something new" >&2; exit 1'));
      const { error } = await child.until((event) => event.error !== undefined);
      expect(error).toBe('tcpdump cannot capture on far: something new');
      expect(await child.exit()).toBe(0);
    });
  });
});
