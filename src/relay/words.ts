/** The words around an alert's own texts, which stay in the language that the rules are written in. */

export type Language = 'en' | 'zh';

export interface Words {
  firing(count: number): string;
  resolved(count: number): string;
  readonly isResolved: string;
  since(time: string): string;
  until(time: string, duration: string): string;
  leftOut(count: number): string;
  /** By the label's value; others are shown as they are. */
  readonly severities: Readonly<Record<string, string>>;
  readonly noSeverity: string;
  readonly runbook: string;
  readonly query: string;
  readonly divergence: string;
  readonly alertmanager: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    firing: (count) => `FIRING ${count}`,
    resolved: (count) => `RESOLVED ${count}`,
    isResolved: 'resolved',
    since: (time) => `since ${time}`,
    until: (time, duration) => `ended ${time}, lasted ${duration}`,
    leftOut: (count) => (count === 1 ? '1 more alert is not shown' : `${count} more alerts are not shown`),
    severities: { critical: 'critical', warning: 'warning', info: 'info' },
    noSeverity: 'alert',
    runbook: 'Runbook', query: 'Query', divergence: 'Divergence', alertmanager: 'Alertmanager',
  },
  zh: {
    firing: (count) => `告警 ${count}`,
    resolved: (count) => `恢复 ${count}`,
    isResolved: '已恢复',
    since: (time) => `开始于 ${time}`,
    until: (time, duration) => `结束于 ${time}，持续 ${duration}`,
    leftOut: (count) => `另有 ${count} 条告警未显示`,
    severities: { critical: '严重', warning: '警告', info: '提示' },
    noSeverity: '告警',
    runbook: '处理手册', query: '查询', divergence: '数据差异', alertmanager: 'Alertmanager',
  },
};
