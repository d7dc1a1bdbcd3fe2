import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Grafana's packages ask for what Node has.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
  build: { chunkSizeWarningLimit: 99_999, minify: false, sourcemap: false, target: 'esnext' },
});
