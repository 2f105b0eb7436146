/** A seller's browser: opens a link, presses one button of the consent page, and follows where it is sent. */

export interface Visited {
  readonly status: number;
  readonly url: string;
  readonly html: string;
}

/** What the page's form is to be sent with: `{ sellers: '1001' }`, `{ shop: '1', days: '90' }`, `{ refuse: '1' }`. */
export type Choice = Readonly<Record<string, string>>;

/** Walks to the address the consent page sends to, without opening it. */
export async function agree(link: string, choice: Choice): Promise<string> {
  const page = await fetch(link);
  const html = await page.text();
  const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`there is no form at ${link}: ${html}`);
  const plain = action.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const sent = await fetch(new URL(plain, link), {
    method: 'POST',
    body: new URLSearchParams(choice),
    redirect: 'manual',
  });
  const target = sent.headers.get('location');
  if (target === null) throw new Error(`no redirect but ${sent.status}: ${await sent.text()}`);
  return target;
}

/** Walks to the end. */
export async function walk(link: string, choice: Choice): Promise<Visited> {
  const url = await agree(link, choice);
  const response = await fetch(url);
  return { status: response.status, url, html: await response.text() };
}
