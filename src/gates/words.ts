/** Numbers, lists and times as the gates say them. */

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

export const seconds = (ms: number): string => `${Math.max(0, Math.floor(ms / 1000))} s`;

/** The first few of them, and how many more there are. */
export function some(list: readonly string[], most = 3): string {
  const rest = list.length - most;
  return rest <= 0 ? list.join(', ') : `${list.slice(0, most).join(', ')} and ${rest} more`;
}
