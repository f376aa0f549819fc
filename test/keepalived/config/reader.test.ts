import { describe, expect, test } from 'vitest';
import { complaints, type Files, main, parse, treeOf } from './conf.ts';

/** The items of a tree, one line each, indented by their depth. */
function shape(files: Files): string[] {
  const lines: string[] = [];
  const walk = (nodes: ReturnType<typeof treeOf>, depth: number): void => {
    for (const { words, children } of nodes) {
      lines.push(`${' '.repeat(depth)}${words.join('|')}`);
      if (children !== null) walk(children, depth + 1);
    }
  };
  walk(treeOf(files), 0);
  return lines;
}

describe('a line', () => {
  test.each([
    ['a b # c', 'a|b'],
    ['a b!c', 'a|b'],
    ['a "b # c" d', 'a|b # c|d'],
    ['a b\\#c \\!d', 'a|b#c|!d'],
    ["a 'b # c'", "a|'b"],
    ['a b"c d"e', 'a|b|c d|e'],
    ['\ta\tb  \r', 'a|b'],
    ['a // b', 'a|//|b'],
  ])('%s', (line, words) => {
    expect(shape(line)).toEqual([words]);
  });

  test('is cut at 1,023 bytes, and read up to a NUL', () => {
    expect(complaints(`a ${'x'.repeat(1021)}`)).toEqual(['1 unknown-keyword']);
    expect(complaints(`a ${'x'.repeat(1022)}`)).toEqual(['1 syntax', '1 unknown-keyword', '1 unknown-keyword']);
    expect(complaints(`a ${'é'.repeat(511)}`)).toContain('1 syntax');
    expect(shape('a b\0c')).toEqual(['a|b']);
  });
});

describe('braces', () => {
  test.each(['a {\nb\n}', 'a\n{\nb\n}', 'a { b }', 'a{b}', 'a {b\n}'])('%j', (text) => {
    expect(shape(text)).toEqual(['a', ' b']);
  });

  test('within quotes are none', () => {
    expect(shape('a "b { c }" {\nd\n}')).toEqual(['a|b { c }', ' d']);
  });

  test('without a partner are complained of where they stand', () => {
    expect(complaints('global_defs {\n}\n}')).toEqual(['3 syntax']);
    expect(complaints('global_defs {\nvrrp_instance VI_1 {')).toContain('1 syntax');
  });
});

describe('definitions', () => {
  test('are filled in where a name ends, and everywhere in braces', () => {
    expect(shape('$A=1\na $A b$A ${A}x $Ax $A.2 $B')).toEqual(['a|1|b1|1x|$Ax|$A.2|$B']);
  });

  test('may stand in others, and go on over several lines', () => {
    expect(shape('$A=1\n$B=x $A\na $B')).toEqual(['a|x|1']);
    expect(shape('$V=10.0.0.1 \\\n  10.0.0.2 \\\n  10.0.0.3\nvips {\n$V\n}')).toEqual([
      'vips',
      ' 10.0.0.1',
      ' 10.0.0.2',
      ' 10.0.0.3',
    ]);
  });

  test('of several lines are filled in at the end of a line only', () => {
    expect(shape('$V=1 \\\n 2\na $V b')).toEqual(['a|$V|b']);
  });

  test('that name themselves end', () => {
    expect(complaints('$A=$A\na $A')).toEqual(['2 syntax', '2 unknown-keyword']);
    expect(complaints('$A=x $B\n$B=y $A\na $A')[0]).toBe('3 syntax');
  });

  test('know some names of their own', () => {
    expect(shape('a ${_PWD} ${_INSTANCE} ${_HASH} ${_RANDOM 3 9} x${_ENV HOME}y')).toEqual([
      'a|/etc/keepalived|lb1|#|3|xy',
    ]);
  });
});

describe('repetitions', () => {
  test.each([
    ['~SEQ(i, 1, 2, 5) a $i', ['a|1', 'a|3', 'a|5']],
    ['~SEQ(i, 3) a $i', ['a|1', 'a|2', 'a|3']],
    ['~SEQ(i, 2, 1) a $i', ['a|2', 'a|1']],
    ['~SEQx(i, 9, 11) a ${i}x', ['a|9x', 'a|ax', 'a|bx']],
    ['$N=2\n~SEQ(i, $N) a $i', ['a|1', 'a|2']],
    ['~SEQ(i, 2) ~SEQ(j, 2) a $i $j', ['a|1|1', 'a|1|2', 'a|2|1', 'a|2|2']],
    ['~LST(n, eth0, eth1) a $n', ['a|eth0', 'a|eth1']],
    ['~LST({n, m}, {a, 1}, {b}) k $n ${m}x', ['k|a|1x', 'k|b|x']],
  ])('%s', (text, items) => {
    expect(shape(text)).toEqual(items);
  });

  test.each(['~SEQ(i, 5, 1, 1) a', '~SEQ(i) a', '~SEQ i a', '~SEQx(i, -2) a', '~SEQ(i, 1, 999999999) a'])(
    'is malformed: %s',
    (line) => {
      expect(complaints(line)).toEqual(['1 syntax']);
    },
  );

  test('of repetitions come to an end', () => {
    const bomb = '~SEQ(a, 60000) ~SEQ(b, 60000) ~SEQ(c, 60000) x';
    expect(complaints(bomb).length).toBeLessThanOrEqual(2000);
  });
});

