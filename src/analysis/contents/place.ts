/** Where an instance is, from the key that it has in a canonical text, for people and APIs. */

import { unescaped } from './canonical.ts';

export interface Place {
  /** The cluster inside the service. */
  readonly cluster: string;
  /** `ip:port`. */
  readonly address: string;
  /** Absent where the version does not tell. */
  readonly ephemeral?: boolean;
}

/** `cluster|ip|port[|e|p]`. */
export function placeOf(key: string): Place {
  const [cluster = '', ip = '', port = '', kind] = key.split('|');
  return { cluster: unescaped(cluster), address: `${ip}:${port}`, ...(kind === undefined ? {} : { ephemeral: kind === 'e' }) };
}

/** `10.0.0.1:80`, with the cluster where it is not DEFAULT, and `persistent` where it is known to be. */
export function placeInWords({ cluster, address, ephemeral }: Place): string {
  const more = [...(cluster === 'DEFAULT' ? [] : [cluster]), ...(ephemeral === false ? ['persistent'] : [])];
  return more.length === 0 ? address : `${address} (${more.join(', ')})`;
}
