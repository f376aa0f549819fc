import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/rules/engine.ts';
import { rulesOn } from '../../src/rules/index.ts';
import { familyOf, keepalivedConf } from '../lab/keepalived-conf.ts';
import { type Scenario, scenarios } from '../lab/scenarios.ts';
import { context, faultsOf } from '../rules/judged.ts';
import { snapshotOfConfigurations } from '../rules/judged-configurations.ts';

/** Well on the wire, and yet what these show by intent is a fault of the configuration. */
const faulty: Readonly<Record<string, readonly string[]>> = {
  'v2-pass-alike-in-8': ['HAD401'],
  'vips-in-other-order': ['HAD313'],
  'equal-priority': ['HAD308'],
  // The check is on one node only.
  'failover-sync-group': ['HAD312'],
};

const healthy = scenarios.filter(
  ({ nodes, expect: { codes } }) => nodes.lb1 !== undefined && nodes.lb2 !== undefined && codes.length === 0,
);

function snapshotOf({ nodes: { lb1 = [], lb2 = [] } }: Scenario) {
  return snapshotOfConfigurations({ lb1: keepalivedConf('lb1', lb1), lb2: keepalivedConf('lb2', lb2) });
}

describe('the pairs of the lab that are well', () => {
  test('are many', () => {
    expect(healthy.length).toBeGreaterThan(25);
    const names = healthy.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(faulty)));
  });

  test.each(healthy.map((scenario) => ({ name: scenario.name, scenario })))(
    '$name: nothing above info is found',
    ({ name, scenario }) => {
      const { findings } = diagnose(rulesOn('configurations', 'pair', 'elections'), snapshotOf(scenario), context);
      expect(faultsOf(findings)).toEqual(faulty[name] ?? []);
    },
  );

  test.each(
    healthy
      .filter(({ name, events }) => events.length === 0 && name !== 'equal-priority')
      .map((scenario) => ({ name: scenario.name, scenario })),
  )('$name: the master is the one that was played', ({ scenario }) => {
    const masters = (snapshotOf(scenario).elections ?? []).map(({ sides: [side], rows: [row] }) => [
      `${side?.instance.family} ${side?.instance.vrid.value}`,
      row?.master,
    ]);
    const own = Object.entries(scenario.expect.masters).filter(([router]) =>
      scenario.nodes.lb1?.some((instance) => router === `${familyOf(instance)} ${instance.vrid}`),
    );
    expect(own.length).toBeGreaterThan(0);
    expect(Object.fromEntries(masters)).toEqual(Object.fromEntries(own));
  });
});
