/** What the address asks for: which dashboard, which time, which values of its variables. */

const asked = new URLSearchParams(location.search);

export const file = asked.get('d') ?? '';
export const width = Number(asked.get('w') ?? 1400);

/** Seconds since the epoch. */
export const to = Number(asked.get('to') ?? Math.floor(Date.now() / 1000));
export const from = Number(asked.get('from') ?? to - 900);

/** As Prometheus scrapes; Grafana takes it from the data source. */
const scrapeSeconds = 15;
/** Points of half a dashboard's width. */
const points = 700;
/** A whole number of scrapes, so that every point falls on one. */
export const step = scrapeSeconds * Math.max(1, Math.ceil((to - from) / points / scrapeSeconds));

export function chosen(variable: string): readonly string[] {
  return asked.getAll(`var-${variable}`);
}

export const builtIn: Readonly<Record<string, string>> = {
  __rate_interval: `${4 * scrapeSeconds}s`, __interval: `${step}s`, __interval_ms: String(step * 1000), __range: `${to - from}s`, __range_s: String(to - from),
  __from: String(from * 1000), __to: String(to * 1000),
};
