/** The variables that VS Code gives a webview in its four standard themes, as far as the page reads them. */

type Colours = Readonly<Record<string, string>>;

const FONTS = { 'font-family': '"DejaVu Sans", sans-serif', 'font-size': '13px', 'editor-font-family': '"DejaVu Sans Mono", monospace' };

const dark: Colours = {
  foreground: '#cccccc', descriptionForeground: '#9d9d9d', 'editor-background': '#1f1f1f', focusBorder: '#0078d4', 'panel-border': '#2b2b2b', 'widget-border': '#313131',
  'charts-blue': '#59a4f9', 'charts-purple': '#bc8cff', 'charts-green': '#89d185', 'charts-yellow': '#cca700', 'charts-orange': '#d18616', 'charts-red': '#f14c4c',
  'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-border': 'rgba(255,255,255,0.07)',
  'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c',
  'input-background': '#313131', 'input-foreground': '#cccccc', 'input-border': '#3c3c3c', 'input-placeholderForeground': '#989898',
  'dropdown-background': '#313131', 'dropdown-foreground': '#cccccc', 'dropdown-border': '#3c3c3c',
  'textLink-foreground': '#4daafc', 'textLink-activeForeground': '#4daafc', 'textCodeBlock-background': '#2b2b2b', 'textBlockQuote-background': '#2b2b2b',
  'list-hoverBackground': '#2a2d2e', 'list-inactiveSelectionBackground': '#37373d', 'panelTitle-activeBorder': '#0078d4', 'toolbar-hoverBackground': 'rgba(90,93,94,0.31)',
  'menu-background': '#1f1f1f', 'menu-foreground': '#cccccc', 'menu-border': '#454545', 'editorWidget-background': '#202020', 'inputValidation-errorBorder': '#be1100', 'inputValidation-errorBackground': '#5a1d1d',
};

const light: Colours = {
  foreground: '#3b3b3b', descriptionForeground: '#3b3b3b', 'editor-background': '#ffffff', focusBorder: '#005fb8', 'panel-border': '#e5e5e5', 'widget-border': '#e5e5e5',
  'charts-blue': '#1a85ff', 'charts-purple': '#652d90', 'charts-green': '#388a34', 'charts-yellow': '#bf8803', 'charts-orange': '#d18616', 'charts-red': '#e51400',
  'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-border': 'rgba(0,0,0,0.1)',
  'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc',
  'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-border': '#cecece', 'input-placeholderForeground': '#767676',
  'dropdown-background': '#ffffff', 'dropdown-foreground': '#3b3b3b', 'dropdown-border': '#cecece',
  'textLink-foreground': '#005fb8', 'textLink-activeForeground': '#005fb8', 'textCodeBlock-background': '#f8f8f8', 'textBlockQuote-background': '#f8f8f8',
  'list-hoverBackground': '#f2f2f2', 'list-inactiveSelectionBackground': '#e4e6f1', 'panelTitle-activeBorder': '#005fb8', 'toolbar-hoverBackground': 'rgba(184,184,184,0.31)',
  'menu-background': '#ffffff', 'menu-foreground': '#3b3b3b', 'menu-border': '#cecece', 'editorWidget-background': '#f8f8f8', 'inputValidation-errorBorder': '#be1100', 'inputValidation-errorBackground': '#f2dede',
};

const hcDark: Colours = {
  foreground: '#ffffff', descriptionForeground: 'rgba(255,255,255,0.7)', 'editor-background': '#000000', focusBorder: '#f38518', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518', 'panel-border': '#6fc3df',
  'charts-blue': '#59a4f9', 'charts-purple': '#bc8cff', 'charts-green': '#89d185', 'charts-yellow': '#ffd370', 'charts-orange': '#ffa344', 'charts-red': '#f48771',
  'button-foreground': '#ffffff', 'button-background': '#000000', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff',
  'input-background': '#000000', 'input-foreground': '#ffffff', 'input-border': '#6fc3df', 'input-placeholderForeground': 'rgba(255,255,255,0.7)',
  'dropdown-background': '#000000', 'dropdown-foreground': '#ffffff', 'dropdown-border': '#6fc3df',
  'textLink-foreground': '#21a6ff', 'textLink-activeForeground': '#21a6ff', 'textCodeBlock-background': '#000000',
  'list-hoverBackground': 'rgba(255,255,255,0.1)', 'panelTitle-activeBorder': '#6fc3df', 'menu-background': '#000000', 'menu-foreground': '#ffffff', 'menu-border': '#6fc3df', 'editorWidget-background': '#0c141f',
  'inputValidation-errorBorder': '#6fc3df',
};

const hcLight: Colours = {
  foreground: '#292929', descriptionForeground: 'rgba(41,41,41,0.9)', 'editor-background': '#ffffff', focusBorder: '#006bbd', contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd', 'panel-border': '#0f4a85',
  'charts-blue': '#0f4a85', 'charts-purple': '#652d90', 'charts-green': '#374e06', 'charts-yellow': '#895503', 'charts-orange': '#895503', 'charts-red': '#b5200d',
  'button-foreground': '#ffffff', 'button-background': '#0f4a85', 'button-border': '#0f4a85', 'button-secondaryForeground': '#292929', 'button-secondaryBackground': '#ffffff', 'button-hoverBackground': '#0f4a85',
  'input-background': '#ffffff', 'input-foreground': '#292929', 'input-border': '#0f4a85', 'input-placeholderForeground': 'rgba(41,41,41,0.7)',
  'dropdown-background': '#ffffff', 'dropdown-foreground': '#292929', 'dropdown-border': '#0f4a85',
  'textLink-foreground': '#0f4a85', 'textLink-activeForeground': '#0f4a85', 'textCodeBlock-background': '#f2f2f2',
  'list-hoverBackground': 'rgba(15,74,133,0.1)', 'panelTitle-activeBorder': '#0f4a85', 'menu-background': '#ffffff', 'menu-foreground': '#292929', 'menu-border': '#0f4a85', 'editorWidget-background': '#ffffff',
  'inputValidation-errorBorder': '#0f4a85',
};

export interface Theme {
  name: string;
  /** Classes that VS Code gives the body. */
  body: string;
  css: string;
}

const theme = (name: string, body: string, colours: Colours): Theme => ({
  name, body, css: `:root { ${Object.entries({ ...FONTS, ...colours }).map(([key, value]) => `--vscode-${key}: ${value};`).join(' ')} }`,
});

export const THEMES: readonly Theme[] = [
  theme('dark', 'vscode-dark', dark), theme('light', 'vscode-light', light),
  theme('hc-dark', 'vscode-high-contrast', hcDark), theme('hc-light', 'vscode-high-contrast vscode-high-contrast-light', hcLight),
];
