/** Runs mocha and says so in one line: an exit code alone proves nothing, because a host that dies early can end with 0. */

interface Runner {
  stats?: { passes: number; failures: number; pending: number };
}

/** @throws when a test failed or none ran */
export async function runAndReport(run: (done: (failures: number) => void) => Runner): Promise<void> {
  const runner = await new Promise<Runner>((resolve) => {
    const started: Runner = run(() => resolve(started));
  });
  const { passes = 0, failures = 0 } = runner.stats ?? {};
  console.log(`CLOSEWAIT-TESTS passed=${passes} failed=${failures}`);
  if (failures > 0 || passes === 0) throw new Error(`${failures} of ${passes + failures} tests failed`);
}
