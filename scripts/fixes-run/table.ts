/** What the runs said, idiom by idiom. */

import type { Fix } from '../../src/analysis/findings.js';
import { safeIdioms } from '../../src/app/safe-idioms.js';
import type { Verdict } from './judge.js';

interface Row {
  offered: number;
  safe: boolean;
  run: number;
  proven: number;
}

/** The name of the idiom, or the title without the names of this code. */
function idiomOf({ idiom, title }: Fix): string {
  return (
    idiom ??
    title
      .replace(/`[^`]*`/g, '…')
      .replace(/: .*$/, '')
      .replace(/\d+ seconds/, '… seconds')
  );
}

export class Table {
  private readonly rows = new Map<string, Row>();
  private readonly broken: string[] = [];
  private readonly unrun = new Map<string, string[]>();

  /** @param whole all fixtures are run: an idiom that is safe must be seen to work in one of them */
  constructor(
    private readonly whole: boolean,
    private readonly only: string | undefined,
  ) {}

  add(language: string, place: string, rule: string, fix: Fix, verdict: readonly Verdict[] | string): void {
    const key = `${language}/${idiomOf(fix)}`;
    const row = this.rows.get(key) ?? { offered: 0, safe: fix.safe, run: 0, proven: 0 };
    this.rows.set(key, row);
    row.offered += 1;
    const where = `${language}/${place} ${rule} "${fix.title}"`;
    if (typeof verdict === 'string') {
      this.unrun.set(verdict, [...(this.unrun.get(verdict) ?? []), where]);
      return;
    }
    row.run += 1;
    if (verdict.some(({ kind }) => kind === 'proven' || kind === 'ends')) row.proven += 1;
    for (const { kind, why } of verdict) if (kind === 'broken') this.broken.push(`${where}: ${why}`);
  }

  text(): string {
    const lines = [`${'idiom'.padEnd(64)} safe  offered  run  shown`];
    for (const [key, { offered, safe, run, proven }] of [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(
        `${key.padEnd(64)} ${safe ? 'yes ' : 'no  '}  ${String(offered).padStart(7)}  ${String(run).padStart(3)}  ${String(proven).padStart(5)}`,
      );
    }
    const all = [...this.rows.values()];
    const sum = (of: (row: Row) => number): number => all.reduce((total, row) => total + of(row), 0);
    lines.push(
      '',
      `${sum((row) => row.offered)} fixes offered, ${sum((row) => row.run)} run, ${sum((row) => row.proven)} seen to close what leaked or to end what hung, ${this.broken.length} break a program`,
    );
    if (this.unrun.size > 0)
      lines.push(
        '',
        'not run:',
        ...[...this.unrun]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([reason, places]) => [`  ${reason}`, ...places.map((place) => `    ${place}`)]),
      );
    const unproven = this.unproven();
    if (unproven.length > 0) lines.push('', 'safe, but never seen to work:', ...unproven.map((key) => `  ${key}`));
    if (this.broken.length > 0) lines.push('', 'broken:', ...this.broken.map((one) => `  ${one}`));
    return `${lines.join('\n')}\n`;
  }

  private unproven(): string[] {
    return !this.whole ? [] : safeIdioms().filter((idiom) => this.isAsked(idiom) && (this.rows.get(idiom)?.proven ?? 0) === 0);
  }

  /** With `--only` one language is run. */
  private isAsked(idiom: string): boolean {
    return this.only === undefined || idiom.startsWith(`${this.only}/`);
  }

  failed(): boolean {
    return this.broken.length > 0 || this.unproven().length > 0;
  }
}
