import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// One script and one style sheet without digests in their names: the page that is sent carries both inside.
export default defineConfig({
  plugins: [svelte({ onwarn: (warning, handle) => {
    // what scrolls has to be reached by keyboard
    if (warning.code !== "a11y_no_noninteractive_tabindex") handle(warning);
  } })],
  base: "/",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        format: "iife",
        inlineDynamicImports: true,
        entryFileNames: "assets/corridor.js",
        assetFileNames: "assets/corridor[extname]",
      },
    },
  },
});
