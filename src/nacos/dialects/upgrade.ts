/**
 * `upgrade/ops/metrics` of 2.0.2-2.1.2, the two stores side by side. As text its lists run over several lines, so it is asked
 * for JSON, which comes as text/plain. 2.0.0 and 2.0.1 have no such endpoint: a filter answers 501 there.
 */

import type { UpgradeState } from '../../model.ts';
import type { Call } from './dialect.ts';
import { bare, call } from './envelopes.ts';
import { countAt, fieldsAt, refuse, type Fields } from './fields.ts';

export const upgradeMetrics: Call<UpgradeState> = {
  ...call('upgrade_metrics', '/v1/ns/upgrade/ops/metrics?json=true', bare, upgradeState),
  missing: (status) => status === 501 || status === 404,
};

export function upgradeState(payload: unknown, at: string): UpgradeState {
  const body = fieldsAt(payload, at);
  return {
    upgraded: flagAt(body, 'upgraded', at),
    allMembers2x: flagAt(body, 'isAll20XVersion', at),
    doubleWriteEnabled: flagAt(body, 'isDoubleWriteEnabled', at),
    pendingTasks: countAt(body, 'doubleWriteDelayTaskCount', at),
    services: { v1: wholeAt(body, 'serviceCountV1', at), v2: wholeAt(body, 'serviceCountV2', at) },
    instances: { v1: wholeAt(body, 'instanceCountV1', at), v2: wholeAt(body, 'instanceCountV2', at) },
    only: { v1: namesAt(body, 'service.V1.not.in.V2', at), v2: namesAt(body, 'service.V2.not.in.V1', at) },
  };
}

function flagAt(body: Fields, key: string, at: string): boolean {
  const value = body[key];
  if (typeof value !== 'boolean') throw refuse(`${at}.${key}`, 'true or false', value);
  return value;
}

/** 2.x counts instances up and down, and may drift below zero. */
function wholeAt(body: Fields, key: string, at: string): number {
  const value = body[key];
  if (typeof value !== 'number' || !Number.isInteger(value)) throw refuse(`${at}.${key}`, 'a whole number', value);
  return value;
}

/** One `namespace##group@@name` a line. */
function namesAt(body: Fields, key: string, at: string): readonly string[] {
  const value = body[key];
  if (typeof value !== 'string') throw refuse(`${at}.${key}`, 'a text', value);
  return value.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}
