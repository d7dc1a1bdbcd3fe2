/** Colours, thresholds and words for values, so that one thing looks the same on every panel. */

import { MappingType, SpecialValueMatch, ThresholdsConfigBuilder, ThresholdsMode, type Threshold, type ThresholdsConfig, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { unsupportedText, unsupportedValue } from './targets.ts';

export const colors = { good: 'green', notice: 'blue', careful: 'orange', bad: 'red', neutral: '#8e8e8e', plain: 'text' } as const;
export type Color = (typeof colors)[keyof typeof colors];

/** From each value on its colour; the first colour below all of them. */
export interface Steps {
  readonly below: Color;
  readonly from: readonly (readonly [value: number, color: Color])[];
}

export const plain: Steps = { below: colors.plain, from: [] };

/** Good below the limit of an alert. */
export const badFrom = (limit: number, color: Color = colors.bad): Steps => ({ below: colors.good, from: [[limit, color]] });

/** Smaller than any count or share that is shown. */
const above0 = 0.000001;

/** Good at 0: anything above is told. */
export const badAbove0 = (color: Color = colors.bad): Steps => badFrom(above0, color);

/** Anything above 0 is told, and from the limit of an alert on it is bad. */
export const toldAbove0 = (bad: number): Steps => warnAndBad(above0, bad);

export const warnAndBad = (warning: number, bad: number): Steps => ({ below: colors.good, from: [[warning, colors.careful], [bad, colors.bad]] });

/** Bad below the number. */
export const goodFrom = (limit: number, below: Color = colors.bad): Steps => ({ below, from: [[limit, colors.good]] });

export function thresholdsOf({ below, from }: Steps): ThresholdsConfig {
  const steps: Threshold[] = [{ value: null, color: below }, ...from.map(([value, color]) => ({ value, color }))];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps).build();
}

/** What a number means: its text and colour. */
export type Words = Readonly<Record<number, readonly [text: string, color: Color]>>;

/** `missing`: what a cell without a value says; `unsupported`: what says that a version has no source. */
export function mappingsOf(words: Words, notANumber?: string, missing?: string, unsupported: string = unsupportedText): ValueMapping[] {
  const all: Words = { [unsupportedValue]: [unsupported, colors.neutral], ...words };
  const options = Object.fromEntries(Object.entries(all).map(([value, [text, color]], index) => [value, { text, color, index }]));
  return [
    { type: MappingType.ValueToText, options },
    ...said(SpecialValueMatch.NotANumber, notANumber),
    ...said(SpecialValueMatch.Null, missing),
  ];
}

function said(match: SpecialValueMatch, text: string | undefined): ValueMapping[] {
  return text === undefined ? [] : [{ type: MappingType.SpecialValue, options: { match, result: { text, color: colors.neutral } } }];
}

export const yesNo = { 0: ['no', colors.bad], 1: ['yes', colors.good] } as const satisfies Words;
export const upDown = { 0: ['down', colors.bad], 1: ['up', colors.good] } as const satisfies Words;
export const onOff = { 0: ['off', colors.neutral], 1: ['on', colors.notice] } as const satisfies Words;
/** A state of an upgrade is neither good nor bad by itself. */
export const reached = { 0: ['not yet', colors.careful], 1: ['yes', colors.good] } as const satisfies Words;
