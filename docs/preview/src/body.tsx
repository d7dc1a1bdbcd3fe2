/** What is inside of a panel. */

import { dateTime, getFieldDisplayValues, renderTextPanelMarkdown, type DataFrame } from '@grafana/data';
import { BigValue, BigValueColorMode, BigValueGraphMode, BigValueTextMode, LegendDisplayMode, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { useContext, useEffect, useState } from 'react';
import { Marks } from './annotations';
import { framesOf } from './frames';
import { from, to } from './request';
import { HeatMap, StateTimeline } from './stand-ins';
import { theme } from './theme';
import { substitute } from './variables';

const time = { from: dateTime(from * 1000), to: dateTime(to * 1000) };
const timeRange = { ...time, raw: time };

interface BodyProps {
  readonly panel: any;
  readonly width: number;
  readonly height: number;
}

/** Panels that wait for their answers; the screenshot waits for none. */
export const pending = { count: 0 };

export function Body({ panel, width, height }: BodyProps) {
  const [frames, setFrames] = useState<DataFrame[]>();
  const [error, setError] = useState('');
  useEffect(() => {
    pending.count += 1;
    framesOf(panel).then(setFrames, (reason) => setError(String(reason))).finally(() => void (pending.count -= 1));
  }, [panel]);
  if (panel.type === 'text') return <div className="markdown-html" style={{ height, overflow: 'hidden' }} dangerouslySetInnerHTML={{ __html: renderTextPanelMarkdown(substitute(panel.options?.content ?? '')) }} />;
  if (error !== '') return <div style={{ color: 'red' }}>{error}</div>;
  if (frames === undefined) return null;
  if (panel.type === 'stat') return <Stat panel={panel} frames={frames} width={width} height={height} />;
  if (frames.every(({ length }) => length === 0)) {
    return <div style={{ height, display: 'flex', alignItems: 'center', justifyContent: 'center', color: theme.colors.text.secondary }}>{panel.fieldConfig?.defaults?.noValue ?? 'No data'}</div>;
  }
  if (panel.type === 'timeseries') return <Graph panel={panel} frames={frames} width={width} height={height} />;
  if (panel.type === 'table') {
    return <TableNG {...({ data: frames[0], width, height, fieldConfig: panel.fieldConfig, initialSortBy: panel.options?.sortBy, cellHeight: panel.options?.cellHeight, getActions: () => [], enableVirtualization: false } as any)} />;
  }
  if (panel.type === 'state-timeline') return <StateTimeline frames={frames} width={width} height={height} />;
  if (panel.type === 'heatmap') return <HeatMap frames={frames} width={width} height={height} />;
  return <div style={{ color: 'red' }}>no preview of a panel of type {panel.type}</div>;
}

interface DrawnProps extends BodyProps {
  readonly frames: DataFrame[];
}

function Stat({ panel, frames, width, height }: DrawnProps) {
  const { reduceOptions, colorMode, graphMode, textMode, orientation, justifyMode, wideLayout, text } = panel.options ?? {};
  const getValues = () => getFieldDisplayValues({
    data: frames, theme, timeZone: 'utc', sparkline: graphMode !== 'none', fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] }, replaceVariables: (text: string) => substitute(text),
    reduceOptions: { values: false, ...reduceOptions, calcs: reduceOptions?.calcs?.length > 0 ? reduceOptions.calcs : ['lastNotNull'] },
  } as any);
  return (
    <VizRepeater
      getValues={getValues} source={frames} renderCounter={0} width={width} height={height} orientation={orientation ?? 'auto'} autoGrid={true} itemSpacing={3}
      renderValue={({ value, width: wide, height: high, count }: any) => (
        <BigValue value={value.display} sparkline={value.sparkline} count={count} width={wide} height={high} theme={theme} colorMode={colorMode ?? BigValueColorMode.Value}
          graphMode={graphMode ?? BigValueGraphMode.Area} textMode={textMode ?? BigValueTextMode.Auto} justifyMode={justifyMode} text={text} wideLayout={wideLayout} />
      )}
    />
  );
}

function Graph({ panel, frames, width, height }: DrawnProps) {
  const marks = useContext(Marks);
  const { legend, tooltip } = panel.options ?? {};
  const drawMarks = (config: any) => {
    config.addHook('draw', (plot: any) => {
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.setLineDash([6, 4]);
      for (const { at, color } of marks) {
        const x = Math.round(plot.valToPos(at * 1000, 'x', true));
        ctx.strokeStyle = color;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      ctx.restore();
    });
    return null;
  };
  return (
    <TimeSeries frames={frames} timeRange={timeRange as any} timeZone="utc" width={width} height={height} options={{ tooltip } as any}
      legend={{ displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true, calcs: [], ...legend }}>
      {drawMarks as any}
    </TimeSeries>
  );
}
