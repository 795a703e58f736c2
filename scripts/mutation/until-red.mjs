// Ends the process at the first test that fails: nobody asks for the second.
/** @param {AsyncIterable<{ type: string, data: { details?: { passed?: boolean } } }>} events */
export default async function* untilRed(events) {
  for await (const { type, data } of events) {
    if (type === 'test:fail' || (type === 'test:complete' && data.details?.passed === false)) process.exit(1);
    yield '';
  }
}
