/** A plain page for people; helmet's policy allows its style and nothing from elsewhere. */

export interface Page {
  readonly title: string;
  readonly lines: readonly string[];
  readonly tone: 'good' | 'bad';
}

const STYLE = `
  :root { color-scheme: light dark; font: 1.05rem/1.55 system-ui, sans-serif; }
  body { margin: 12vh auto; max-width: 38rem; padding: 0 1.25rem; }
  main { border-top: 0.4rem solid; padding-top: 1rem; }
  .good { border-color: #1a7f4b; }
  .bad { border-color: #b3361e; }
  h1 { font-size: 1.5rem; line-height: 1.3; }
  p { overflow-wrap: anywhere; }
  footer { margin-top: 2rem; opacity: 0.7; font-size: 0.9rem; }
`;

export function renderPage({ title, lines, tone }: Page): string {
  const paragraphs = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - Ponbridge</title>
<style>${STYLE}</style>
</head>
<body>
<main class="${tone}">
<h1>${escapeHtml(title)}</h1>
${paragraphs}
</main>
<footer>Ponbridge. You can close this window.</footer>
</body>
</html>
`;
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}
