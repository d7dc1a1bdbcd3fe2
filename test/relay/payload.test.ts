/** What is taken for a payload, and how a refusal names its reason. */

import { describe, expect, it } from 'vitest';
import { parsePayload } from '../../src/relay/payload.ts';
import { alertOf, bodyOf, payloadOf } from './build.ts';

describe('parsePayload', () => {
  it('reads version 4', () => {
    expect(parsePayload(bodyOf([alertOf(), alertOf({ status: 'resolved' })], { truncatedAlerts: 3 }))).toMatchObject({
      value: {
        groupLabels: { alertname: 'NacosNodeDown', nacos_cluster: 'production' }, truncated: 3, alertmanagerUrl: 'http://alertmanager:9093',
        alerts: [{ firing: true, startsAt: Date.UTC(2026, 0, 1, 12, 0, 0, 123) }, { firing: false, endsAt: Date.UTC(2026, 0, 1, 12, 4, 5) }],
      },
    });
  });

  it('has no end for an alert that fires, whatever Alertmanager expects', () => {
    const result = parsePayload(bodyOf([{ ...alertOf(), endsAt: '2027-01-01T00:00:00Z' }]));
    expect(result).toHaveProperty('value');
    expect(result).not.toHaveProperty('value.alerts.0.endsAt');
  });

  it('takes fields that it does not know, and does without those that only adorn', () => {
    const bare = { status: 'firing', labels: {}, startsAt: '2026-01-01T12:00:00+08:00' };
    expect(parsePayload(JSON.stringify({ version: '4', status: 'firing', groupLabels: null, alerts: [bare], notYetInvented: {} }))).toMatchObject({
      value: { groupLabels: {}, truncated: 0, alerts: [{ annotations: {}, generatorUrl: '', startsAt: Date.UTC(2026, 0, 1, 4) }] },
    });
  });

  it.each([
    ['nothing', '', 'the body is not JSON'],
    ['a form', 'alerts=1', 'the body is not JSON'],
    ['a list', '[]', 'the body: expected a mapping'],
    ['null', 'null', 'the body: expected a mapping'],
    ['another version', bodyOf([alertOf()], { version: '3' }), 'version: expected "4"'],
    ['no version', bodyOf([alertOf()], { version: undefined }), 'version: expected "4"'],
    ['another status', bodyOf([alertOf()], { status: 'hunter2' }), 'status: expected "firing" or "resolved"'],
    ['no alerts', bodyOf([]), 'alerts: expected at least one entry'],
    ['alerts that are no list', bodyOf([], { alerts: {} }), 'alerts: expected a list'],
    ['a label that is no text', bodyOf([alertOf(), { ...alertOf(), labels: { a: 1 } }]), 'alerts[1].labels.a: expected text'],
    ['a strange name of a label', bodyOf([{ ...alertOf(), labels: { ['<at id=all>\n'.repeat(30)]: 1 } }]), `alerts[0].labels.${'?at?id?all??'.repeat(5)}: expected text`],
    ['no start', bodyOf([{ ...alertOf(), startsAt: undefined }]), 'alerts[0].startsAt: expected text'],
    ['a start that is no time', bodyOf([{ ...alertOf(), startsAt: 'hunter2' }]), 'alerts[0].startsAt: expected a time such as 2026-01-01T12:00:00Z'],
    ['a count below zero', bodyOf([alertOf()], { truncatedAlerts: -1 }), 'truncatedAlerts: is too small'],
    ['much at once', JSON.stringify({ ...payloadOf(), version: 1, status: 1, alerts: 1, groupLabels: 1 }),
      'version: expected "4"; status: expected "firing" or "resolved"; groupLabels: expected a mapping of texts'],
  ])('refuses %s and names the field', (_, body, problem) => {
    expect(parsePayload(body)).toEqual({ problem });
  });
});
