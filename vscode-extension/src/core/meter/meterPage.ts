/** Builds the page of the meter: it loads nothing, and only the theme of the editor colours it. */
const STYLE = `
body { color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); padding: 0 12px 12px; }
h2 { font-size: 1em; margin: 12px 0 4px; }
ul { list-style: none; margin: 0; padding: 0; }
li { margin: 6px 0; }
label { display: inline-flex; gap: 4px; align-items: center; margin: 8px 6px 0 0; }
#span { max-width: 108px; }
select { color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent)); font: inherit; padding: 2px; }
select:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption, .note { color: var(--vscode-descriptionForeground); text-align: left; }
caption { padding: 4px 0; }
th, td { padding: 3px 8px 3px 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
th:first-child { text-align: left; min-width: 96px; }
tbody th { font-weight: normal; }
@media (max-width: 700px) {
  table, tbody, caption { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); gap: 2px 8px; padding: 6px 0; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
  th[scope="row"] { grid-column: 1 / -1; overflow: hidden; text-overflow: ellipsis; }
  th, td { padding: 0; border: none; text-align: left; }
  td::before { content: attr(data-name); display: block; color: var(--vscode-descriptionForeground); font-size: 0.9em; }
  td.nothing { display: none; }
}
.total { margin: 8px 0; line-height: 1.5; }
.total strong { font-size: 1.4em; }
.bar { display: block; width: 100%; height: 4px; margin-top: 2px; }
.bar .whole { fill: var(--vscode-scrollbarSlider-background, transparent); stroke: var(--vscode-contrastBorder, transparent); }
.bar .part { fill: var(--vscode-charts-blue); }
.bar.warned .part { fill: var(--vscode-charts-yellow); }
.bar.spent .part { fill: var(--vscode-charts-red); }
.vscode-high-contrast .bar .whole, .vscode-high-contrast-light .bar .whole { fill: none; stroke: none; }
.vscode-high-contrast .bar .part, .vscode-high-contrast-light .bar .part { fill: var(--vscode-foreground); }
abbr { text-decoration: none; }
`;

// The figures arrive as escaped HTML; the policy keeps it from running anything.
const SCRIPT = `
const editor = acquireVsCodeApi();
const [group, span, figures] = ["group", "span", "figures"].map((id) => document.getElementById(id));
const ask = () => editor.postMessage({ group: group.value, span: span.value });
group.addEventListener("change", ask);
span.addEventListener("change", ask);
window.addEventListener("message", ({ data }) => { figures.innerHTML = data.html; });
ask();
`;

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Builds the page; `nonce` must differ each time. */
export function meterPage(nonce: string, groups: readonly Choice[], spans: readonly Choice[]): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Meters</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<label>By <select id="group">${options(groups)}</select></label>
<label>Since <select id="span">${options(spans)}</select></label>
<div id="figures" class="scroll" role="region" aria-label="Figures" aria-live="off" tabindex="0"></div>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>`;
}

function options(choices: readonly Choice[]): string {
  return choices.map(({ value, label }) => `<option value="${value}">${label}</option>`).join("");
}
