/** A panel's answers as Grafana's Prometheus data source frames them, transformed and with the field configuration applied. */

import { applyFieldOverrides, applyNullInsertThreshold, cacheFieldDisplayNames, FieldType, toDataFrame, transformDataFrame, type DataFrame } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { graphDefaults, registry } from './fields';
import { instant, range, type Sample } from './prometheus';
import { from, step, to } from './request';
import { theme } from './theme';
import { substitute } from './variables';

export async function framesOf(panel: any): Promise<DataFrame[]> {
  const targets = (panel.targets ?? []).filter((target: any) => target.expr);
  const tables = targets.filter((target: any) => target.format === 'table').length;
  const answers = await Promise.all(targets.map(async (target: any) => {
    const expression = substitute(target.expr);
    const samples = target.instant === true && target.range !== true ? await instant(expression) : await range(expression);
    return target.format === 'table' ? [tableFrame(target, samples, tables > 1)] : samples.map((sample) => lineFrame(target, sample));
  }));
  const frames = answers.flat();
  const transformations = panel.transformations ?? [];
  const transformed = transformations.length > 0 ? await lastValueFrom(transformDataFrame(transformations, frames)) : frames;
  let index = 0;
  for (const frame of transformed) for (const field of frame.fields) if (field.type === FieldType.number) field.state = { ...field.state, seriesIndex: index++ };
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  const isGraph = panel.type === 'timeseries';
  const finished = applyFieldOverrides({
    data: transformed, fieldConfigRegistry: registry, theme, timeZone: 'utc', replaceVariables: (text: string) => substitute(text),
    fieldConfig: {
      overrides,
      defaults: { ...defaults, color: defaults.color ?? { mode: isGraph ? 'palette-classic' : 'thresholds' }, custom: isGraph ? { ...graphDefaults, ...defaults.custom } : defaults.custom ?? {} },
    },
  } as any);
  // Names that a transformation or an override gave.
  cacheFieldDisplayNames(finished);
  return isGraph ? finished.map(withGaps) : finished;
}

/** A step without a sample is a gap, and so is what is no number. */
function withGaps(frame: DataFrame): DataFrame {
  const whole = applyNullInsertThreshold({ frame, refFieldPseudoMin: from * 1000, refFieldPseudoMax: to * 1000 });
  const fields = whole.fields.map((field) => (field.type === FieldType.number ? { ...field, values: field.values.map((value) => (Number.isFinite(value) ? value : null)) } : field));
  return { ...whole, fields };
}

function tableFrame(target: any, samples: readonly Sample[], several: boolean): DataFrame {
  const labels = [...new Set(samples.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: samples.map(({ value }) => value![0] * 1000) },
      ...labels.map((label) => ({ name: label, type: FieldType.string, config: { filterable: true }, values: samples.map(({ metric }) => metric[label] ?? '') })),
      { name: several ? `Value #${target.refId}` : 'Value', type: FieldType.number, values: samples.map(({ value }) => Number(value![1].replace('Inf', 'Infinity'))) },
    ],
  });
}

function lineFrame(target: any, { metric, value, values = [value!] }: Sample): DataFrame {
  const name = legend(target.legendFormat, metric);
  return toDataFrame({
    refId: target.refId, name,
    fields: [
      { name: 'Time', type: FieldType.time, config: { interval: step * 1000 }, values: values.map(([at]) => at * 1000) },
      { name: 'Value', type: FieldType.number, labels: metric, config: { displayNameFromDS: name }, values: values.map(([, text]) => Number(text.replace('Inf', 'Infinity'))) },
    ],
  });
}

function legend(format: string | undefined, metric: Sample['metric']): string {
  if (format !== undefined && format !== '' && format !== '__auto') return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? '');
  const { __name__ = '', ...labels } = metric;
  return `${__name__}{${Object.entries(labels).map(([label, text]) => `${label}="${text}"`).join(', ')}}`;
}
