/** Runs mocha and says so in one line: an exit code alone proves nothing, because a host that dies early can end with 0. */

interface Runner {
  stats?: { passes: number; failures: number; pending: number };
  on(event: 'fail' | 'retry', told: (test: { fullTitle(): string }, error: Error) => void): unknown;
}

/** @throws when a test failed or none ran */
export async function runAndReport(run: (done: (failures: number) => void) => Runner): Promise<void> {
  const runner = await new Promise<Runner>((resolve) => {
    const started: Runner = run(() => resolve(started));
    // One line each, so that a log's end names them too.
    started.on('retry', (test, { message }) => console.log(`CLOSEWAIT-RETRIED ${test.fullTitle()}: ${oneLine(message)}`));
    started.on('fail', (test, { message }) => console.log(`CLOSEWAIT-FAILED ${test.fullTitle()}: ${oneLine(message)}`));
  });
  const { passes = 0, failures = 0 } = runner.stats ?? {};
  console.log(`CLOSEWAIT-TESTS passed=${passes} failed=${failures}`);
  if (failures > 0 || passes === 0) throw new Error(`${failures} of ${passes + failures} tests failed`);
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ').slice(0, 300);
}
