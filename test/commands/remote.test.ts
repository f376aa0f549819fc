import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdMissing, startSshd, type TestSshd } from '../node/sshd.ts';
import { haDoctor } from './run.ts';

const missing = sshdMissing();

/** Sends VRRPv2 adverts of vrid 77 to ourselves until it is killed. */
const sender = `
import socket, struct, time
def checksum(data):
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)
body = bytes([0x21, 77, 100, 1, 0, 1, 0, 0, 10, 77, 0, 100]) + bytes(8)
body = body[:6] + struct.pack('>H', checksum(body)) + body[8:]
while True:
    s.sendto(body, ('127.0.0.1', 0))
    time.sleep(0.2)
`;

describe.skipIf(missing !== null)('sniff NODE:IFACE, by a real sshd', () => {
  let sshd: TestSshd;
  let env: Record<string, string>;
  const left = () =>
    execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).match(/tcpdump .*-i lo .*proto 112/g) ?? [];
  const withSender = async <T>(use: () => Promise<T>): Promise<T> => {
    const { spawn } = await import('node:child_process');
    const python = spawn('python3', ['-c', sender], { stdio: 'ignore' });
    try {
      return await use();
    } finally {
      python.kill();
    }
  };

  beforeAll(async () => {
    sshd = await startSshd();
    env = { PATH: `${dirname(sshd.ssh)}:${process.env['PATH'] ?? ''}` };
  }, 60_000);
  afterAll(() => sshd?.stop());

  test.each(['root@node:lo', 'lb1=ssh:ha-sudo@node:lo'])('%s: adverts, and nothing is left behind', async (word) => {
    const { stdout, stderr, exitCode } = await withSender(() =>
      haDoctor(['sniff', word, '-c', '4', '--vrid', '77', '--json'], { env }),
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const adverts = lines.filter(({ type }) => type === 'advert');
    expect(adverts).toHaveLength(4);
    expect(adverts[0]).toMatchObject({
      capture: word.startsWith('lb1') ? 'lb1:lo' : 'node:lo',
      vrid: 77,
      prio: 100,
      checksum: 'good',
    });
    await delay(1200);
    expect(left()).toEqual([]);
  });

  test.each([
    ['root@node:nope0', /^ha-doctor: error: cannot capture on node:nope0: nope0: .*No such device/],
    ['ha-plain@node:lo', /^ha-doctor: error: cannot capture on node:lo: .*permission.*\nha-doctor: hint: .*root/i],
  ])('%s: one clear line', async (word, says) => {
    const { stdout, stderr, exitCode } = await haDoctor(['sniff', word, '--for', '5s'], { env });
    expect(stderr).toMatch(says);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('one node that cannot be captured on does not keep the other from it', async () => {
    const { stdout, stderr, exitCode } = await withSender(() =>
      haDoctor(['sniff', 'root@node:lo', 'lb2=root@node:nope0', '--for', '3s', '--summary', '--json'], { env }),
    );
    expect(stderr).toMatch(/^ha-doctor: error: cannot capture on lb2:nope0/);
    const summary = JSON.parse(stdout);
    expect(summary.routers).toMatchObject([{ vrid: 77 }]);
    expect(summary.errors).toMatchObject([{ source: 'lb2:nope0' }]);
    expect(exitCode).toBe(2);
  });

  test('a host that cannot be reached, and a node without tcpdump', async () => {
    const gone = await haDoctor(['sniff', 'root@gone.invalid:eth0'], { env: { HOME: '/nonexistent' } });
    expect(gone.stderr).toMatch(/^ha-doctor: error: cannot capture on gone\.invalid:eth0: /);
    expect(gone.exitCode).toBe(2);
    const program = sshd.exec('command -v tcpdump').trim();
    sshd.exec(`mount --bind /dev/null ${program}`);
    const { stderr, exitCode } = await haDoctor(['sniff', 'root@node:lo'], { env });
    sshd.exec(`umount ${program}`);
    expect(stderr).toBe(
      'ha-doctor: error: cannot capture on node:lo: tcpdump is not installed\n' +
        'ha-doctor: hint: install it on that node: apt install tcpdump, dnf install tcpdump\n',
    );
    expect(exitCode).toBe(2);
  });
});
