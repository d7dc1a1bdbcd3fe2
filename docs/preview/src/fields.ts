/** Tells Grafana's data package which options fields may have: without a registry it applies none. */

import { FieldConfigOptionsRegistry, standardFieldConfigEditorRegistry, standardTransformers, standardTransformersRegistry } from '@grafana/data';

const option = (id: string, isCustom = false): any => ({
  id: isCustom ? `custom.${id}` : id, path: id, name: id, isCustom, editor: () => null, override: () => null, process: (value: unknown) => value, shouldApply: () => true, settings: {},
});

const standard = ['unit', 'min', 'max', 'decimals', 'displayName', 'noValue', 'thresholds', 'mappings', 'color', 'links', 'fieldMinMax', 'description', 'filterable'].map((id) => option(id));
const custom = [
  'drawStyle', 'lineInterpolation', 'lineWidth', 'fillOpacity', 'gradientMode', 'spanNulls', 'showPoints', 'pointSize', 'stacking', 'axisPlacement', 'axisLabel', 'scaleDistribution', 'hideFrom',
  'thresholdsStyle', 'lineStyle', 'barAlignment', 'barWidthFactor', 'axisCenteredZero', 'width', 'minWidth', 'align', 'cellOptions', 'displayMode', 'inspect', 'filterable', 'hidden', 'wrapText', 'wrapHeaderText', 'insertNulls', 'fillBelowTo', 'axisSoftMax', 'axisSoftMin',
].map((id) => option(id, true));

standardFieldConfigEditorRegistry.setInit(() => standard);
export const registry = new FieldConfigOptionsRegistry(() => [...standard, ...custom]);

standardTransformersRegistry.setInit(() => {
  const known = new Map(Object.values(standardTransformers).map((transformer: any) => [transformer.id, transformer]));
  return [...known.values()].map((transformer) => ({ id: transformer.id, name: transformer.name, editor: () => null, transformation: async () => transformer }) as any);
});

/** What a time series has where the dashboard says nothing. */
export const graphDefaults = {
  drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: 0, gradientMode: 'none', spanNulls: false, showPoints: 'auto', pointSize: 5, stacking: { mode: 'none', group: 'A' },
  axisPlacement: 'auto', scaleDistribution: { type: 'linear' }, hideFrom: { tooltip: false, viz: false, legend: false }, thresholdsStyle: { mode: 'off' },
};
