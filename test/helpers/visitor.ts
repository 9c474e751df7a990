/** Somebody at the viewer without a browser: keeps cookies, and the token that forms need. */

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly location: string;
}

export interface Visitor {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** With the token of the page seen last, unless `csrf` is among the fields. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Follows redirects. */
  open(path: string): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  readonly cookies: ReadonlyMap<string, string>;
}

export function createVisitor(url: string): Visitor {
  const cookies = new Map<string, string>();
  let csrf = '';

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url + path, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const equals = pair.indexOf('=');
      cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return response;
  }

  async function read(response: Response): Promise<Answer> {
    const text = await response.text();
    csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? csrf;
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location') ?? '',
    };
  }

  const visitor: Visitor = {
    cookies,
    fetch: send,
    get: async (path, headers = {}) => read(await send(path, { headers })),
    post: async (path, fields, headers = {}) =>
      read(
        await send(path, {
          method: 'POST',
          body: new URLSearchParams({ csrf, ...fields }),
          headers,
        }),
      ),
    async open(path) {
      let answer = await visitor.get(path);
      for (let round = 0; answer.location !== '' && round < 5; round += 1)
        answer = await visitor.get(answer.location);
      return answer;
    },
  };
  return visitor;
}

/** The text of a page without its tags, blanks drawn together. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}
