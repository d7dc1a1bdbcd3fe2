/** SwitchDomain: `/v1/ns/operator/switches` and its twin in v3. Real JSON booleans in every version. */

import type { Switches } from '../../model.ts';
import { fieldsAt, refuse, textAt } from './fields.ts';

export function switches(payload: unknown, at: string): Switches {
  const body = fieldsAt(payload, at);
  textAt(body, 'name', at);
  const enabled: Record<string, boolean> = {};
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'boolean') enabled[name] = value;
  }
  if (Object.keys(enabled).length === 0) throw refuse(at, 'an object with switches', body);
  const status = body['overriddenServerStatus'];
  if (status === undefined || status === null || status === '') return { enabled };
  if (typeof status !== 'string') throw refuse(`${at}.overriddenServerStatus`, 'a text', status);
  return { enabled, overriddenServerStatus: status };
}

/** `00-00---000-NACOS_SWITCH_DOMAIN-000---00-00` in Nacos, `R-NACOS` in r-nacos, whose switches are a constant. */
export function switchDomainName(payload: unknown, at: string): string {
  return textAt(fieldsAt(payload, at), 'name', at);
}