describe('conditional lines', () => {
  const text = '@lb1 a\n@^lb1 b\n@lb2 c\n@^lb2 d\n@lb1\n@lb e';

  test('are those of the node', () => {
    expect(parseWords(text, 'lb1')).toEqual(['a', 'd']);
    expect(parseWords(text, 'lb2')).toEqual(['b', 'c']);
  });

  test('without a name for the node are those of others', () => {
    expect(parseWords(text, null)).toEqual(['b', 'd']);
  });

  function parseWords(conf: string, configId: string | null): string[] {
    return parse(conf, { configId }).errors.map(({ text: item }) => item);
  }
});

describe('include', () => {
  const other = '/etc/keepalived/conf.d/vip.conf';

  test('is read in its place, from the directory of the file it stands in', () => {
    const files = {
      [main]: 'a {\ninclude conf.d/*.conf\n}\nlast',
      [other]: 'b\ninclude sub/x.conf\nd',
      '/etc/keepalived/conf.d/sub/x.conf': 'c ${_PWD}',
    };
    expect(shape(files)).toEqual(['a', ' b', ' c|/etc/keepalived/conf.d/sub', ' d', 'last']);
    expect(parse(files).files).toEqual([main, other, '/etc/keepalived/conf.d/sub/x.conf']);
    expect(parse(files).errors.map(({ file, line }) => `${file}:${line}`)).toContain(`${other}:1`);
  });

  test.each([
    ['include {a,b}.conf', ['x', 'y']],
    ['include ../keepalived/a.conf', ['x']],
    ['include "/etc/keepalived/b.conf"', ['y']],
    ['include run.conf', []],
  ])('%s', (line, items) => {
    const files = {
      [main]: line,
      '/etc/keepalived/a.conf': 'x',
      '/etc/keepalived/b.conf': 'y',
      '/etc/keepalived/run.conf*': 'z',
    };
    expect(shape(files)).toEqual(items);
  });

  test('of itself is an error, not an endless loop', () => {
    expect(complaints({ [main]: 'include a.conf', '/etc/keepalived/a.conf': `include ${main}` })).toEqual([
      '1 include',
    ]);
    const bomb = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`/etc/keepalived/${i}.conf`, `include ${i + 1}.conf\n`.repeat(2)]),
    );
    expect(complaints({ ...bomb, [main]: 'include 0.conf' }).length).toBeGreaterThan(0);
  });
});

describe('what an include that finds nothing is', () => {
  const silent = (line: string, check = ''): boolean[] =>
    parse({
      [main]: `global_defs {\n${check}\n}\n${line}`,
      '/etc/keepalived/a.conf': '',
      '/etc/keepalived/run.conf*': '',
    })
      .errors.filter(({ kind }) => kind.startsWith('include'))
      .map(({ isSilent }) => isSilent);

  test.each([
    ['include gone.conf', [false]],
    ['include gone*.conf', [true]],
    ['includer run.conf', [false]],
    ['includem gone*.conf', [true]],
    ['includew gone*.conf', [false]],
    ['include {a,gone}.conf', []],
    ['includeb {a,gone}.conf', [false]],
    ['includea {a,gone}.conf', [false]],
  ])('%s', (line, answer) => {
    expect(silent(line)).toEqual(answer);
  });

  test('follows include_check', () => {
    expect(silent('include gone*.conf', 'include_check')).toEqual([false]);
    expect(silent('include gone*.conf', 'include_check match')).toEqual([true]);
    expect(silent('include gone*.conf', 'include_check\ninclude_check -wildcard_match brace_match')).toEqual([true]);
  });
});

test('includes without end are given up, and that is said once', () => {
  const { errors, items } = parse({
    [main]: `${'include empty.conf\n'.repeat(12_000)}global_defs {\n}\n`,
    '/etc/keepalived/empty.conf': '\n',
  });
  expect(errors.map(({ line, message }) => [line, message])).toEqual([
    [10_001, 'more than 10000 includes: the rest is not read'],
  ]);
  expect(items).toHaveLength(1);
});

test('of a line without end a complaint keeps the beginning', () => {
  const [error] = parse(`vrrp_instance A ${'x'.repeat(100_000)}\n`).errors;
  expect(error?.text.length).toBeLessThan(2000);
});
