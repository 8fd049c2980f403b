/** Choose light, dark, or what the system says. */
export function applyTheme(theme: string): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("corridor-theme", theme);
  } catch {
    // a page from a file may have no storage
  }
}

/** Return a colour of the page, for what is drawn on a canvas. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
