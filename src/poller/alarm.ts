/** Something to be done at a time that may come nearer, and then not at once again: one at a time, with a pause between. */

export interface AlarmDeps {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** When it is due, milliseconds since the epoch; undefined for never. */
  readonly due: () => number | undefined;
  readonly ring: () => Promise<void>;
  /** Between the beginnings of two, milliseconds. */
  readonly pauseMs: number;
  readonly onError: (error: unknown) => void;
}

export interface Alarm {
  /** What is due may have changed. */
  set(): void;
  close(): void;
}

export function createAlarm({ now, wait, due, ring, pauseMs, onError }: AlarmDeps): Alarm {
  let setFor = Infinity;
  let rangAt = -Infinity;
  let closed = false;

  async function ringAt(at: number): Promise<void> {
    await wait(Math.max(at - now(), rangAt + pauseMs - now(), 0));
    // An earlier one has been set meanwhile.
    if (setFor !== at || closed) return;
    setFor = Infinity;
    rangAt = now();
    await ring();
    set();
  }

  function set(): void {
    const at = due();
    if (closed || at === undefined || at >= setFor) return;
    setFor = at;
    ringAt(at).catch(onError);
  }

  return {
    set,
    close() {
      closed = true;
    },
  };
}
