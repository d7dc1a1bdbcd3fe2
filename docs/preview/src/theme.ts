/** Grafana's dark theme, with the font that it brings along. */

import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import { createTheme } from '@grafana/data';

export const theme = createTheme({ colors: { mode: 'dark' } });
