// Creates a conversation and prints its id, or reads one that another API continued.
import assert from 'node:assert/strict';
import { OpenAIConversationsSession } from '@openai/agents';
import { client, collect, user } from './clients.mjs';

const { conversations } = client();
const conversationId = process.argv[2];
if (!conversationId) {
  const { id } = await conversations.create({ items: [user('from the client')] });
  process.stdout.write(id);
} else {
  const items = await collect(conversations.items.list(conversationId, { order: 'asc' }));
  assert.deepEqual(
    items.map((item) => [item.type, item.role]),
    [
      ['message', 'user'],
      ['message', 'assistant'],
      ['function_call_output', undefined],
      ['message', 'system'],
    ],
  );
  const session = new OpenAIConversationsSession({ client: client(), conversationId });
  const shown = await session.getItems();
  assert.equal(shown[0].content[0].text, 'from the client');
  assert.equal(shown[1].content[0].text, 'over gRPC');
  assert.equal(shown[2].callId, 't1');
  assert.equal(shown.length, 4);
  assert.ok(shown.every((item) => item.type !== 'unknown'));
}
