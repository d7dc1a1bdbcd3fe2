/**
 * Spellings that the text format 0.0.4 and OpenMetrics 1.0 share, and the two places where they differ:
 * a quote in HELP, and a counter family's name.
 */

export const textFormats = ['text', 'openmetrics'] as const;
/** `text` is the text format 0.0.4, `openmetrics` is OpenMetrics 1.0. */
export type TextFormat = (typeof textFormats)[number];

/** What a family's header needs; every `Family` fits. */
export interface FamilyHeader {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary';
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

const unescaped = /^[^\\"\n]*$/;

/** A label's value as it stands between its quotes. */
export function escapeLabelValue(value: string): string {
  return unescaped.test(value) ? value : value.replace(/[\\"\n]/g, (character) => escapes[character]!);
}

/** In OpenMetrics HELP is an escaped string like a label's value; in 0.0.4 a backslash before a quote would stay visible. */
export function escapeHelp(help: string, format: TextFormat): string {
  return help.replace(format === 'openmetrics' ? /[\\"\n]/g : /[\\\n]/g, (character) => escapes[character]!);
}

/** OpenMetrics names a counter family without the `_total` that its samples carry. */
export function familyName(header: FamilyHeader, format: TextFormat): string {
  return format === 'openmetrics' && header.type === 'counter' ? header.name.replace(/_total$/, '') : header.name;
}

/** The HELP and TYPE lines; TYPE first or last is all the same to both formats. */
export function headerText(header: FamilyHeader, format: TextFormat): string {
  const name = familyName(header, format);
  return `# HELP ${name} ${escapeHelp(header.help, format)}\n# TYPE ${name} ${header.type}\n`;
}

/** Go's ParseFloat and OpenMetrics both read JavaScript's shortest decimal spelling, but not its names of infinity. */
export function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/**
 * The value of `le`. OpenMetrics wants whole numbers as `1.0`, and large ones as `1e+06` like Go; 0.0.4 takes any float,
 * so one spelling serves both and a series does not change its identity with the format that is negotiated.
 */
export function leText(bound: number): string {
  if (!Number.isFinite(bound)) return numberText(bound);
  const magnitude = Math.abs(bound);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e6)) {
    return bound.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
