/** The Model Context Protocol, by its official SDK; loaded only when it is asked for. */

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ModelTool } from '../app/model-tools.js';

type Answer = (name: string, input: Record<string, unknown>, signal: AbortSignal) => Promise<string>;

/** Serves until the client closes standard input. */
export async function serveTools(version: string, tools: readonly ModelTool[], answer: Answer): Promise<void> {
  const server = new Server({ name: 'closewait', version }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, title, description, inputSchema }) => ({
      name,
      title,
      description,
      inputSchema: { ...inputSchema },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: input } }, { signal }) => {
    try {
      return { content: [{ type: 'text', text: await answer(name, input ?? {}, signal) }] };
    } catch (error) {
      // The model is told what to do instead; a client that cancelled hears nothing.
      return { isError: true, content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }] };
    }
  });
  const closed = new Promise<void>((resolve) => process.stdin.once('end', resolve).once('close', resolve));
  await server.connect(new StdioServerTransport());
  await closed;
  await server.close();
}
