// The OpenAIConversationsSession of the Agents SDK.
import assert from 'node:assert/strict';
import { OpenAIConversationsSession } from '@openai/agents';
import { client } from './clients.mjs';

const session = new OpenAIConversationsSession({ client: client() });
const conversation = await session.getSessionId();
assert.match(conversation, /^conv_[0-9a-f]{32}$/);
assert.deepEqual(await session.getItems(), []);

await session.addItems([
  { type: 'message', role: 'system', content: 'Be brief.' },
  { type: 'message', role: 'user', content: 'What is 6 times 7?' },
  { type: 'reasoning', id: 'rs_1', content: [{ type: 'input_text', text: 'thinking' }] },
  { type: 'function_call', callId: 'c1', name: 'multiply', arguments: '{"a":6,"b":7}', status: 'completed' },
  {
    type: 'function_call_result',
    callId: 'c1',
    name: 'multiply',
    status: 'completed',
    output: { type: 'text', text: '42' },
  },
  {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'It is 42.' }],
  },
]);
const items = await session.getItems();
assert.deepEqual(
  items.map((item) => item.type),
  ['message', 'message', 'reasoning', 'function_call', 'function_call_result', 'message'],
);
assert.equal(items[0].role, 'system');
assert.equal(items[1].content[0].text, 'What is 6 times 7?');
assert.equal(items[2].id, 'rs_1');
assert.equal(items[3].callId, 'c1');
assert.equal(items[4].callId, 'c1');
assert.equal(items[5].content[0].text, 'It is 42.');
assert.equal((await session.getItems(2)).length, 2);

// More items than OpenAI accepts in one request, and than a page has.
await session.addItems(
  Array.from({ length: 30 }, (_, i) => ({ type: 'message', role: 'user', content: `${i}` })),
);
assert.equal((await session.getItems()).length, 36);
assert.equal((await session.getItems(25)).at(-1).content[0].text, '29');

assert.equal((await session.popItem()).content[0].text, '29');
assert.equal((await session.popItem()).content[0].text, '28');
assert.equal((await session.getItems()).length, 34);
await session.addItems([{ type: 'message', role: 'user', content: 'again' }]);
assert.equal((await session.getItems(1))[0].content[0].text, 'again');

await session.clearSession();
const fresh = await session.getSessionId();
assert.notEqual(fresh, conversation);
assert.deepEqual(await session.getItems(), []);
