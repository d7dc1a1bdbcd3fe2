/** Every alert of the pack, by promtool: one case at least that fires, and one that stays silent close to the edge. */

import { describeRules } from './promtool.ts';
import { beatAndPushCases } from './cases-beats-and-push.ts';
import { dataCases } from './cases-data.ts';
import { exporterCases } from './cases-exporter.ts';
import { lossCases } from './cases-loss.ts';
import { nodeCases } from './cases-nodes.ts';
import { slowUpgradeCases, upgradeCases } from './cases-upgrade.ts';

const ruleFiles = ['alerts/nacos.rules.yaml'];

describeRules({ title: 'alerts on nodes', ruleFiles, group: 'nacos-nodes', cases: nodeCases });
describeRules({ title: 'alerts on data', ruleFiles, group: 'nacos-data', cases: dataCases });
describeRules({ title: 'alerts on loss', ruleFiles, group: 'nacos-loss', cases: lossCases });
describeRules({ title: 'alerts on beats and push', ruleFiles, group: 'nacos-beats-and-push', cases: beatAndPushCases });
describeRules({ title: 'alerts on upgrades', ruleFiles, group: 'nacos-upgrade', cases: upgradeCases });
describeRules({ title: 'alerts on double write', ruleFiles, group: 'nacos-upgrade', cases: slowUpgradeCases, step: 300 });
describeRules({ title: 'alerts on the exporter', ruleFiles, group: 'nacos-exporter', cases: exporterCases });
