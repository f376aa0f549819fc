import { expect, test } from 'vitest';
import {
  InterfaceWatch,
  interfaceNamesByIndex,
  listInterfaces,
  noSuchInterface,
  requireInterface,
} from '../../src/capture/interfaces.ts';

const isLinux = process.platform === 'linux';

test('the loopback interface exists everywhere', () => {
  expect(listInterfaces().names).toContain(isLinux ? 'lo' : 'lo0');
});

test('all interfaces at once is one, too', () => {
  expect(() => requireInterface('any')).not.toThrow();
});

test.each(['', '-i', '--help', 'eth 0', '../eth0', 'eth0\n', '\u202eeth0'])(
  '%j is no name for an interface',
  (name) => {
    expect(() => requireInterface(name)).toThrow('is not the name of an interface');
  },
);

test.skipIf(!isLinux)('the hint is the nearest name, where there is one', () => {
  expect(noSuchInterface('l0').hint).toBe('did you mean lo?');
  expect(noSuchInterface('something-else').hint).toBeUndefined();
});

test.skipIf(!isLinux)('names are found by their index', () => {
  const nameOf = interfaceNamesByIndex();
  expect(nameOf(1)).toBe('lo');
  expect(nameOf(999_999)).toBeNull();
});

test('where there is nothing to watch, nothing is reported', () => {
  const fail = (): never => {
    throw new Error('reported');
  };
  new InterfaceWatch('any', { down: fail, up: fail, gone: fail }).stop();
});
