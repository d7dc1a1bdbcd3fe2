/** Draws one dashboard as Grafana would place it: its variables and links above, its panels on the grid, all rows open. */

import './fields';
import { ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles, PanelChrome } from '@grafana/ui';
import { Component, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { Marks, marksOf } from './annotations';
import { Body, pending } from './body';
import { file, width } from './request';
import { theme } from './theme';
import { resolveVariables, type Resolved } from './variables';

const rowHeight = 30;
const gap = 8;
const margin = 16;
const headHeight = 84;
const column = (width - 2 * margin + gap) / 24;

/** A panel that cannot be drawn says why, and leaves the others alone. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  state: { readonly error?: Error } = {};
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  render() {
    return this.state.error === undefined ? this.props.children : <pre style={{ color: 'red', fontSize: 10 }}>{String(this.state.error.stack)}</pre>;
  }
}

function Head({ dashboard, variables }: { readonly dashboard: any; readonly variables: readonly Resolved[] }) {
  const box = { border: `1px solid ${theme.colors.border.medium}`, borderRadius: 2, padding: '3px 8px', marginRight: 8, whiteSpace: 'nowrap' } as const;
  return (
    <div style={{ position: 'absolute', left: margin, top: 12, width: width - 2 * margin, color: theme.colors.text.primary, fontSize: 12 }}>
      <div style={{ fontSize: 18, marginBottom: 10 }}>{dashboard.title}</div>
      <div style={{ display: 'flex', overflow: 'hidden' }}>
        {variables.filter(({ hidden }) => !hidden).map(({ name, label, text }) => <span key={name} style={box}><span style={{ color: theme.colors.text.secondary }}>{label}</span> {text}</span>)}
        <span style={{ flex: 1 }} />
        {(dashboard.links ?? []).map((link: any) => <span key={link.title} style={{ ...box, marginRight: 0, marginLeft: 4, border: 0, color: theme.colors.text.link }}>{link.title}</span>)}
      </div>
    </div>
  );
}

/** The panels of closed rows are drawn too: below each other, as they are when the rows are opened. */
function opened(panels: readonly any[]): readonly any[] {
  let shift = 0;
  return panels.flatMap((panel) => {
    const placed = { ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y + shift } };
    const inside = panel.collapsed === true ? panel.panels ?? [] : [];
    if (inside.length === 0) return [placed];
    const top = Math.min(...inside.map(({ gridPos }: any) => gridPos.y));
    const moved = inside.map((one: any) => ({ ...one, gridPos: { ...one.gridPos, y: one.gridPos.y - top + placed.gridPos.y + 1 } }));
    shift += Math.max(...moved.map(({ gridPos }: any) => gridPos.y + gridPos.h)) - placed.gridPos.y - 1;
    return [placed, ...moved];
  });
}

function Dashboard({ dashboard, variables }: { readonly dashboard: any; readonly variables: readonly Resolved[] }) {
  const panels = opened(dashboard.panels);
  const bottom = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <div style={{ position: 'relative', width, height: headHeight + bottom * (rowHeight + gap) + gap, background: theme.colors.background.canvas }}>
      <Head dashboard={dashboard} variables={variables} />
      {panels.map((panel) => {
        const { x, y, w, h } = panel.gridPos;
        const place = { position: 'absolute', left: margin + x * column, top: headHeight + y * (rowHeight + gap), width: w * column - gap, height: h * (rowHeight + gap) - gap } as const;
        return (
          <div key={panel.id} style={place}>
            {panel.type === 'row' ? <div style={{ color: theme.colors.text.primary, fontWeight: 500, lineHeight: `${place.height}px` }}>⌄ {panel.title}</div> : (
              <Guard>
                <PanelChrome title={panel.title} description={panel.description} width={place.width} height={place.height}>
                  {(wide: number, high: number) => <Guard><Body panel={panel} width={wide} height={high} /></Guard>}
                </PanelChrome>
              </Guard>
            )}
          </div>
        );
      })}
    </div>
  );
}

// Grafana's components ask for their texts once these are there.
await initPluginTranslations('grafana').catch((error) => console.log('translations', error));
const dashboard = await (await fetch(`/dashboards/${file}`)).json();
const variables = await resolveVariables(dashboard.templating?.list ?? []);
const marks = await marksOf(dashboard.annotations?.list ?? []);
document.title = dashboard.title;
document.body.style.margin = '0';
createRoot(document.getElementById('root')!).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <Marks.Provider value={marks}><Dashboard dashboard={dashboard} variables={variables} /></Marks.Provider>
  </ThemeContext.Provider>,
);

/** True once all panels have their answers. */
Object.assign(window, { isDrawn: () => document.querySelector('section') !== null && pending.count === 0 });
