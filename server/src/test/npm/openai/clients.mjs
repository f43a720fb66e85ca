// Returns a client for the server under test, and its settings from the environment.
import OpenAI from 'openai';

export const { PARLEY_URL: url, PARLEY_KEY: key, PARLEY_READER_KEY: readerKey } = process.env;

export function client(options = {}) {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, ...options });
}

export const user = (text) => ({ role: 'user', content: text });

export async function collect(pages) {
  const items = [];
  for await (const item of pages) {
    items.push(item);
  }
  return items;
}
