/** Services by a time that each of them has, kept in order by the second: who asks for the first of very many walks few. */

export interface Calendar {
  /** Second since the epoch to its services, each with its time in milliseconds. */
  readonly seconds: Map<number, Map<number, number>>;
}

const secondOf = (at: number): number => Math.floor(at / 1000);

export const createCalendar = (): Calendar => ({ seconds: new Map() });

export function enter({ seconds }: Calendar, service: number, at: number): void {
  const second = secondOf(at);
  const services = seconds.get(second);
  if (services === undefined) seconds.set(second, new Map([[service, at]]));
  else services.set(service, at);
}

/** `at` is the time that it was entered with. */
export function strike({ seconds }: Calendar, service: number, at: number): void {
  const services = seconds.get(secondOf(at));
  if (services?.delete(service) === true && services.size === 0) seconds.delete(secondOf(at));
}

/** Undefined where the calendar is empty. */
export function earliest({ seconds }: Calendar): number | undefined {
  let first = Infinity;
  for (const second of seconds.keys()) first = Math.min(first, second);
  let time = Infinity;
  for (const at of seconds.get(first)?.values() ?? []) time = Math.min(time, at);
  return time === Infinity ? undefined : time;
}

/** Services whose time is not after `last`, earliest second first; whole seconds, until there are `most`. Entries may come and go meanwhile. */
export function* inOrder({ seconds }: Calendar, last = Infinity, most = Infinity): Iterable<readonly [service: number, at: number]> {
  let given = 0;
  const until = last === Infinity ? Infinity : secondOf(last);
  for (const second of [...seconds.keys()].filter((one) => one <= until).toSorted((a, b) => a - b)) {
    if (given >= most) return;
    for (const entry of seconds.get(second) ?? []) {
      if (entry[1] > last) continue;
      given++;
      yield entry;
    }
  }
}
