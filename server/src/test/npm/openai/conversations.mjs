// Every call of conversations and items, paging, and errors. Argument: an archived conversation.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { client, collect, readerKey, user } from './clients.mjs';

const archived = process.argv[2];
const { conversations } = client();

const made = await conversations.create({ metadata: { topic: 'tea' }, items: [user('hello')] });
assert.match(made.id, /^conv_[0-9a-f]{32}$/);
assert.equal(made.object, 'conversation');
assert.equal(typeof made.created_at, 'number');
assert.deepEqual(made.metadata, { topic: 'tea' });
assert.deepEqual(await conversations.retrieve(made.id), made);
assert.deepEqual((await conversations.create()).metadata, {});
assert.deepEqual((await conversations.update(made.id, { metadata: { a: 'b' } })).metadata, { a: 'b' });
assert.deepEqual((await conversations.update(made.id, { metadata: null })).metadata, {});

const turn = await conversations.items.create(made.id, {
  include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
  items: [
    { type: 'reasoning', id: 'rs_of_client', summary: [] },
    { type: 'function_call', call_id: 'c1', name: 'add', arguments: '{"a":1}' },
    { type: 'function_call_output', call_id: 'c1', output: '42' },
    { role: 'assistant', content: 'It is 42.' },
  ],
});
assert.equal(turn.object, 'list');
assert.equal(turn.has_more, false);
assert.equal(turn.first_id, 'rs_of_client');
assert.deepEqual(
  turn.data.map((item) => item.type),
  ['reasoning', 'function_call', 'function_call_output', 'message'],
);
for (const item of turn.data) {
  const found = await conversations.items.retrieve(item.id, { conversation_id: made.id });
  assert.deepEqual(found, item);
}

const many = await conversations.create();
for (let i = 0; i < 250; i += 50) {
  await conversations.items.create(many.id, {
    items: Array.from({ length: 50 }, (_, j) => user(`${i + j}`)),
  });
}
const texts = async (query) =>
  (await collect(conversations.items.list(many.id, query))).map((item) => item.content[0].text);
const numbers = Array.from({ length: 250 }, (_, i) => `${i}`);
assert.deepEqual(await texts({ order: 'asc' }), numbers);
assert.deepEqual(await texts({ order: 'asc', limit: 100 }), numbers);
assert.deepEqual((await texts({ order: 'desc', limit: 7 })).reverse(), numbers);
assert.deepEqual((await texts()).reverse(), numbers);

async function fails(type, status, call) {
  const error = await call.then(() => assert.fail('No error'), (thrown) => thrown);
  assert.ok(error instanceof type, `${error}`);
  assert.equal(error.status, status);
  assert.equal(typeof error.error.message, 'string');
  assert.equal(typeof error.type, 'string');
  assert.ok(error.requestID);
  return error;
}
const { items } = conversations;
const unknown = `conv_${'0'.repeat(32)}`;
await fails(OpenAI.BadRequestError, 400, conversations.retrieve('x'));
await fails(OpenAI.BadRequestError, 400, items.create(made.id, { items: [] }));
await fails(OpenAI.BadRequestError, 400, items.list(made.id, { limit: 0 }));
await fails(OpenAI.NotFoundError, 404, conversations.retrieve(unknown));
await fails(OpenAI.NotFoundError, 404, items.list(unknown));
await fails(OpenAI.NotFoundError, 404, items.retrieve('msg_1', { conversation_id: made.id }));
await fails(OpenAI.NotFoundError, 404, client().responses.create({ model: 'm', input: 'hi' }));
const denied = client({ apiKey: readerKey });
await fails(OpenAI.PermissionDeniedError, 403, denied.conversations.create());
const stranger = client({ apiKey: 'sk-unknown' });
const refused = await fails(OpenAI.AuthenticationError, 401, stranger.conversations.create());
assert.equal(refused.code, 'invalid_api_key');
// With retries: the answer says that they do not help, so there is none.
const conflict = await fails(
  OpenAI.ConflictError,
  409,
  client({ maxRetries: 2 }).conversations.items.create(archived, { items: [user('late')] }),
);
assert.equal(conflict.code, 'conversation_archived');

const headers = { 'idempotency-key': 'turn-1' };
const once = await items.create(made.id, { items: [user('once')] }, { headers });
assert.deepEqual(await items.create(made.id, { items: [user('once')] }, { headers }), once);

assert.deepEqual(
  await items.delete(turn.data[1].id, { conversation_id: made.id }),
  await conversations.retrieve(made.id),
);
const gone = { conversation_id: made.id };
await fails(OpenAI.NotFoundError, 404, items.retrieve(turn.data[1].id, gone));
const rest = await collect(items.list(made.id, { order: 'asc', after: turn.data[1].id }));
assert.deepEqual(rest[0], turn.data[2]);

const deleted = await conversations.delete(made.id);
assert.deepEqual(deleted, { id: made.id, object: 'conversation.deleted', deleted: true });
await fails(OpenAI.NotFoundError, 404, conversations.retrieve(made.id));
