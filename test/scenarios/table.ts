/** Outcomes as a table for people, with everything that is wrong below it. */

import type { Outcome } from './play.ts';

const head = ['scenario', 'versions', 'labelled', 'confirmed', 'latency', 'false alarms', 'counters'];

export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ scenario, labelled, confirmed, latency, falseAlarms, countersOk }) => [
    scenario.name, [...new Set(scenario.versions)].join(' ') + ` x${scenario.versions.length}`, String(labelled), String(confirmed),
    latency === undefined ? '' : `${latency} s`, String(falseAlarms), countersOk ? (scenario.balanceOnly === undefined ? 'ok' : 'balance') : 'WRONG',
  ]);
  const labelled = outcomes.reduce((sum, { labelled: n }) => sum + n, 0);
  const confirmed = outcomes.reduce((sum, { confirmed: n }) => sum + n, 0);
  const failing = outcomes.filter(({ faults }) => faults.length > 0);
  return [
    columns([head, ...rows]), '',
    `${outcomes.length} scenarios, ${labelled} labelled, ${confirmed} confirmed, ${outcomes.reduce((sum, { falseAlarms: n }) => sum + n, 0)} false alarms, ${failing.length} failing`, '',
    ...outcomes.flatMap(({ scenario: { name, balanceOnly } }) => (balanceOnly === undefined ? [] : [`${name}: of counters, the balance alone: ${balanceOnly}`, ''])),
    ...failing.flatMap(({ scenario, faults }) => [`${scenario.name} (seed ${scenario.seed}): ${scenario.what}`, ...faults.map((fault) => `  ${fault}`), '']),
  ].join('\n');
}

export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd()).join('\n');
}
